"""Answers: what `input()` was given, kept by statement so that a fresh run need not ask again."""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    """Which question it is, whatever run asks it."""

    source: str
    """Of the statement."""
    prompt: str
    number: int
    """Which of the statement's questions, from 0."""


class Answers:
    """The answers of one session. They are kept in memory, and never are passwords."""

    def __init__(self, kept: dict[Question, str] | None = None) -> None:
        """Begin with those that are *kept* already."""
        self._kept = dict(kept or {})

    def copy(self) -> Answers:
        """Return the same answers, to be changed apart from these."""
        return Answers(self._kept)

    def find(self, question: Question) -> str | None:
        """Return what was answered last."""
        return self._kept.get(question)

    def keep(self, question: Question, text: str) -> None:
        """Keep an answer in the place of an older one."""
        self._kept[question] = text

    def forget(self, source: str | None) -> None:
        """Forget the answers of the statements with this *source*, or all."""
        self._kept = {} if source is None else {one: text for one, text in self._kept.items() if one.source != source}

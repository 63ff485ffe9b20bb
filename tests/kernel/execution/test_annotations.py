"""Annotations of statements that are compiled one by one, joined as Python 3.14 has them for a whole module."""

from __future__ import annotations

from typing import Any

from rdit.kernel.execution.annotations import join_annotations


def test_annotations_of_several_statements_are_joined() -> None:
    namespace: dict[str, Any] = {"__annotate__": lambda format: {"x": int, "y": str}, "__annotations__": {"old": 1}}
    join_annotations(namespace, lambda format: {"w": bytes, "x": float})
    assert namespace["__annotate__"](1) == {"w": bytes, "x": int, "y": str}
    assert "__annotations__" not in namespace


def test_a_first_annotation_is_left_as_it_is() -> None:
    def annotate(format: int) -> dict[str, Any]:  # noqa: A002
        return {"x": int}

    namespace: dict[str, Any] = {"__annotate__": annotate}
    join_annotations(namespace, None)
    assert namespace == {"__annotate__": annotate}

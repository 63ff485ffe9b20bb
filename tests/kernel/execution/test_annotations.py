"""Annotations of a module in pieces, as Python 3.14 would have them whole."""

from __future__ import annotations

from typing import Any

from rdit.kernel.execution.annotations import join_annotations


def test_what_statements_annotate_one_by_one_is_told_together() -> None:
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

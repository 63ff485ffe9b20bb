"""What a run of a script amounts to: plan, output by statement, endings, names that stay."""

from __future__ import annotations

import pytest

from tests.kernel.driving import Kernel


async def test_the_echo_of_an_expression_belongs_to_its_statement(every_kernel: Kernel) -> None:
    run = await every_kernel.run("x = 1\nx + 1")
    assert run.plan == [(0, 1, 1), (1, 2, 2)]
    assert run.output == {1: [("stdout", "2\n")]}
    assert run.status == "ok"


async def test_names_stay_from_one_run_to_the_next(kernel: Kernel) -> None:
    await kernel.run("x = 41")
    assert (await kernel.run("x += 1\nx")).text() == "42\n"

"""Which statements depend on the lines in which they stand."""

from __future__ import annotations

import pytest

from rdit.kernel.execution.line_tellers import line_tellers
from rdit.kernel.execution.statements import prepare


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("x = 1\nprint(x)", set()),
        ("import traceback, inspect\nx = 1", set()),
        ("import traceback\ntry:\n    x\nexcept NameError:\n    traceback.print_exc()", {1}),
        ("import traceback as tb\ntb.print_exc()\nx = 1", {1}),
        ("from traceback import print_exc as p\np()\nx = 1", {1}),
        ("from warnings import warn as w\nw('x')\nx", {1}),
        ("import warnings\nwarnings.filterwarnings('ignore')\nx = 1", set()),
        ("import warnings\nwarnings.warn('x')", {1}),
        ("import sys\ndef here():\n    return sys._getframe(1).f_lineno\nx = 1\nprint(here())", {3 + 1 - 1}),
        (
            "import sys\ndef here():\n    return sys._getframe(1)\ndef there():\n    return here()\ny = there()\nprint(y)\nx = 1",
            {3, 4},
        ),
        ("import logging\nlogging.basicConfig()\nlog = logging.getLogger()\nlog.info('x')", set()),
        (
            "import logging\nlogging.basicConfig(format='%(lineno)d')\ndef f(): pass\nlog = logging.getLogger()\nlog.info('x')",
            {1, 3, 4},
        ),
        ("from loguru import logger\nlogger.info('x')", {1}),
        ("class A:\n    def f(self):\n        return traceback.format_exc()\na = A()\na.f()\nx = 1", {1, 2}),
        ("class A:\n    x = sys._getframe().f_lineno\nx = 1", {0}),
        ("@here\ndef f(): pass\n", set()),
        ("import inspect\nhere = inspect.currentframe\n@here\ndef f(): pass\nx = 1", {1, 2}),
        (
            "handlers = []\ndef here():\n    return sys._getframe()\nhandlers.append(here)\nx = handlers[0]()\ny = 1",
            {2, 3},
        ),
        ("d = {}\nd['x'] = sys._getframe\nd['x']()\ny = 1", {1, 2}),
        ("def f(x): return np.stack([x])\ny = f(1)", {1}),
        ("x = 0x" + "f" * 5000 + "\n@lineno\ndef f(): pass", {1}),
    ],
)
def test_a_statement_that_asks_for_lines_or_uses_what_does(script: str, expected: set[int]) -> None:
    assert line_tellers(prepare(script, "script.py", None, 0, []).statements) == expected

"""Edited functions that nothing has used yet: they are defined anew where the run goes on, rather than run from there.

Functions stand at the top of a script and slow work below them, and a function that was edited matters only from the
first statement on that could have called it or looked at it. Until then the script holds nothing of it but the function
object under its name, and that can be replaced.

A statement can reach a function only by its name, by another function that mentions its name, or by looking at all
names. So the text decides, and for the whole of what has run: an earlier function that mentions the name calls it as
well. A definition that only binds a name does none of that by itself, and hands its mention on to its own name; any
other statement that mentions one of these names ends the search. What is left out, because it cannot be seen in the
script: a local module that looks through `__main__`, and names that a library reads out of data.
"""

from __future__ import annotations

import ast
import re
import sys
from types import CodeType, FunctionType

from .compilation import FUTURE_FLAGS, compile_code, warning_filter

TYPE_CHECKING = False  # type checkers take it as true; importing `typing` here would cost milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .statements import Statement

_SEES_NAMES = re.compile(
    r"globals|locals|\bvars\b|\bdir\(|\beval\b|\bexec\b|__main__|__dict__|__builtins__|__code__|\binspect\b|\bgc\b|pickle"
    r"|\bdill\b|shelve|joblib|torch\.load|\bmodules\b|import_module|__import__|_getframe|_current_frames|breakpoint|\bpdb\b"
    r"|doctest|unittest|pytest|runpy|get_ipython|\btimeit\b|cProfile|\.query\(|formula|settrace|setprofile|monitoring"
    r"|import[\s\\]*\*"
)
"""What could see names of the script that it does not mention."""
_SEES_NAMES_HINTS = (
    *(
        "globals",
        "locals",
        "vars",
        "dir(",
        "eval",
        "exec",
        "__main__",
        "__dict__",
        "__builtins__",
        "__code__",
        "inspect",
    ),
    *("gc", "pickle", "dill", "shelve", "joblib", "torch", "modules", "import_module", "__import__", "_getframe"),
    *("_current_frames", "breakpoint", "pdb", "doctest", "unittest", "pytest", "runpy", "get_ipython", "timeit"),
    *("cProfile", ".query(", "formula", "settrace", "setprofile", "monitoring", "*"),
)
"""One of these stands in each text that the expression finds; to look for a plain string is far quicker."""
_IMPORTS = re.compile(r"import\s+[\w.]+(?:\s*,\s*[\w.]+)*\s*$")
"""Imports that bind the names that they mention: these are mentioned again where they are used."""
_ANNOTATIONS = 0x1000000  # `from __future__ import annotations`: they are not evaluated
_NESTED = re.compile(r"Lambda\(|Comp\(|GeneratorExp\(")
"""Code within a head: its lines would stay those of the older text."""
_ARE_LAZY = sys.version_info >= (3, 14)


class Definition:
    """A top-level `def` without decorators or type parameters: running it binds its name, and no more."""

    __slots__ = ("head", "is_plain", "name")

    def __init__(self, node: ast.FunctionDef | ast.AsyncFunctionDef, flags: int) -> None:
        self.name = node.name
        self.head = f"{type(node).__name__} {ast.dump(node.args)} {node.returns and ast.dump(node.returns)}"
        """What is evaluated when it is defined."""
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        defaults = [*arguments.defaults, *(default for default in arguments.kw_defaults if default is not None)]
        annotated = node.returns is not None or any(one is not None and one.annotation is not None for one in every)
        self.is_plain = all(type(default) is ast.Constant for default in defaults) and (
            not annotated or _ARE_LAZY or bool(flags & _ANNOTATIONS)
        )
        """Whether running it later gives what running it earlier did."""


class Late:
    """The edited functions of a text that need no run of what has run after them, as far as it has been looked at."""

    def __init__(self, ran: Sequence[Statement]) -> None:
        """*ran* are the statements that have run, of the older text."""
        self._ran = ran
        self.indices: list[int] = []
        """Which statements define them, in order."""
        self._edited: set[str] = set()
        """Their names."""
        self._names: set[str] = set()
        """Their names, and those of functions that reach them."""
        self._definitions: dict[int, Definition | None] = {}

    def admits(self, index: int, new: Statement) -> bool:
        """Take in the statement *index*, in whose place the newer text has *new*; false if that has to run."""
        before, after = self._definition(self._ran[index]), definition_of(new)
        if before is None or after is None or before.name != after.name or before.name in self._edited:
            return False
        if before.head != after.head and not (before.is_plain and after.is_plain):
            return False
        if _NESTED.search(before.head):
            return False
        names = self._names
        self._names = {*names, before.name}
        size = 0
        while size != len(self._names):  # a function may mention one that is defined below it
            size = len(self._names)
            if not all(self._hands_on(one) for one in self._ran[:index]):
                self._names = names
                return False
        self._edited.add(before.name)
        self.indices.append(index)
        return True

    def passes(self, statement: Statement) -> bool:
        """Whether *statement*, which has run after them, could not have used or replaced any of them."""
        return self._hands_on(statement) and not self._edits_again(statement)

    def _edits_again(self, statement: Statement) -> bool:
        if not self._mentions(statement):
            return False
        definition = self._definition(statement)
        return definition is not None and definition.name in self._edited

    def _hands_on(self, statement: Statement) -> bool:
        """Whether the statement uses none of the names; one that defines a function which does adds its name."""
        if not self._mentions(statement) and not _sees_names(statement.text):
            return True
        definition = self._definition(statement)
        if definition is not None:
            if self._has_name(definition.head) or _sees_names(definition.head):
                return False
            self._names.add(definition.name)
            return True
        return _IMPORTS.match(statement.text) is not None and not self._mentions(statement)

    def _mentions(self, statement: Statement) -> bool:
        """Whether one of the names stands in the statement, in a string or a comment as well."""
        text = statement.text
        if self._has_name(text):
            return True
        if text.isascii():
            return False
        # Python takes many characters of names for others that look alike, and the tree has those.
        tree = parse_again(statement)
        return tree is None or self._has_name(ast.dump(tree))

    def _has_name(self, text: str) -> bool:
        return any(name in text and re.search(rf"\b{re.escape(name)}\b", text) for name in self._names)

    def _definition(self, statement: Statement) -> Definition | None:
        key = statement.node_index
        if key not in self._definitions:
            self._definitions[key] = definition_of(statement)
        return self._definitions[key]


def _sees_names(text: str) -> bool:
    return any(hint in text for hint in _SEES_NAMES_HINTS) and _SEES_NAMES.search(text) is not None


def definition_of(statement: Statement) -> Definition | None:
    """Return what the statement defines, if it is a function and nothing more is evaluated than its head."""
    if not statement.text.startswith(("def", "async")):
        return None
    tree = parse_again(statement)
    node = tree.body[0] if tree is not None and len(tree.body) == 1 else None
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or node.decorator_list:
        return None
    return None if getattr(node, "type_params", None) else Definition(node, statement.flags)


def redefine(old: Statement, new: Statement, namespace: dict[str, Any]) -> None:
    """Make the function that *old* has defined the one that *new* defines, in *namespace*."""
    before, after = definition_of(old), definition_of(new)
    if before is None or after is None:
        msg = "not a definition"
        raise ValueError(msg)
    function = namespace.get(after.name)
    code = code_of(new.compiled, after.name)
    if before.head != after.head or type(function) is not FunctionType or code is None:
        exec(new.compiled, namespace)  # noqa: S102 - it is the script's
        return
    # What its head evaluates stays what it was: only the code is new.
    function.__code__ = code
    function.__doc__ = FunctionType(code, namespace).__doc__


def code_of(module: CodeType, name: str) -> CodeType | None:
    """Return the code of the function of that name which a statement defines."""
    return next((one for one in module.co_consts if type(one) is CodeType and one.co_name == name), None)


def parse_again(statement: Statement) -> ast.Module | None:
    """Return the tree of a statement, whose own was let go; None if it is not to be had."""
    options = statement.flags & FUTURE_FLAGS | ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warning_filter("ignore"):
            tree: ast.Module = compile_code(statement.text, "", "exec", options, True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree

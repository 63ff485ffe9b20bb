"""Options: the command line as it was given, and its usual forms, read without click.

click and what it imports take as long to load as all that rdit does before its server's imports, so click reads only
what is told in another form, and what is wrong: it has the words for help and for refusals (`command_line.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DEFAULT_HOST = "127.0.0.1"
LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Options:
    """The command line as it was given."""

    script: str | None
    port: int | None
    host: str
    browser: bool
    python: str | None
    root: str | None
    origins: tuple[str, ...]
    token: bool
    base_url: str = "/"
    certfile: str | None = None
    keyfile: str | None = None


_FIELDS = {
    "--host": "host",
    "--python": "python",
    "--root": "root",
    "--base-url": "base_url",
    "--certfile": "certfile",
    "--keyfile": "keyfile",
}
"""The options that take one text as it stands, and the fields that they set."""


def usual_options(arguments: Sequence[str]) -> Options | None:
    """Return the options in *arguments*; None when they need click: for help, another form, or a mistake."""
    given: dict[str, str] = {}
    origins: list[str] = []
    flags: set[str] = set()
    port: int | None = None
    words = iter(arguments)
    for word in words:
        if word in {"--no-browser", "--no-token"}:
            flags.add(word)
        elif not word or (word.startswith("-") and word not in {"--port", "--allow-origin", *_FIELDS}):
            return None
        elif not word.startswith("-"):
            if "script" in given:
                return None
            given["script"] = word
        else:
            value = next(words, "")
            if not value or value.startswith("-"):
                return None
            if word == "--port":
                if not value.isascii() or not value.isdigit() or len(value) > 5 or int(value) > LAST_PORT:
                    return None
                port = int(value)
            elif word == "--allow-origin":
                origins.append(value)
            else:
                given[_FIELDS[word]] = value
    return Options(
        script=given.get("script"),
        port=port,
        host=given.get("host", DEFAULT_HOST),
        browser="--no-browser" not in flags,
        python=given.get("python"),
        root=given.get("root"),
        origins=tuple(origins),
        token="--no-token" not in flags,
        base_url=given.get("base_url", "/"),
        certfile=given.get("certfile"),
        keyfile=given.get("keyfile"),
    )

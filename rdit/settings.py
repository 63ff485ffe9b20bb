"""Settings: everything that one server was told, frozen; and the one place that reads the environment."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from .errors import BadSetting

MIB = 1 << 20
DEFAULT_PORT = 8888
DEVELOPMENT_ORIGINS = tuple(f"http://{host}:{port}" for host in ("localhost", "127.0.0.1") for port in (5173, 4173))
"""Where Vite's development and preview servers serve the client from."""


class Environment(Struct, frozen=True):
    """What rdit takes from its environment variables."""

    virtual_env: str | None = None
    """`VIRTUAL_ENV`: the environment that is activated in the user's shell."""
    runtime_folder: Path | None = None
    """Where files that live as long as a process belong; only the user may read there."""
    state_folder: Path | None = None
    """Where is kept what rdit remembers from one start to the next."""
    trusted: tuple[Path, ...] = ()
    """`RDIT_TRUST`: folders, parted by colons, in which interpreters are started without a question."""
    trash_folder: Path | None = None
    """Where the desktop keeps what the user deleted."""
    output_limit: int = 64 * MIB
    """`RDIT_OUTPUT_LIMIT`, in characters."""
    body_limit: int = 64 * MIB
    """`RDIT_BODY_LIMIT`, in bytes."""


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Return what *variables* (usually `os.environ`) say.

    Raises:
        BadSetting: a number is not a number, or too small to work.
    """
    return Environment(
        virtual_env=variables.get("VIRTUAL_ENV") or None,
        runtime_folder=_runtime_folder(variables),
        state_folder=_state_folder(variables),
        trusted=_folders(variables.get("RDIT_TRUST", "")),
        trash_folder=_trash_folder(variables),
        output_limit=_size(variables, "RDIT_OUTPUT_LIMIT", Environment().output_limit),
        body_limit=_size(variables, "RDIT_BODY_LIMIT", Environment().body_limit),
    )


def _size(variables: Mapping[str, str], name: str, default: int) -> int:
    text = variables.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < 1024:
        raise BadSetting(f"{name} must be a whole number of at least 1024, not {text!r}.")
    return int(text)


def _runtime_folder(variables: Mapping[str, str]) -> Path:
    if base := variables.get("XDG_RUNTIME_DIR"):
        return Path(base) / "rdit"
    if sys.platform == "darwin" and (home := variables.get("HOME")):
        return Path(home) / "Library" / "Caches" / "rdit"
    return Path(tempfile.gettempdir()) / f"rdit-{os.getuid()}"


def _state_folder(variables: Mapping[str, str]) -> Path | None:
    home = variables.get("HOME")
    if base := variables.get("XDG_STATE_HOME"):
        return Path(base) / "rdit"
    if not home:
        return None
    if sys.platform == "darwin":
        return Path(home) / "Library" / "Application Support" / "rdit"
    return Path(home) / ".local" / "state" / "rdit"


def _folders(text: str) -> tuple[Path, ...]:
    return tuple(Path(name).expanduser().resolve() for name in text.split(os.pathsep) if name)


def _trash_folder(variables: Mapping[str, str]) -> Path | None:
    home = variables.get("HOME")
    if sys.platform == "darwin":
        return Path(home) / ".Trash" if home else None
    if base := variables.get("XDG_DATA_HOME"):
        return Path(base) / "Trash"
    return Path(home) / ".local" / "share" / "Trash" if home else None


class Settings(Struct, frozen=True):
    """What one server was told. Sizes are in bytes or characters, times in seconds."""

    root: Path
    """The workspace: files outside it are never served. Absolute, without symlinks."""
    script: Path | None = None
    """The script that the command named, absolute and inside *root*; None is an unsaved buffer."""
    script_name: str | None = None
    """The script as the command line wrote it: its `sys.argv[0]`."""
    arguments: tuple[str, ...] = ()
    """The script's `sys.argv[1:]`."""
    directory: Path = field(default_factory=Path.cwd)
    """The working directory of every script."""
    python: Path | None = None
    """The interpreter that `--python` named; None chooses one for each script."""
    virtual_env: str | None = None
    trusted: tuple[Path, ...] = ()
    """Interpreters, and folders of such, that are started without a question although they lie in the workspace."""
    trust_file: Path | None = None
    """Remembers the interpreters that the user has allowed; outside every workspace."""
    follow: bool = False
    """Whether pages catch up by themselves, unless their user says otherwise."""
    host: str = "127.0.0.1"
    """The address or name that the server listens on."""
    base_url: str = "/"
    """The path under which everything is served; begins and ends with a slash."""
    certificate: Path | None = None
    """A certificate chain in PEM; with one, the server speaks TLS and nothing else."""
    certificate_key: Path | None = None
    """The certificate's private key; None means it is in the same file."""
    token: str | None = None
    """None lets everybody in who can reach the server; only ever on loopback."""
    allowed_origins: tuple[str, ...] = DEVELOPMENT_ORIGINS
    """Pages of these origins may talk to the server, with the token."""
    static_folder: Path = field(default_factory=lambda: Path(__file__).parent / "_static")
    """The built client."""
    body_limit: int = 64 * MIB
    """The largest request, and the largest file that is read as text."""
    upload_limit: int = 1 << 36
    """The largest file that can be uploaded; it goes to the disk as it comes."""
    trash_folder: Path | None = None
    """The user's trash; without one, nothing can be deleted from the page."""
    output_limit: int = 64 * MIB
    """Characters of output that one statement keeps: its head and its newest tail."""
    session_output_limit: int = 512 * MIB
    """Characters that a session keeps; beyond, each further statement keeps little."""
    event_budget: int = 96 * MIB
    """Bytes of events that a session keeps for subscribers that are behind."""
    session_limit: int = 256
    """Sessions that may be open at once; each has a process of its own."""
    keep_alive: float = 15.0
    """Between two comment lines on a stream that has nothing to say."""
    start_timeout: float = 30.0
    """For a kernel to say that it is up."""
    reset_timeout: float = 5.0
    """For a fresh worker after a reset; then the whole kernel is replaced."""
    body_timeout: float = 30.0
    """For the next piece of a request's body to come."""
    grace: float = 1.0
    """For a kernel to end by itself once its input is closed."""

    def __repr__(self) -> str:
        """Return nothing of the token: it may be in what is logged of a failure."""
        return f"Settings(root={self.root!r}, script={self.script!r})"

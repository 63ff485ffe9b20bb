"""What rdit refuses, in words that say what to do.

Every layer may raise these; `server/error_responses.py` gives each its HTTP status. They are named after what was wrong
rather than with an `Error` at the end: they are refusals, not failures of rdit.
"""

from __future__ import annotations


class RditError(Exception):
    """A refusal. Its text is one or two plain sentences for the person who asked."""


class BadSetting(RditError):
    """A command line option or an environment variable that cannot work."""


class InterpreterFailed(RditError):
    """The chosen Python cannot be used, or its kernel did not start."""


class BadRequest(RditError):
    """A request that is not what the endpoint reads: not JSON, not UTF-8, too deeply nested."""


class InvalidFields(RditError):
    """JSON with a missing, unknown or wrong field."""


class TooLarge(RditError):
    """More bytes than the server takes."""


class Encoded(RditError):
    """A body that would have to be unpacked."""


class NotAuthorized(RditError):
    """The token is missing or wrong."""


class Forbidden(RditError):
    """A host, an origin or a file that rdit was not told to serve."""


class NotTrusted(RditError):
    """The interpreter came with the workspace, and the user has not said yet that it may be started."""

    def __init__(self, interpreter: str) -> None:
        """Refuse to start *interpreter*."""
        super().__init__(
            f"rdit has not started {interpreter} before, and it lies in the workspace, so it may have come with it. "
            "Allow it in the page or with POST /api/allow-interpreter, or start rdit with --trust."
        )
        self.interpreter = interpreter


class NotFound(RditError):
    """No such file, session or endpoint."""


class NotText(RditError):
    """A folder, a device, or bytes that are no text in the file's encoding."""


class FileChanged(RditError):
    """The file is not at the version that the request named."""


class NameTaken(RditError):
    """Another file has the name already."""


class NothingToVerify(RditError):
    """The session shows no fresh run, or one that is not over."""


class NothingToLookAt(RditError):
    """The statement is not of a fresh run whose process is alive."""


class NotWaiting(RditError):
    """An answer came to a session that asked nothing."""


class DiskFull(RditError):
    """There is no room to save."""


class ShuttingDown(RditError):
    """The server is ending."""


class TooMany(RditError):
    """More sessions than the server keeps."""


class OutOfStep(RditError):
    """A page's text and the server's copy of it have parted, or the server no longer has it."""


class LanguageAway(RditError):
    """The language server that would answer does not run."""


class LanguageTimeout(RditError):
    """The language server took too long."""

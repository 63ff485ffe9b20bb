"""What several endpoints say of their refusals."""

from __future__ import annotations

NO_SESSION = "There is no such session."
NO_KERNEL = "The session's kernel does not start, or the server is shutting down."
NOT_TRUSTED = (
    "The interpreter lies in the workspace, and the user has not allowed it yet; or the Host or Origin is not accepted."
)
TOO_MANY = "There are more sessions open than the server keeps."
FILE_PROBLEMS = {
    403: "The file is outside the workspace, or its permissions forbid it; or the Host or Origin is not accepted.",
    404: "There is no such file.",
    413: "The file or the body is larger than the server takes.",
    415: "It is a folder or a device, or not text in its encoding.",
}
PLACE = "It is outside the workspace, or permissions forbid it; or the Host or Origin is not accepted."
MISSING = "There is no such file or folder."
TAKEN = "Something has that name already."
FULL = "The disk is full."

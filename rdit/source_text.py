"""Bytes of a source file ⇄ text, in the encoding that Python would read it in.

That is what its byte order mark says, else its coding comment, else UTF-8.
"""

from __future__ import annotations

import codecs
import re

from .errors import InvalidFields, NotText

# PEP 263: in the first or second line, the second only if the first is a comment or blank.
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")


def source_encoding(data: bytes) -> str:
    """Return the encoding that the coding comment of *data* names, else UTF-8, as PEP 263 says."""
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", data[:4096], maxsplit=2)[:2]):
        if match := _CODING.match(line):
            return match.group(1).decode("ascii", "replace")
        if number == 0 and not _BLANK.match(line):
            break
    return "utf-8"


def decode(data: bytes, name: str) -> str:
    """Return the text that *data* hold.

    Raises:
        NotText: they are none.
    """
    if b"\0" in data:
        raise NotText(f"{name} is not text: it contains NUL bytes.")
    if data.startswith(codecs.BOM_UTF8):
        data, encoding = data[len(codecs.BOM_UTF8) :], "utf-8"
    else:
        encoding = source_encoding(data)
    try:
        text, _ = codecs.lookup(encoding).decode(data)
    except LookupError as error:
        detail = f"{name} names an encoding that Python does not know: {encoding}. Correct its coding comment."
        raise NotText(detail) from error
    except (ValueError, TypeError) as error:
        raise NotText(f"{name} is not text in {encoding}. Add a coding comment that names its encoding.") from error
    if not isinstance(text, str):
        raise NotText(f"{name} names {encoding}, which is no encoding of text. Correct its coding comment.")
    return text


def encode(content: str, *, keep_mark: bool) -> bytes:
    """Return the bytes that *content* is saved as, with a UTF-8 byte order mark if *keep_mark*.

    Raises:
        InvalidFields: the encoding that its coding comment names cannot hold it.
    """
    encoding = "utf-8" if keep_mark else source_encoding(content[:4096].encode("utf-8", "replace"))
    try:
        data, _ = codecs.lookup(encoding).encode(content)
    except LookupError as error:
        raise InvalidFields(f"The coding comment names {encoding}, which Python does not know. Correct it.") from error
    except UnicodeEncodeError as error:
        line = content.count("\n", 0, error.start) + 1
        raise InvalidFields(
            f"Line {line} has {error.object[error.start]!a}, which {encoding} cannot hold. "
            "Remove it, or change the coding comment."
        ) from error
    except (ValueError, TypeError) as error:
        raise InvalidFields(f"The coding comment names {encoding}, which is no encoding of text.") from error
    if not isinstance(data, bytes):
        raise InvalidFields(f"The coding comment names {encoding}, which is no encoding of text.")
    return codecs.BOM_UTF8 + data if keep_mark else data

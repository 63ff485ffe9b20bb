"""Rename a file atomically, only if the new name is free.

`os.rename` silently replaces a file of that name, and looking first is a race. Linux and macOS both have a system call
that refuses; Python lacks it, so it is called through ctypes, which is imported when the first file is renamed.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable
from functools import cache

_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
"""The errors of kernels and file systems that lack it."""

# renameat2(2) with RENAME_NOREPLACE; renamex_np(2) with RENAME_EXCL. Both take the same five arguments.
_NAME, _FLAG = ("renameatx_np", 4) if sys.platform == "darwin" else ("renameat2", 1)


@cache
def _system_call() -> Callable[[int, bytes, int, bytes], int] | None:
    """Return a function that renames exclusively and returns 0 or the errno; None where the system has no such call."""
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), _NAME, None)
    if call is None:
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    call.restype = ctypes.c_int

    def rename(folder: int, name: bytes, new_folder: int, new_name: bytes) -> int:
        return 0 if call(folder, name, new_folder, new_name, _FLAG) == 0 else ctypes.get_errno()

    return rename


def rename_exclusively(folder: int, name: str, new_folder: int, new_name: str) -> None:
    """Rename *name* in *folder* to *new_name* in *new_folder*; both folders are descriptors.

    Raises:
        FileExistsError: something has that name.
        OSError: the system refuses, as for `os.rename`.
    """
    rename = _system_call()
    if rename is not None:
        number = rename(folder, os.fsencode(name), new_folder, os.fsencode(new_name))
        if number == 0:
            return
        if number not in _UNSUPPORTED:
            raise OSError(number, os.strerror(number), name, None, new_name)
    _rename_in_steps(folder, name, new_folder, new_name)


def _rename_in_steps(folder: int, name: str, new_folder: int, new_name: str) -> None:
    """Rename without the system call: a hard link never replaces; a folder cannot have one, so look first."""
    if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        try:
            os.link(name, new_name, src_dir_fd=folder, dst_dir_fd=new_folder, follow_symlinks=False)
        except OSError as error:
            if error.errno not in {*_UNSUPPORTED, errno.EPERM, errno.EMLINK}:  # a file system without hard links
                raise
        else:
            os.unlink(name, dir_fd=folder)
            return
    try:
        os.stat(new_name, dir_fd=new_folder, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(name, new_name, src_dir_fd=folder, dst_dir_fd=new_folder)
    else:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new_name)

"""Files written whole or not at all: beside the target first, then renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from nitrivac.errors import OutputError

__all__ = ["prepare_folder", "write_bytes", "write_text"]


def prepare_folder(folder: str | Path) -> Path:
    """The folder, made if need be.

    Raises:
        OutputError: it cannot be made, is a file, or cannot be written.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise OutputError(f"{folder}: is a file; the output goes into a folder") from error
    except OSError as error:
        raise OutputError(f"{folder}: the output folder cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{folder}: the output folder cannot be written; choose another with -o")
    return folder


def write_text(path: str | Path, text: str, *, overwrite: bool = False) -> Path:
    """Write a text file (UTF-8, newline ends) whole or not at all; see `write_bytes`."""
    return write_bytes(path, text.encode("utf-8"), overwrite=overwrite)


def write_bytes(path: str | Path, content: bytes, *, overwrite: bool = False) -> Path:
    """Write a file whole or not at all.

    Args:
        path: the file; its folder must exist.
        content: all of it.
        overwrite: whether an existing file may be replaced.

    Returns:
        The path.

    Raises:
        OutputError: the file exists, or cannot be written; nothing is left behind.
    """
    path = Path(path)
    if path.is_dir():
        raise OutputError(f"{path}: is a folder, not a file to write")
    if path.exists() and not overwrite:
        raise OutputError(f"{path}: exists already; --force overwrites it")
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def _umask() -> int:
    """The process's file-mode mask; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask

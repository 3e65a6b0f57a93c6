"""Files written whole or not at all: beside the target first, then renamed."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import secrets
from pathlib import Path
from typing import IO, TYPE_CHECKING

from nitrivac.errors import OutputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["csv_text", "format_name", "lock", "prepare_folder", "whole_file", "write_files", "write_text", "write_texts"]

_TEMPORARY = re.compile(r"\..+\.nitrivac-[a-z0-9_]{8,12}\.part")
_MANY = 16  # files that are synced together


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


def csv_text(rows: Iterable[Mapping[str, object]], columns: Sequence[str], *, caution: str | None = None) -> str:
    """Rows as CSV under a line of column names; None is left empty.

    Args:
        rows: a value for every column.
        columns: their names, in order.
        caution: what every row must say, in a last column of this name; no such column without it.
    """
    if caution is not None:
        columns, rows = (*columns, "caution"), [{**row, "caution": caution} for row in rows]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, fieldnames=list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def format_name(word: str) -> str:
    """The one name of a file format: `vasp` is another word for `poscar`."""
    return "poscar" if word == "vasp" else word


def write_text(path: str | Path, text: str, *, overwrite: bool = False) -> Path:
    """Write one text file whole or not at all; see `write_texts`."""
    return write_texts({Path(path): text}, overwrite=overwrite)[0]


def write_texts(texts: Mapping[Path, str], *, overwrite: bool = False) -> tuple[Path, ...]:
    """Write several text files (UTF-8); see `write_files`."""
    contents = {path: text.encode("utf-8", "backslashreplace") for path, text in texts.items()}
    return write_files(contents, overwrite=overwrite)


def write_files(contents: Mapping[Path, bytes], *, overwrite: bool = False) -> tuple[Path, ...]:
    """Write several files, each whole, and none unless there is room for all.

    Args:
        contents: path to content; the folders must exist.
        overwrite: whether existing files may be replaced.

    Returns:
        The paths, in order.

    Raises:
        OutputError: a file exists, or cannot be written; nothing new is left behind.
    """
    targets = {os.fspath(path): content for path, content in contents.items()}
    folders = [Path(folder) for folder in sorted({os.path.dirname(path) or os.curdir for path in targets})]  # noqa: PTH120 - of thousands
    beside: dict[str, str] = {}
    path, mark = "", _mark()
    with contextlib.ExitStack() as locks:
        for folder in folders:
            locks.enter_context(_one_writer(folder))
        for path in targets:
            _refuse_existing(path, overwrite=overwrite)
        try:
            for path, content in targets.items():
                beside[path] = _name_beside(path, mark)
                _write_new(beside[path], content, sync=len(targets) < _MANY)
            if len(targets) >= _MANY:
                _sync_together(folders, beside.values())
            for path in targets:
                os.replace(beside[path], path)  # noqa: PTH105 - a Path costs as much as the call
                del beside[path]
            _sync_folders(folders)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
        finally:  # also when interrupted
            for temporary in beside.values():
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()
    return tuple(contents)


def _write_new(path: str, content: bytes, *, sync: bool) -> None:
    """Write a file that is not there yet: three calls of the system, for this is done ten thousand times a second."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]
        if sync:
            os.fsync(handle)
    finally:
        os.close(handle)


def _sync_together(folders: Iterable[Path], files: Iterable[str]) -> None:
    """Wait until files in some folders are on disk: at once where the system can do that, else one by one.

    Asked for each of many small files a disk takes a hundred times as long as for all of them.
    """
    if all(_sync_file_system(folder) for folder in folders):
        return
    for file in files:
        handle = os.open(file, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sync_file_system(folder: Path) -> bool:
    """Wait until all that was written to the file system of a folder is on disk; false where there is no call for that."""
    import ctypes

    try:
        library = ctypes.CDLL(None, use_errno=True)
        syncfs = library.syncfs  # Linux
    except (AttributeError, OSError, TypeError):
        return False
    handle = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(handle) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(handle)
    return True


def _sync_folders(folders: Iterable[Path]) -> None:
    """Wait until the names in folders are on disk, where folders can be synced."""
    for folder in folders:
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _refuse_existing(path: str | Path, *, overwrite: bool) -> None:
    if not os.path.lexists(path):
        return
    if Path(path).is_dir():
        raise OutputError(f"{path}: is a folder, not a file to write")
    if not overwrite:
        raise OutputError(f"{path}: exists already; --force overwrites it")


@contextlib.contextmanager
def whole_file(path: Path, *, overwrite: bool = False) -> Iterator[IO[bytes]]:
    """A stream for a file too large to be held as one text, which takes its name when all is written.

    Nothing else can be written to the folder by this module meanwhile.

    Args:
        path: the file; its folder must exist.
        overwrite: whether an existing file may be replaced.

    Raises:
        OutputError: it exists, or cannot be written; nothing new is left behind.
    """
    with _one_writer(path.parent):
        _refuse_existing(path, overwrite=overwrite)
        try:
            with _beside(path) as (temporary, stream):
                yield stream
            temporary.replace(path)
        except OutputError:
            raise
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error


@contextlib.contextmanager
def _one_writer(folder: Path) -> Iterator[None]:
    """Writers of one folder wait for each other, so that files that belong together come from one of them.

    Temporary files of a writer that was killed are removed: nobody else can be at work on them.
    """
    with contextlib.ExitStack() as stack:
        try:
            handle = os.open(folder, os.O_RDONLY)
        except OSError:  # the attempt to write will say what is wrong
            handle = -1
        if handle >= 0:
            stack.callback(os.close, handle)
            if lock(handle, wait=True):
                for left in _left_behind(folder):
                    with contextlib.suppress(OSError):
                        left.unlink()
        yield


def _left_behind(folder: Path) -> list[Path]:
    """Temporary files in a folder, which may hold a million others."""
    with os.scandir(folder) as entries:
        return [Path(entry.path) for entry in entries if entry.name[0] == "." and _TEMPORARY.fullmatch(entry.name)]


def lock(handle: int, *, wait: bool) -> bool:
    """Lock an open file or folder until it is closed, also by the end of the process.

    Args:
        handle: its descriptor.
        wait: wait for another holder; else give up at once.

    Returns:
        Whether this process holds the lock now; true where the system knows no locks of this kind but False if waiting is
        pointless there.
    """
    if fcntl is None:
        return not wait
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:  # a network file system without locks
        return not wait
    return True


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A temporary file in the same folder, on disk at the end; removed if that fails."""
    temporary = Path(_name_beside(os.fspath(path), _mark()))
    whole = False
    try:
        with temporary.open("xb") as stream:
            yield temporary, stream
            stream.flush()
            os.fsync(stream.fileno())
        whole = True
    finally:
        if not whole:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _mark() -> str:
    """What nobody else has in the names of temporary files."""
    return secrets.token_hex(6)


def _name_beside(path: str, mark: str) -> str:
    """A name in the same folder for the time until the file is whole."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name[:200]}.nitrivac-{mark}.part")  # noqa: PTH118 - as above

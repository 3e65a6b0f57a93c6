"""The manifest of a run: opened new or to be gone on with, held against other runs, its lines checked as data."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from nitrivac.errors import OutputError
from nitrivac.files import lock, prepare_folder, write_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["MANIFEST_NAME", "MANY_IN_ONE", "Manifest", "open_manifest"]

MANY_IN_ONE = {"extxyz": "configurations.extxyz", "ase": "configurations.db"}
MANIFEST_NAME = "manifest.jsonl"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The manifest of one run.

    Attributes:
        folder: where it is.
        run: what the run is: source, specification, plan, choice, format, version.
        rows: the configurations that are whole on disk when it is opened.
        resumed: whether an earlier run began it: files that it does not know of are that run's, and made again.
        held: the open manifest, locked against other runs until `release`.
    """

    folder: Path
    run: Mapping[str, Any]
    rows: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    resumed: bool = False
    held: BinaryIO | None = field(default=None, repr=False)

    def release(self) -> None:
        """Let other runs into the folder again."""
        if self.held is not None:
            self.held.close()


def open_manifest(folder: Path, run: Mapping[str, Any], *, resume: bool, overwrite: bool) -> Manifest:
    """The manifest of a folder, new or to be gone on with.

    Args:
        folder: the output folder, made if need be.
        run: what the run is.
        resume: go on with the run in the folder.
        overwrite: begin anew although there is one.

    Raises:
        OutputError: there is a run in the folder and neither was asked for, or it is another run.
    """
    path = prepare_folder(folder) / MANIFEST_NAME
    _refuse_links(folder)
    plain = json.loads(json.dumps(run))
    if not path.exists() or overwrite:
        if path.exists():  # nobody may be at work on what is replaced
            _held(path).close()
        write_text(path, json.dumps({"run": plain}, ensure_ascii=False) + "\n", overwrite=overwrite)
        return Manifest(folder=folder, run=plain, held=_held(path))
    with contextlib.ExitStack() as until_known:
        held = until_known.enter_context(_held(path))
        found, rows, end = _read(path)
        _refuse_other_run(path, plain, found, resume=resume)
        os.truncate(path, end)  # a line torn by a crash is no configuration
        until_known.pop_all()  # the manifest keeps it open
    return Manifest(folder=folder, run=plain, rows=tuple(rows), resumed=True, held=held)


def _refuse_other_run(path: Path, run: Mapping[str, Any], found: Mapping[str, Any], *, resume: bool) -> None:
    if not resume:
        raise OutputError(f"{path}: a run is here already; --resume goes on with it, --force begins anew")
    if found != run:
        different = [key for key in {**run, **found} if run.get(key) != found.get(key)]
        raise OutputError(
            f"{path}: is of another run ({', '.join(sorted(different))} differ); choose another folder, or --force"
        )


def _refuse_links(folder: Path) -> None:
    """Files that grow must be in the folder themselves: writing through a link would change what is elsewhere."""
    for name in (MANIFEST_NAME, *MANY_IN_ONE.values()):
        if (folder / name).is_symlink():
            raise OutputError(f"{folder / name}: is a symbolic link; nothing is written through it, remove it first")


def _held(path: Path) -> BinaryIO:
    """The manifest, open and locked.

    Raises:
        OutputError: another run is at work on it.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise OutputError(f"{path}: cannot be read: {error.strerror}") from error
    if not lock(stream.fileno(), wait=False) or not os.path.samestat(os.fstat(stream.fileno()), path.stat()):
        stream.close()
        raise OutputError(f"{path}: another run is writing into this folder; wait for it, or choose another with -o")
    return stream


def _read(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]], int]:
    """What the run is, its whole rows, and how many bytes those lines take."""
    run: dict[str, Any] | None = None
    rows: list[dict[str, Any]] = []
    end = 0
    with path.open("rb") as stream:
        for line in stream:
            try:
                record = json.loads(line)
            except ValueError:
                break
            if not line.endswith(b"\n") or not isinstance(record, dict):
                break
            if run is None:
                run = record.get("run")
                if not isinstance(run, dict):
                    break
            elif record.get("index") == len(rows) + 1 and _is_row(record):
                rows.append(record)
            else:
                break
            end += len(line)
    if not isinstance(run, dict):
        raise OutputError(f"{path}: is no manifest of nitrivac; choose another folder, or --force")
    return run, rows, end


def _is_row(record: dict[str, Any]) -> bool:
    """Whether a line of the manifest is what this program writes; one that is not is made again."""
    numbers = all(isinstance(record.get(key), (int, float, type(None))) for key in ("energy_eV", "mismatch", "seed", "end"))
    texts = all(isinstance(record.get(key), str) for key in ("file", "space_group", "certificate", "codes"))
    whole = all(type(record.get(key)) is int and record[key] > 0 for key in ("degeneracy", "stabiliser_order"))
    return numbers and texts and whole and {"energy_eV", "mismatch", "seed"} <= record.keys()

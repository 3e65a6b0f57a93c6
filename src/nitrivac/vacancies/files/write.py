"""Many configurations on disk: files, a manifest that grows with them, and a run that goes on where it stopped.

`manifest.jsonl` begins with a line that says what the run is; each further line is one configuration whose file is
whole. `manifest.csv` is made from it at the end.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.errors import OutputError
from nitrivac.files import csv_text, write_text, write_texts
from nitrivac.io.writers import SUFFIXES, crystal_text, has_plain_species
from nitrivac.vacancies.as_crystal import configuration_crystal, configuration_group
from nitrivac.vacancies.files.configuration_text import TEMPLATE_FORMATS, ConfigurationTexts, configuration_texts
from nitrivac.vacancies.files.manifest import MANIFEST_NAME, MANY_IN_ONE, Manifest, open_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from pathlib import Path

    from nitrivac.symmetry.space_group import SpaceGroup
    from nitrivac.vacancies.configuration import Configuration
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["MANY_IN_ONE", "Manifest", "open_manifest", "write_configurations"]

_TABLE = "manifest.csv"
_CHUNK = 1_000  # configurations written before the manifest is told of them
_CHUNK_SECONDS = 5.0  # or as many as are made in this time


def write_configurations(
    chosen: Iterable[tuple[ConfigurationSpace, Configuration]],
    manifest: Manifest,
    *,
    file_format: str,
    header_of: Callable[[ConfigurationSpace], Mapping[str, str]],
    expected: int | None,
    caution: str | None,
    overwrite: bool,
) -> Generator[dict[str, Any], None, None]:
    """Write configurations and give the manifest's row of each, those of an earlier run first.

    Args:
        chosen: configurations, each with its space, the same in the same order each time.
        manifest: see `open_manifest`.
        file_format: `cif`, `poscar`, `extxyz`, `ase` or `json`.
        header_of: items that the files of a space share.
        caution: what the table must say of all, see `nitrivac.crystal.model.Provenance`.
        expected: how many there will be, for the width of their numbers; None where it is not known.
        overwrite: whether existing files may be replaced.

    Raises:
        OutputError: a file exists or cannot be written.
    """
    try:
        yield from _written(
            chosen,
            manifest,
            file_format=file_format,
            header_of=header_of,
            expected=expected,
            caution=caution,
            overwrite=overwrite,
        )
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, OutputError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"{manifest.folder}: cannot be written: {reason}; --resume goes on when it can") from error
    finally:
        manifest.release()


def _written(
    chosen: Iterable[tuple[ConfigurationSpace, Configuration]],
    manifest: Manifest,
    *,
    file_format: str,
    header_of: Callable[[ConfigurationSpace], Mapping[str, str]],
    expected: int | None,
    caution: str | None,
    overwrite: bool,
) -> Iterator[dict[str, Any]]:
    digits = max(6, len(str(expected or 0)))
    done = len(manifest.rows)
    yield from manifest.rows
    space: ConfigurationSpace | None = None
    header: Mapping[str, str] = {}
    writer: ConfigurationTexts | None = None
    chunk: list[tuple[int, Configuration]] = []
    sink = _Sink(manifest, file_format, overwrite=overwrite or manifest.resumed)
    rows = list(manifest.rows)
    told = time.monotonic()

    def flushed() -> list[dict[str, Any]]:
        made = sink.write(space, chunk, writer, header, digits) if space is not None else []
        rows.extend(made)
        chunk.clear()
        return made

    for index, (its_space, one) in enumerate(chosen, start=1):
        if index <= done:
            continue
        if chunk and its_space is not space:
            yield from flushed()
        if its_space is not space:
            space, header = its_space, header_of(its_space)
            template = file_format == "cif" or (file_format in TEMPLATE_FORMATS and has_plain_species(space.crystal))
            writer = configuration_texts(space, one, file_format, header, own_items(one)) if template else None
        chunk.append((index, one))
        if len(chunk) == _CHUNK or time.monotonic() - told > _CHUNK_SECONDS:
            yield from flushed()
            told = time.monotonic()
    if chunk:
        yield from flushed()
    _write_table(manifest.folder / _TABLE, rows, caution=caution, overwrite=overwrite or manifest.resumed)


class _Sink:
    """Where the configurations of a run go."""

    def __init__(self, manifest: Manifest, file_format: str, *, overwrite: bool) -> None:
        self._folder = manifest.folder
        self._format = file_format
        self._overwrite = overwrite
        self._begun = bool(manifest.rows)
        self._end = manifest.rows[-1].get("end", 0) if manifest.rows else 0
        self._space: ConfigurationSpace | None = None
        self._groups: dict[bytes, SpaceGroup] = {}

    def write(
        self,
        space: ConfigurationSpace,
        chunk: list[tuple[int, Configuration]],
        writer: ConfigurationTexts | None,
        header: Mapping[str, str],
        digits: int,
    ) -> list[dict[str, Any]]:
        """Write some configurations, then tell the manifest."""
        if not chunk:
            return []
        groups = [self._group(space, one) for _, one in chunk]
        rows = [_row(index, one, group) for (index, one), group in zip(chunk, groups, strict=True)]
        texts_of_all = self._texts(space, chunk, groups, writer, header)
        if self._format in MANY_IN_ONE:
            path = self._folder / MANY_IN_ONE[self._format]
            if not self._begun and path.exists():
                if not self._overwrite:
                    raise OutputError(f"{path}: exists already; --force overwrites it")
                path.unlink()
            if self._format == "ase":
                _into_database(path, space, chunk, rows)
            else:
                self._append(path, texts_of_all, rows)
            for row in rows:
                row["file"] = path.name
        else:
            texts: dict[Path, str] = {}
            for (index, _), text, row in zip(chunk, texts_of_all, rows, strict=True):
                path = self._folder / f"configuration-{index:0{digits}d}{SUFFIXES[self._format]}"
                texts[path] = text
                row["file"] = path.name
            # After a crash files may be there that the manifest does not know; they are this run's own.
            write_texts(texts, overwrite=self._overwrite)
        self._begun = True
        with (self._folder / MANIFEST_NAME).open("a", encoding="utf-8") as stream:
            stream.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
            stream.flush()
            os.fsync(stream.fileno())
        return rows

    def _group(self, space: ConfigurationSpace, one: Configuration) -> SpaceGroup:
        """The group of a configuration; where it does not repeat within its cell, the operations it keeps alone decide."""
        if space is not self._space:
            self._space, self._groups = space, {}
        key = one.stabiliser.tobytes()
        if key in self._groups:
            return self._groups[key]
        group = configuration_group(space, one)
        if (group.rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2)).sum() == 1:
            self._groups[key] = group
        return group

    def _texts(
        self,
        space: ConfigurationSpace,
        chunk: list[tuple[int, Configuration]],
        groups: list[SpaceGroup],
        writer: ConfigurationTexts | None,
        header: Mapping[str, str],
    ) -> Iterator[str]:
        """The text of each configuration, made only when it is asked for."""
        for (_, one), group in zip(chunk, groups, strict=True):
            own = own_items(one)
            if writer is not None:
                yield writer.text(one, group, own)
            else:
                yield crystal_text(configuration_crystal(space, one), self._format, extra={**header, **own})

    def _append(self, path: Path, texts: Iterable[str], rows: list[dict[str, Any]]) -> None:
        """Frames behind those the manifest knows of; what a crash left behind them goes."""
        with path.open("r+b" if self._begun else "wb") as stream:
            stream.truncate(self._end)
            stream.seek(self._end)
            for text, row in zip(texts, rows, strict=True):
                stream.write(text.encode("utf-8"))
                row["end"] = stream.tell()
            stream.flush()
            os.fsync(stream.fileno())
            self._end = stream.tell()


def _into_database(
    path: Path, space: ConfigurationSpace, chunk: list[tuple[int, Configuration]], rows: list[dict[str, Any]]
) -> None:
    """Rows of an ASE database, a whole chunk or nothing."""
    from ase.db import connect

    from nitrivac.io.ase_atoms import to_atoms

    with connect(str(path), type="db") as database:
        known = [row.id for row in database.select(f"index>={chunk[0][0]}", columns=["id"], include_data=False)]
        if known:
            database.delete(known)
        for (_, one), row in zip(chunk, rows, strict=True):
            atoms = to_atoms(configuration_crystal(space, one))
            atoms.info.clear()
            pairs = {key: value for key, value in row.items() if value is not None and key not in ("codes", "file")}
            if space.crystal.provenance.caution is not None:
                pairs["caution"] = space.crystal.provenance.caution
            database.write(atoms, **pairs)


def own_items(one: Configuration) -> dict[str, str]:
    """Header items that are a configuration's own."""
    items = {"degeneracy": str(one.degeneracy), "chosen": one.certificate}
    if one.energy is not None:
        items["electrostatic_energy_eV"] = f"{one.energy:.6f}"
    if one.mismatch is not None:
        items["pair_correlation_mismatch"] = f"{one.mismatch:.8f}"
    if one.seed is not None:
        items["seed"] = str(one.seed)
    return items


def _row(index: int, one: Configuration, group: SpaceGroup) -> dict[str, Any]:
    return {
        "index": index,
        "file": None,
        "degeneracy": one.degeneracy,
        "stabiliser_order": len(one.stabiliser),
        "energy_eV": one.energy,
        "mismatch": one.mismatch,
        "space_group": group.symbol,
        "seed": one.seed,
        "certificate": one.certificate,
        "codes": "".join(map(str, one.codes.tolist())),
    }


def _write_table(path: Path, rows: list[dict[str, Any]], *, caution: str | None, overwrite: bool) -> None:
    columns = [
        "index",
        "file",
        "degeneracy",
        "stabiliser_order",
        "energy_eV",
        "mismatch",
        "space_group",
        "seed",
        "certificate",
    ]
    named = [{column: row[column] for column in columns} for row in rows]
    write_text(path, csv_text(named, columns, caution=caution), overwrite=overwrite)

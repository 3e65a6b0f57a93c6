"""Many configurations on disk: files, a manifest that grows with them, and a run that goes on where it stopped.

`manifest.jsonl` begins with a line that says what the run is; each further line is one configuration whose file is
whole. `manifest.csv` is made from it at the end.
"""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TYPE_CHECKING, Any

from nitrivac.crystal.files import csv_text, write_text, write_texts
from nitrivac.crystal.write import SUFFIXES, crystal_text, has_plain_species
from nitrivac.errors import OutputError
from nitrivac.vacancies.manifest_file import MANIFEST_NAME, MANY_IN_ONE, Manifest, open_manifest
from nitrivac.vacancies.realise import configuration_crystal, configuration_group
from nitrivac.vacancies.texts import TEMPLATE_FORMATS, ConfigurationTexts, configuration_texts

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping
    from pathlib import Path

    from nitrivac.crystal.space_group import SpaceGroup
    from nitrivac.vacancies.space import Configuration, ConfigurationSpace

__all__ = ["MANY_IN_ONE", "Manifest", "open_manifest", "write_configurations"]

_TABLE = "manifest.csv"
_CHUNK = 200  # configurations written before the manifest is told of them


def write_configurations(
    space: ConfigurationSpace,
    chosen: Iterable[Configuration],
    manifest: Manifest,
    *,
    file_format: str,
    header: Mapping[str, str],
    expected: int | None,
    overwrite: bool,
) -> Generator[dict[str, Any], None, None]:
    """Write configurations and give the manifest's row of each, those of an earlier run first.

    Args:
        space: the configuration space.
        chosen: its configurations, the same in the same order each time.
        manifest: see `open_manifest`.
        file_format: `cif`, `poscar`, `extxyz`, `ase` or `json`.
        header: items that all files share.
        expected: how many there will be, for the width of their numbers; None where it is not known.
        overwrite: whether existing files may be replaced.

    Raises:
        OutputError: a file exists or cannot be written.
    """
    try:
        yield from _written(
            space, chosen, manifest, file_format=file_format, header=header, expected=expected, overwrite=overwrite
        )
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, OutputError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"{manifest.folder}: cannot be written: {reason}; --resume goes on when it can") from error
    finally:
        manifest.release()


def _written(
    space: ConfigurationSpace,
    chosen: Iterable[Configuration],
    manifest: Manifest,
    *,
    file_format: str,
    header: Mapping[str, str],
    expected: int | None,
    overwrite: bool,
) -> Iterator[dict[str, Any]]:
    digits = max(6, len(str(expected or 0)))
    done = len(manifest.rows)
    yield from manifest.rows
    writer: ConfigurationTexts | None = None
    chunk: list[tuple[int, Configuration]] = []
    sink = _Sink(manifest, file_format, overwrite=overwrite or manifest.resumed)
    rows = list(manifest.rows)
    for index, one in enumerate(chosen, start=1):
        if index <= done:
            continue
        if writer is None and file_format in TEMPLATE_FORMATS and (file_format == "cif" or has_plain_species(space.crystal)):
            writer = configuration_texts(space, one, file_format, header, own_items(one))
        chunk.append((index, one))
        if len(chunk) == _CHUNK:
            made = sink.write(space, chunk, writer, header, digits)
            rows += made
            chunk = []
            yield from made
    made = sink.write(space, chunk, writer, header, digits)
    rows += made
    yield from made
    caution = space.crystal.provenance.caution
    _write_table(manifest.folder / _TABLE, rows, caution=caution, overwrite=overwrite or manifest.resumed)


class _Sink:
    """Where the configurations of a run go."""

    def __init__(self, manifest: Manifest, file_format: str, *, overwrite: bool) -> None:
        self._folder = manifest.folder
        self._format = file_format
        self._overwrite = overwrite
        self._begun = bool(manifest.rows)
        self._end = manifest.rows[-1].get("end", 0) if manifest.rows else 0

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
        groups = [configuration_group(space, one) for _, one in chunk]
        rows = [_row(index, one, group) for (index, one), group in zip(chunk, groups, strict=True)]
        if self._format in MANY_IN_ONE:
            path = self._folder / MANY_IN_ONE[self._format]
            if not self._begun and path.exists():
                if not self._overwrite:
                    raise OutputError(f"{path}: exists already; --force overwrites it")
                path.unlink()
            if writer is not None:
                self._append(path, chunk, groups, writer, rows)
            else:
                _into_database(path, space, chunk, rows)
            for row in rows:
                row["file"] = path.name
        else:
            texts: dict[Path, str] = {}
            for (index, one), group, row in zip(chunk, groups, rows, strict=True):
                path = self._folder / f"configuration-{index:0{digits}d}{SUFFIXES[self._format]}"
                own = own_items(one)
                texts[path] = (
                    crystal_text(configuration_crystal(space, one), self._format, extra={**header, **own})
                    if writer is None
                    else writer.text(one, group, own)
                )
                row["file"] = path.name
            # After a crash files may be there that the manifest does not know; they are this run's own.
            write_texts(texts, overwrite=self._overwrite)
        self._begun = True
        with (self._folder / MANIFEST_NAME).open("a", encoding="utf-8") as stream:
            stream.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
            stream.flush()
            os.fsync(stream.fileno())
        return rows

    def _append(
        self,
        path: Path,
        chunk: list[tuple[int, Configuration]],
        groups: list[SpaceGroup],
        writer: ConfigurationTexts,
        rows: list[dict[str, Any]],
    ) -> None:
        """Frames behind those the manifest knows of; what a crash left behind them goes."""
        with path.open("r+b" if self._begun else "wb") as stream:
            stream.truncate(self._end)
            stream.seek(self._end)
            for (_, one), group, row in zip(chunk, groups, rows, strict=True):
                stream.write(writer.text(one, group, own_items(one)).encode("utf-8"))
                row["end"] = stream.tell()
            stream.flush()
            os.fsync(stream.fileno())
            self._end = stream.tell()


def _into_database(
    path: Path, space: ConfigurationSpace, chunk: list[tuple[int, Configuration]], rows: list[dict[str, Any]]
) -> None:
    """Rows of an ASE database, a whole chunk or nothing."""
    from ase.db import connect

    from nitrivac.crystal.ase_io import to_atoms

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

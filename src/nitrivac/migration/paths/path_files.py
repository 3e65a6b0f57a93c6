"""Path images as files: VASP folders, extended XYZ, and the profile as JSON."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from nitrivac._version import __version__
from nitrivac.documents.origin import origin_keys, origin_text
from nitrivac.errors import UnsupportedError
from nitrivac.files import format_name

if TYPE_CHECKING:
    from pathlib import Path

    from nitrivac.migration.paths.record import MigrationPath

__all__ = ["path_texts"]


def path_texts(path: MigrationPath, folder: Path, file_format: str) -> dict[Path, str]:
    """The files of a path and what stands in them: the images first, then `profile.json`, which names them as it sees them.

    Args:
        path: the path.
        folder: where they go.
        file_format: `poscar`, or `vasp` (`00/POSCAR`, `01/POSCAR`, ...) or `extxyz` (`path.extxyz`, a frame for each image).

    Raises:
        UnsupportedError: the format is unknown.

    >>> from pathlib import Path
    >>> from nitrivac import find_hops, load, vacancy_path
    >>> from nitrivac.migration import path_texts
    >>> crystal = load("alpha-Li3N")
    >>> path = vacancy_path(crystal, find_hops(crystal), "h1", images=1, method="linear", supercell=2)
    >>> len(path_texts(path, Path("neb"), "vasp"))  # three images and the profile
    4
    """
    made = (
        f"source={origin_text(path.source, path.caution)} hop={path.name} {'->'.join(path.addresses_of_ends)} "
        f"method={path.method} "
        f"moving_atom={path.moving + 1} nitrivac={__version__}"
    )
    texts: dict[Path, str] = {}
    if format_name(file_format) == "poscar":
        for number in range(len(path.positions)):
            texts[folder / f"{number:02d}" / "POSCAR"] = _poscar(path, number, made)
    elif file_format == "extxyz":
        texts[folder / "path.extxyz"] = "".join(_frame(path, number) for number in range(len(path.positions)))
    else:
        raise UnsupportedError(f"no path format {file_format!r}; there are poscar (or vasp) and extxyz")
    images = tuple(name.relative_to(folder).as_posix() for name in texts)
    document = path.plain() | {"images": list(images)}
    texts[folder / "profile.json"] = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return texts


def _poscar(path: MigrationPath, number: int, made: str) -> str:
    """One image as a POSCAR, atoms in their order, each run of an element counted by itself.

    Coordinates are left unwrapped, so that interpolation between images takes the short way.
    """
    runs = [(symbol, len(list(group))) for symbol, group in groupby(path.symbols)]
    fractions = path.positions[number] @ np.linalg.inv(path.lattice)
    lines = [f"{made} image={number}", "1.0"]
    lines += ["  {:19.14f} {:19.14f} {:19.14f}".format(*vector) for vector in path.lattice]
    lines += [" ".join(symbol for symbol, _ in runs), " ".join(str(count) for _, count in runs)]
    lines += ["Direct"] if path.free is None else ["Selective dynamics", "Direct"]
    flags = ["" if path.free is None else "".join("   T" if one else "   F" for one in path.free[atom])
             for atom in range(len(fractions))]  # fmt: skip
    lines += ["  {:17.14f} {:17.14f} {:17.14f}".format(*point) + flag for point, flag in zip(fractions, flags, strict=True)]
    return "\n".join(lines) + "\n"


def _frame(path: MigrationPath, number: int) -> str:
    """One image as a frame of extended XYZ; `moving` is T for the moving atom, `move_mask` F for what may not move."""
    lattice = " ".join(f"{value:.10f}" for value in path.lattice.ravel())
    origin = " ".join(f'{key}="{value}"' for key, value in origin_keys(path.source, path.caution).items())
    made = f'{origin} hop="{path.name}" image={number} nitrivac="{__version__}"'
    columns = "species:S:1:pos:R:3:address:S:1:moving:L:1" + ("" if path.free is None else ":move_mask:L:3")
    lines = [str(len(path.symbols)), f'Lattice="{lattice}" Properties={columns} pbc="T T T" {made}']
    for index, (symbol, address, point) in enumerate(zip(path.symbols, path.addresses, path.positions[number], strict=True)):
        position = "{:16.10f} {:16.10f} {:16.10f}".format(*point)
        flags = "" if path.free is None else "".join(" T" if one else " F" for one in path.free[index])
        lines.append(f"{symbol:<2} {position} {address} {'T' if index == path.moving else 'F'}{flags}")
    return "\n".join(lines) + "\n"

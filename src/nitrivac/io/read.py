"""Structure files as crystals: CIF by our own reader, other formats by pymatgen and ASE."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nitrivac.errors import ReadError
from nitrivac.io.ase_atoms import crystal_from_atoms
from nitrivac.io.ase_files import is_database, is_trajectory
from nitrivac.io.cif.read import crystal_from_cif
from nitrivac.io.frames import chosen_frame, iterate_frames
from nitrivac.io.json_read import crystal_from_json
from nitrivac.io.poscar_read import crystal_from_poscar, selective_dynamics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["NamedSource", "free_coordinates", "named_source", "read_crystal"]

_MAXIMUM_BYTES = 200_000_000
_POSCAR_NAMES = ("POSCAR", "CONTCAR")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSource:
    """A file, and what of it a source names.

    Attributes:
        path: the file.
        block: the data block of a CIF, as in `both.cif#HT`, else None.
        frame: the number of a structure among many, as in `run.traj@-1`, else None.
    """

    path: Path
    block: str | None = None
    frame: int | None = None


def named_source(source: str | Path) -> NamedSource:
    """The file that a source names, with data block or frame; the whole is the file's name where there is such a file."""
    text = str(source)
    match = re.fullmatch(r"(.+)(?:#([^#]+)|@(-?\d{1,9}))", text, re.DOTALL)
    try:
        if match is None or Path(text).exists() or not Path(match[1]).is_file():
            return NamedSource(path=Path(source))
    except (OSError, ValueError):  # a name too long, or with a zero byte
        return NamedSource(path=Path(source))
    return NamedSource(path=Path(match[1]), block=match[2], frame=int(match[3]) if match[3] else None)


def read_crystal(path: str | Path, *, symprec: float = 0.01) -> Crystal:
    """The crystal of a structure file.

    Args:
        path: CIF, POSCAR or CONTCAR, extended XYZ, JSON of this program, pymatgen, OPTIMADE or ASE, an ASE trajectory or
            database, or any other text format of a periodic structure that ASE knows by its name; text also as `.gz`.
            `both.cif#HT` is the data block HT of a CIF, `run.traj@-1` the last of many structures.
        symprec: tolerance in angstrom of the symmetry search where the file states no symmetry.

    Raises:
        ReadError, BuildError: the file makes no crystal; the message names it and says why.

    >>> from tempfile import TemporaryDirectory
    >>> from nitrivac import load
    >>> from nitrivac.io import read_crystal
    >>> with TemporaryDirectory() as folder:
    ...     read_crystal(load("alpha-Li3N").write(f"{folder}/alpha.cif")).space_group.symbol
    'P6/mmm'
    """
    source = str(path)
    named = named_source(path)
    content = _content(named.path)
    name = named.path.name.removesuffix(".gz")
    suffix = Path(name).suffix.lower()
    if named.block is not None and suffix != ".cif":
        raise ReadError(f"{source}: a data block (#{named.block}) can be chosen in CIF files only")
    if suffix == ".mcif":
        raise ReadError(f"{source}: magnetic CIF is not read; write the nuclear structure as .cif")
    if is_trajectory(content) or is_database(content):
        return _from_frames(named, source, symprec)
    if b"\0" in content:
        raise ReadError(f"{source}: is a binary file; a text format such as CIF or POSCAR is needed")
    poscar = _is_poscar(name)
    if named.frame is not None and (suffix == ".cif" or poscar):
        raise ReadError(f"{source}: holds one structure; none is chosen by @{named.frame}")
    if suffix == ".cif":
        return crystal_from_cif(_decoded(content), str(named.path), symprec=symprec, block_name=named.block)
    if poscar:
        return crystal_from_poscar(_decoded(content), source, symprec=symprec)
    if suffix == ".json":
        return crystal_from_json(_decoded(content), source, symprec=symprec, frame=named.frame)
    return _from_frames(named, source, symprec)


def free_coordinates(path: str | Path) -> NDArray[np.bool_] | None:
    """Which coordinates of each atom of a structure file may move: selective dynamics of a POSCAR.

    Args:
        path: any structure file.

    Returns:
        Shape (atoms, 3); None where all may, as in files of other formats.

    Raises:
        ReadError: the file cannot be read, or what it says of an atom is incomplete.
    """
    named = named_source(path).path
    if not named.is_file() or not _is_poscar(named.name.removesuffix(".gz")):
        return None
    return selective_dynamics(_decoded(_content(named)), str(path))


def _is_poscar(name: str) -> bool:
    """Whether a file is a POSCAR by its name."""
    upper = name.upper()
    return upper.startswith(_POSCAR_NAMES) or upper.endswith((*_POSCAR_NAMES, ".VASP"))


def _from_frames(named: NamedSource, source: str, symprec: float) -> Crystal:
    """One structure of a file that may hold many."""
    atoms = chosen_frame(iterate_frames(named.path, source), named.frame, source)
    return crystal_from_atoms(atoms, source=source, symprec=symprec)


def _content(path: Path) -> bytes:
    try:
        if "\0" in str(path):
            raise ReadError(f"{path}: no file has such a name")
        if path.is_dir():
            raise ReadError(f"{path}: is a folder; a structure file is needed")
        if not path.is_file() and path.exists():
            raise ReadError(f"{path}: is no ordinary file")
        if path.stat().st_size > _MAXIMUM_BYTES:
            raise ReadError(f"{path}: {path.stat().st_size} bytes are more than the {_MAXIMUM_BYTES} that are read")
        if path.suffix == ".gz":
            with gzip.open(path) as stream:
                content = stream.read(_MAXIMUM_BYTES + 1)
            if len(content) > _MAXIMUM_BYTES:
                raise ReadError(f"{path}: unpacks to more than the {_MAXIMUM_BYTES} bytes that are read")
        else:
            content = path.read_bytes()
    except FileNotFoundError as error:
        raise ReadError(f"{path}: there is no such file") from error
    except (OSError, EOFError, zlib.error) as error:
        raise ReadError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if not content.strip():
        raise ReadError(f"{path}: the file is empty")
    return content


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")  # old CIFs have accented names of authors in it

"""Structure files as crystals: CIF by our own reader, other formats by pymatgen and ASE."""

from __future__ import annotations

import gzip
import json
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nitrivac.crystal.ase_io import ASE_FORMATS, crystal_from_atoms
from nitrivac.crystal.convert import crystal_from_dict, crystal_from_structure
from nitrivac.crystal.read_cif import crystal_from_cif
from nitrivac.crystal.read_optimade import crystal_from_optimade, looks_like_optimade
from nitrivac.errors import DocumentError, NitrivacError, ReadError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pymatgen.core.structure import Structure

    from nitrivac.crystal.model import Crystal

__all__ = ["file_and_block", "read_crystal"]

_MAXIMUM_BYTES = 200_000_000
_CIF = (".cif", ".mcif")
_ACCEPTED_JSON = "a crystal of this program, a pymatgen Structure or an OPTIMADE structure"
_POSCAR_NAMES = ("POSCAR", "CONTCAR")


def file_and_block(source: str | Path) -> tuple[Path, str | None]:
    """The file and the CIF data block that a source names, as in `both.cif#HT`; the whole is the file where it exists."""
    path = Path(source)
    name, mark, block = str(source).rpartition("#")
    try:
        if not mark or not block or path.exists() or not Path(name).is_file():
            return path, None
    except (OSError, ValueError):  # a name too long, or with a zero byte
        return path, None
    return Path(name), block


def read_crystal(path: str | Path, *, symprec: float = 0.01) -> Crystal:
    """The crystal of a structure file.

    Args:
        path: CIF (also `.gz`), POSCAR or CONTCAR, extended XYZ, JSON of this program, pymatgen or OPTIMADE, or any other
            format of a periodic structure that ASE knows by its name. `both.cif#HT` is the data block HT of a CIF.
        symprec: tolerance in angstrom of the symmetry search where the file states no symmetry.

    Raises:
        ReadError, BuildError: the file makes no crystal; the message names it and says why.
    """
    source = str(path)
    path, block = file_and_block(path)
    content = _content(path)
    name = path.name.removesuffix(".gz")
    suffix = Path(name).suffix.lower()
    if block is not None and suffix != ".cif":
        raise ReadError(f"{source}: a data block (#{block}) can be chosen in CIF files only")
    if suffix == ".mcif":
        raise ReadError(f"{source}: magnetic CIF is not read; write the nuclear structure as .cif")
    if b"\0" in content:
        raise ReadError(f"{source}: is a binary file; a text format such as CIF or POSCAR is needed")
    if suffix == ".cif":
        return crystal_from_cif(_decoded(content), str(path), symprec=symprec, block_name=block)
    if name.upper().startswith(_POSCAR_NAMES) or suffix in (".vasp", ".poscar"):
        return _from_poscar(_decoded(content), source, symprec)
    if suffix == ".json":
        return _from_json(_decoded(content), source, symprec)
    return _from_ase(path, source, symprec)


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


def _foreign(source: str, read: Callable[[], Any], what: str) -> Any:
    """The result of another program's reader, its warnings kept off the terminal and any failure made ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return read()
        except NitrivacError:
            raise
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise ReadError(f"{source}: cannot be read as {what}: {reason[:200]}") from error


def _from_poscar(text: str, source: str, symprec: float) -> Crystal:
    lines = text.splitlines()
    if len(lines) < 7:
        raise ReadError(f"{source}: no POSCAR: {len(lines)} lines are too few")
    if not lines[5].strip() or lines[5].split()[0].isdigit():
        raise ReadError(f"{source}: line 6 of a POSCAR must name the elements; this one (VASP 4) has only numbers")
    from pymatgen.io.vasp.inputs import Poscar

    structure = _foreign(source, lambda: Poscar.from_str(text, read_velocities=False).structure, "POSCAR")
    return crystal_from_structure(structure, source=source, symprec=symprec)


def _from_json(text: str, source: str, symprec: float) -> Crystal:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{source}: no valid JSON: {error}") from error
    if not isinstance(data, dict):
        raise ReadError(f"{source}: holds no structure; {_ACCEPTED_JSON} is needed")
    if data.get("@class") == "Crystal":
        try:
            return _named(source, lambda: crystal_from_dict(data))
        except DocumentError as error:
            raise ReadError(str(error)) from error
    if looks_like_optimade(data):
        return crystal_from_optimade(data, source=source, symprec=symprec)
    if "lattice" not in data or "sites" not in data:
        raise ReadError(f"{source}: holds no structure; {_ACCEPTED_JSON} is needed")
    structure = _foreign(source, lambda: _plain_structure(data), "a pymatgen Structure")
    return crystal_from_structure(structure, source=source, symprec=symprec)


def _plain_structure(data: dict[str, Any]) -> Structure:
    """A Structure from the numbers and names of its data alone.

    pymatgen's own `from_dict` imports modules that the properties name, which would let a file run code.
    """
    from pymatgen.core.lattice import Lattice
    from pymatgen.core.periodic_table import Element, Species
    from pymatgen.core.structure import Structure

    species, points, labels = [], [], []
    for site in data["sites"]:
        composition: dict[Element | Species, float] = {}
        for one in site["species"]:
            state = one.get("oxidation_state")
            kind = Element(one["element"]) if state is None else Species(one["element"], float(state))
            composition[kind] = composition.get(kind, 0.0) + float(one["occu"])
        species.append(composition)
        points.append([float(value) for value in site["abc"]])
        label = (site.get("properties") or {}).get("label") or site.get("label")
        labels.append(str(label) if label else None)
    return Structure(Lattice(data["lattice"]["matrix"]), species, points, labels=labels)


def _named(source: str, read: Callable[[], Crystal]) -> Crystal:
    """The crystal, or its error with the file's name before it."""
    try:
        return read()
    except NitrivacError as error:
        raise type(error)(str(error) if source in str(error) else f"{source}: {error}") from error


def _from_ase(path: Path, source: str, symprec: float) -> Crystal:
    import ase.io
    from ase.io.formats import filetype

    file_format = _foreign(source, lambda: filetype(str(path)), "a structure")
    if file_format not in ASE_FORMATS:
        raise ReadError(f"{source}: {file_format} files are not read; CIF, POSCAR, extended XYZ and JSON are the usual ones")
    frames = _foreign(source, lambda: ase.io.read(path, index=":", format=file_format), "a structure")
    if len(frames) != 1:
        raise ReadError(f"{source}: holds {len(frames)} structures; one is needed")
    return crystal_from_atoms(frames[0], source=source, symprec=symprec)

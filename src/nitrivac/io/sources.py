"""One door for every source: a catalogue id, a record, a structure file, a pymatgen or ASE object."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from nitrivac.catalog import get_material, load_record, material_ids, record_and_candidate
from nitrivac.catalog.candidates import candidate_sources, caution_of, described_by, find_candidate
from nitrivac.catalog.coordinates import parse_coordinate
from nitrivac.crystal.build import AsymmetricSite, crystal_from_asymmetric_unit
from nitrivac.crystal.from_structure import crystal_from_structure
from nitrivac.crystal.model import Crystal
from nitrivac.crystal.orbit import Occupant, Provenance
from nitrivac.errors import BuildError, ReadError, RecordError, SpaceGroupError, UnknownMaterialError
from nitrivac.io.read import named_source, read_crystal
from nitrivac.symmetry.space_group import parse_space_group
from nitrivac.uncertain_number import parsed_uncertainty

if TYPE_CHECKING:
    from ase import Atoms
    from numpy.typing import NDArray
    from pymatgen.core.structure import IStructure

    from nitrivac.catalog.model import Material

__all__ = ["Source", "crystal_from_record", "load", "names_source", "record_of"]

Source: TypeAlias = "str | Path | Crystal | IStructure | Atoms"
RECORD_SUFFIXES = (".yaml", ".yml")


def load(source: Source, *, symprec: float = 0.01) -> Crystal:
    """The crystal a source stands for.

    Args:
        source: a catalogue id (`beta-Li3N`), a candidate of a record (`beta-Li10P4N10#R3`), the path of a structure or
            record file, a pymatgen Structure, ASE Atoms or a Crystal. A word that is both an id and a file means the id;
            write `./name` for the file.
        symprec: tolerance in angstrom of the symmetry search where the source states no symmetry.

    Raises:
        UnknownMaterialError: neither an id nor a file.
        ReadError, RecordError, BuildError: the file or record makes no crystal; the message says why.

    >>> from nitrivac import load
    >>> load("beta-Li3N")
    <Crystal Li3N, P6_3/mmc, 8 sites: beta-Li3N>
    """
    if isinstance(source, Crystal):
        return source
    if isinstance(source, (str, Path)):
        return _load_named(source, symprec)
    if hasattr(source, "get_scaled_positions"):
        from nitrivac.io.ase_atoms import crystal_from_atoms

        return crystal_from_atoms(source, symprec=symprec)
    return crystal_from_structure(source, symprec=symprec)


def _load_named(source: str | Path, symprec: float) -> Crystal:
    text = str(source)
    named = named_source(source)
    path = named.path
    looks_like_path = isinstance(source, Path) or "/" in text or "\\" in text or _exists(path)
    identifier, candidate = record_and_candidate(text)
    if identifier in material_ids():
        return crystal_from_record(get_material(identifier), candidate)
    if not looks_like_path:
        try:
            return crystal_from_record(get_material(identifier), candidate)
        except UnknownMaterialError:
            if not path.suffix or path.suffix[1:2].isdigit():
                raise
            raise ReadError(f"{text}: there is no such file, and no catalogue record of this name") from None
    if path.suffix.lower() in RECORD_SUFFIXES and named.frame is None:
        return crystal_from_record(load_record(path), named.block)
    return read_crystal(source, symprec=symprec)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or with a zero byte
        return False


def names_source(text: str) -> bool:
    """Whether a word is a catalogue id, with or without a candidate, or a file that is there."""
    identifier, _ = record_and_candidate(text)
    if identifier in material_ids() or _exists(named_source(text).path):
        return True
    try:
        get_material(identifier)
    except UnknownMaterialError:
        return False
    return True


def record_of(source: Source) -> Material | None:
    """The record a source names, as `load` understands it; None for what is no catalogue id and no record file.

    With the name of a candidate behind it, it is the record that has the candidate.

    Raises:
        RecordError: the file is no record.
    """
    if not isinstance(source, (str, Path)):
        return None
    text, path = str(source), named_source(source).path
    identifier, _ = record_and_candidate(text)
    if identifier in material_ids():
        return get_material(identifier)
    if path.suffix.lower() in RECORD_SUFFIXES:
        return load_record(path)
    if "/" in text or "\\" in text or path.exists():
        return None
    try:
        return get_material(identifier)  # names are forgiving: `β-Li3N`
    except UnknownMaterialError:
        return None


def crystal_from_record(material: Material, candidate: str | None = None) -> Crystal:
    """The crystal of a catalogue record, every statement of the record checked while it is built.

    Args:
        material: the record.
        candidate: name of one of its candidates, which is built in place of a structure.

    Raises:
        BuildError: the record has no structure (the message says why), or its sites do not make what it states.
        UnknownMaterialError: the record has no such candidate.
        RecordError: a site is not on the Wyckoff position stated, or the symbol is no space group.

    >>> from nitrivac import get_material
    >>> from nitrivac.io import crystal_from_record
    >>> crystal_from_record(get_material("LiPN2"))
    <Crystal LiPN2, I-42d, 16 sites: LiPN2>
    """
    where = str(material.path) if material.path else material.id
    caution = None
    if candidate is not None:
        caution = caution_of(material)
        material = described_by(material, find_candidate(material, candidate))
        where = f"{where}: candidate {candidate}"
    if not material.sites or material.space_group is None or material.lattice is None:
        raise BuildError(_no_structure(material))
    try:
        group = parse_space_group(material.space_group.symbol)
    except SpaceGroupError as error:
        raise RecordError(f"{where}: space_group.symbol: {error}") from error
    if group.number != material.space_group.number:
        raise RecordError(
            f"{where}: space_group.number: {material.space_group.number} is not that of {group.setting}, {group.number}"
        )
    sites = [
        AsymmetricSite(
            label=site.label,
            occupants=tuple(
                Occupant(element=element, occupancy=occupancy, oxidation=site.oxidation.get(element))
                for element, occupancy in site.species.items()
            ),
            xyz=tuple(parse_coordinate(value) for value in site.xyz),
            uncertainties=tuple(parsed_uncertainty(str(value)) for value in site.xyz),
            wyckoff=site.wyckoff,
            where=f"{where}: sites[{index}] ({site.label})",
        )
        for index, site in enumerate(material.sites)
    ]
    origin = material.source if caution is None else None  # nobody published a candidate
    provenance = Provenance(
        source=material.id,
        grade=material.grade,
        citation=origin.citation if origin else None,
        doi=(origin.doi or None) if origin else None,
        formula=material.formula,
        charge_neutral=material.charge_neutral,
        pressure_GPa=origin.pressure_GPa if origin else None,
        caution=caution,
    )
    try:
        return crystal_from_asymmetric_unit(
            _lattice(material), group, sites, provenance, z=material.z, cell_uncertainties=material.lattice.uncertainties
        )
    except BuildError as error:
        raise RecordError(str(error) if where in str(error) else f"{where}: {error}") from error


def _no_structure(material: Material) -> str:
    """Why there is nothing to build, and what may be built instead."""
    candidates = ", ".join(candidate_sources([material]))
    instead = f" Candidates, none of them decided on: {candidates}." if candidates else ""
    return f"{material.id} cannot be built ({material.status}): {material.reason}{instead}"


def _lattice(material: Material) -> NDArray[np.float64]:
    from pymatgen.core.lattice import Lattice

    cell = material.lattice
    assert cell is not None
    lattice = Lattice.from_parameters(cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma, vesta=True)
    return np.array(lattice.matrix)

"""CIF files as crystals in their published setting; gemmi knows the syntax, everything stated is checked."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac.crystal.build import AsymmetricSite, crystal_from_asymmetric_unit
from nitrivac.crystal.from_sites import crystal_from_sites
from nitrivac.crystal.orbit import Orbit, Provenance
from nitrivac.crystal.uncertainty import stated_uncertainties
from nitrivac.errors import NitrivacError, ReadError
from nitrivac.io.cif.atoms import ROUNDING_A, AtomRow, read_rows
from nitrivac.io.cif.contents import ContentsCheck, check_contents, formula_units
from nitrivac.io.cif.kinds import refuse_magnetic_and_modulated, remarks_on_moments
from nitrivac.io.cif.multiplicity import check_multiplicities
from nitrivac.io.cif.names import with_flat_names
from nitrivac.io.cif.sites import merged_rows
from nitrivac.io.cif.symmetry import CandidateGroup, Declaration, declared_symmetry
from nitrivac.io.cif.syntax import parsed_cif
from nitrivac.size_limits import SEARCHED_SITES
from nitrivac.symmetry.thirds import completed_point
from nitrivac.uncertain_number import parsed_uncertainty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["crystal_from_cif"]

_CELL = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
REMARKABLE_A = 0.01  # farther than digits left out move an atom


def crystal_from_cif(text: str, source: str, *, symprec: float, block_name: str | None = None) -> Crystal:
    """The crystal of a CIF text.

    The declared group is kept. A file in P1, or without symmetry, has its symmetry found in the cell as given.

    Args:
        text: the file's content.
        source: its name, for messages.
        symprec: tolerance in angstrom of that search.
        block_name: which data block, where several have atoms.

    Raises:
        ReadError: malformed or contradictory; the message names file, tag or line, and reason.
        BuildError: the sites make no crystal.
    """
    block = _block(text, source, block_name)
    refuse_magnetic_and_modulated(block, source)
    lattice = _lattice(block, source)
    rows, remarks = read_rows(block, lattice, source)
    declared = declared_symmetry(block, lattice, source)

    def made_with(group: SpaceGroup | None) -> tuple[Crystal, ContentsCheck]:
        crystal = _crystal(block, lattice, rows, group, source, symprec)
        contents = check_contents(block, crystal)
        if contents.problem:
            raise ReadError(f"{source}: {contents.problem}")
        return crystal, contents

    taken, (crystal, contents) = _decided(declared, made_with)
    remarks = (
        *declared.remarks,
        *([taken.remark] if taken.remark else []),
        *crystal.provenance.remarks,
        *remarks,
        *remarks_on_moments(block),
        *contents.remarks,
    )
    return replace(crystal, provenance=replace(crystal.provenance, remarks=remarks))


def _decided(
    declared: Declaration, made_with: Callable[[SpaceGroup | None], tuple[Crystal, ContentsCheck]]
) -> tuple[CandidateGroup, tuple[Crystal, ContentsCheck]]:
    """The one candidate, or of several the only one that makes the stated contents."""
    if not declared.undecided:
        return declared.candidates[0], made_with(declared.candidates[0].group)
    fitting = []
    for candidate in declared.candidates:
        try:
            made = made_with(candidate.group)
        except NitrivacError:
            continue
        if made[1].stated and not made[1].remarks:
            fitting.append((candidate, made))
    if len(fitting) != 1:
        raise ReadError(declared.undecided)
    return fitting[0]


def _crystal(
    block: gemmi.cif.Block,
    lattice: NDArray[np.float64],
    rows: list[AtomRow],
    group: SpaceGroup | None,
    source: str,
    symprec: float,
) -> Crystal:
    """The crystal that a group makes of the rows, with remarks on what was done to them."""
    provenance = _provenance(block, source)
    cell_uncertainties = [parsed_uncertainty(block.find_value(f"_cell_{name}") or "") for name in _CELL]
    if group is None or group.order == 1:
        return _without_symmetry(lattice, rows, provenance, symprec, cell_uncertainties)
    sites, site_of_row = merged_rows(rows, group, lattice, source)
    z = formula_units(block)
    crystal = crystal_from_asymmetric_unit(
        lattice, group, sites, provenance, z=z, tolerance=ROUNDING_A, cell_uncertainties=cell_uncertainties
    )
    remarks = (
        *crystal.provenance.remarks,
        *check_multiplicities(rows, site_of_row, crystal, source),
        *_moved_onto_special_positions(crystal, [site.xyz for site in sites]),
    )
    return replace(crystal, provenance=replace(crystal.provenance, remarks=remarks))


def _moved_onto_special_positions(crystal: Crystal, stated: list[tuple[float, ...]]) -> tuple[str, ...]:
    """Remarks on atoms that were farther from their special position than rounding explains."""
    remarks = []
    for orbit, xyz in zip(crystal.orbits, stated, strict=True):
        offset = crystal.frac_coords[orbit.indices[0]] - np.array(xyz)
        distance = float(np.linalg.norm((offset - np.round(offset)) @ crystal.lattice))
        if distance > REMARKABLE_A:
            remarks.append(
                f"{orbit.label} is {distance:.3f} angstrom off its special position {orbit.wyckoff} and is put on it"
            )
    return tuple(remarks)


def _block(text: str, source: str, name: str | None) -> gemmi.cif.Block:
    document = parsed_cif(text, source)
    blocks = [with_flat_names(block) for block in document]
    with_atoms = [block for block in blocks if block.find_values("_atom_site_fract_x")]
    if not with_atoms:
        cartesian = any(block.find_values("_atom_site_Cartn_x") for block in blocks)
        hint = " (it looks like a macromolecular mmCIF)" if cartesian else ""
        raise ReadError(f"{source}: there are no atoms: no data block has _atom_site_fract_x{hint}")
    names = ", ".join(f"data_{block.name}" for block in with_atoms[:20])
    if name is not None:
        chosen = [block for block in with_atoms if block.name.casefold() == name.removeprefix("data_").casefold()]
        if not chosen:
            raise ReadError(f"{source}: no data block {name!r} has atoms; there are {names}")
        return chosen[0]
    if len(with_atoms) > 1:
        raise ReadError(
            f"{source}: {len(with_atoms)} data blocks have atoms ({names}); choose one as {source}#{with_atoms[0].name}"
        )
    return with_atoms[0]


def _number_of(block: gemmi.cif.Block, tag: str) -> float | None:
    value = block.find_value(tag)
    number = gemmi.cif.as_number(value) if value else math.nan
    return None if math.isnan(number) else number


def _lattice(block: gemmi.cif.Block, source: str) -> NDArray[np.float64]:
    from pymatgen.core.lattice import Lattice

    values = []
    for name in _CELL:
        tag = f"_cell_{name}"
        number = _number_of(block, tag)
        largest, what = (180.0, "an angle below 180 degrees") if "angle" in name else (10_000.0, "a length in angstrom")
        if number is None or not 0 < number < largest:
            given = block.find_value(tag)
            raise ReadError(f"{source}: {tag} is {given or 'missing'}; {what} above 0 is needed")
        values.append(number)
    alpha, beta, gamma = np.radians(values[3:])
    cosines = np.cos([alpha, beta, gamma])
    if 1 - (cosines**2).sum() + 2 * cosines.prod() <= 1e-8:
        raise ReadError(f"{source}: cell angles {values[3]:g}, {values[4]:g}, {values[5]:g} degrees close no cell")
    a, b, c, alpha, beta, gamma = values
    return np.array(Lattice.from_parameters(a, b, c, alpha, beta, gamma, vesta=True).matrix)


def _provenance(block: gemmi.cif.Block, source: str) -> Provenance:
    def text(tag: str) -> str | None:
        value = block.find_value(tag)
        return " ".join(gemmi.cif.as_string(value).split()) or None if value and value not in "?." else None

    return Provenance(
        source=source,
        grade=text("_nitrivac_grade"),
        citation=text("_publ_section_references"),
        caution=text("_nitrivac_caution"),
        doi=text("_journal_paper_doi") or text("_journal_paper_DOI") or text("_citation_doi"),
    )


def _without_symmetry(
    lattice: NDArray[np.float64],
    rows: list[AtomRow],
    provenance: Provenance,
    symprec: float,
    cell_uncertainties: Sequence[float],
) -> Crystal:
    from nitrivac.symmetry.space_group import parse_space_group

    sites, _ = merged_rows(rows, parse_space_group("P1"), lattice, provenance.source)
    crystal = crystal_from_sites(
        lattice,
        np.array([site.xyz for site in sites]),
        [site.occupants for site in sites],
        [_orbit_label(site.label) for site in sites],
        origin=Provenance(source=provenance.source),
        symprec=symprec,
    )
    group = crystal.space_group
    completed = [completed_point(group, site.xyz, lattice, tolerance=symprec) for site in sites]
    crystal = replace(crystal, frac_coords=np.array(completed))
    of_first_site = {orbit.label: sites[int(orbit.indices[0])].uncertainties for orbit in crystal.orbits}
    crystal = replace(
        crystal,
        uncertainties=stated_uncertainties(cell_uncertainties, of_first_site),
        orbits=tuple(_with_displacement(orbit, sites) for orbit in crystal.orbits),
    )
    if len(sites) > SEARCHED_SITES:
        return replace(
            crystal,
            provenance=replace(
                provenance, note=crystal.provenance.note, remarks=crystal.provenance.remarks, symmetry_stated=False
            ),
        )
    note = f"listed without symmetry; found by spglib at {symprec:g} angstrom"
    return replace(
        crystal,
        provenance=replace(provenance, note=note, remarks=crystal.provenance.remarks, symmetry_stated=False),
    )


def _with_displacement(orbit: Orbit, sites: Sequence[AsymmetricSite]) -> Orbit:
    """An orbit with the mean displacement of its sites, as far as they state one."""
    stated = [value for index in orbit.indices if (value := sites[int(index)].displacement) is not None]
    return replace(orbit, displacement=sum(stated) / len(stated)) if stated else orbit


def _orbit_label(label: str) -> str:
    """The orbit's label where each site's label is that with a serial number, `Li2_17` as this program writes it."""
    return re.sub(r"_\d+$", "", label)

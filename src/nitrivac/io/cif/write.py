"""CIF files that say all: symmetry, asymmetric unit, occupancies, where the data come from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac._version import __version__
from nitrivac.crystal.composition import formula_text
from nitrivac.crystal.occupation.occupants import type_symbol
from nitrivac.crystal.sites import right_handed
from nitrivac.crystal.uncertainty import cell_parameters
from nitrivac.symmetry.space_group import as_triplets
from nitrivac.uncertain_number import number_with_uncertainty, same_digits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nitrivac.crystal.model import Crystal

_NONE = (0.0, 0.0, 0.0)
__all__ = ["cif_text", "coordinate_texts", "number_text"]

_UNCERTAIN_DIGITS = 6  # of a coordinate that was moved onto its special position, with its uncertainty
_COORDINATE_DIGITS = 10  # enough that a reader never takes two images of a third for two atoms


def coordinate_texts(point: Sequence[float], uncertainties: Sequence[float] = _NONE) -> list[str]:
    """The three fractional coordinates of a site as CIF has them."""
    return [number_text(value, _COORDINATE_DIGITS, error) for value, error in zip(point, uncertainties, strict=True)]


def cif_text(crystal: Crystal, *, extra: Mapping[str, str] | None = None) -> str:
    """The crystal as CIF text.

    A crystal in a tabulated setting is written as operations and asymmetric unit. One in another cell (a primitive
    cell, a supercell) is written in P1 with every site, its group stated in `_nitrivac_space_group`.

    Args:
        crystal: the crystal, ordered or not.
        extra: further items, written as `_nitrivac_KEY`.

    Returns:
        The text, the same for the same crystal.
    """
    document = gemmi.cif.Document()
    block = document.add_new_block(_block_name(crystal.provenance.source))
    for tag, value in _header(crystal, extra or {}).items():
        block.set_pair(tag, value if re.fullmatch(r"-?\d+(\.\d+)?(\(\d+\))?", value) else gemmi.cif.quote(value))
    symmetry = block.init_loop("_space_group_symop_", ["id", "operation_xyz"])
    triplets = as_triplets(crystal.space_group) if _keeps_setting(crystal) else ["x,y,z"]
    for number, triplet in enumerate(triplets, start=1):
        symmetry.add_row([str(number), gemmi.cif.quote(triplet)])
    _add_atom_types(block, crystal)
    _add_atom_sites(block, crystal)
    return document.as_string(gemmi.cif.WriteOptions())


def _keeps_setting(crystal: Crystal) -> bool:
    """Whether operations can be written; a left-handed cell is written by lengths and angles of the right-handed one."""
    return crystal.space_group.is_tabulated and float(np.linalg.det(crystal.lattice)) > 0


def _block_name(source: str) -> str:
    name = source.replace("\\", "/").rpartition("/")[2]
    return re.sub(r"[^A-Za-z0-9_.+-]+", "_", name)[:70] or "crystal"


def number_text(value: float, digits: int, uncertainty: float = 0.0) -> str:
    """A number of CIF with so many digits behind the point, zeros at the end left out, or with its standard uncertainty."""
    if uncertainty > 0:
        return same_digits(value, uncertainty, _UNCERTAIN_DIGITS)
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _header(crystal: Crystal, extra: Mapping[str, str]) -> dict[str, str]:
    origin, group = crystal.provenance, crystal.space_group
    stated = crystal.uncertainties
    cell = zip(cell_parameters(crystal.lattice).tolist(), stated.cell if stated else (0.0,) * 6, strict=True)
    volume_su = crystal.propagation.volume if crystal.propagation else None
    header = {"_audit_creation_method": f"nitrivac {__version__}", "_nitrivac_source": origin.source}
    optional = {
        "_nitrivac_grade": origin.grade,
        "_nitrivac_caution": origin.caution,
        "_nitrivac_note": origin.note,
        "_journal_paper_doi": origin.doi,
        "_publ_section_references": origin.citation,
    }
    header |= {tag: value for tag, value in optional.items() if value}
    header |= {f"_nitrivac_{key}": value for key, value in extra.items()}
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    header |= {f"_cell_{name}": number_text(value, 8, su) for name, (value, su) in zip(names, cell, strict=True)}
    header["_cell_volume"] = (
        number_with_uncertainty(crystal.volume, volume_su, 4) if volume_su else number_text(crystal.volume, 4)
    )
    if crystal.z is not None:
        header["_cell_formula_units_Z"] = number_text(crystal.z, 6)
    header["_chemical_formula_sum"] = " ".join(
        formula_text({element: amount}) for element, amount in _formula_amounts(crystal).items()
    )
    header["_exptl_crystal_density_diffrn"] = number_text(crystal.density, 4)
    if _keeps_setting(crystal):
        header |= _symmetry_items(group.number, group.setting, group.hall)
    else:
        header |= _symmetry_items(1, "P1", "P 1")
        header["_nitrivac_space_group"] = f"{group.symbol} (number {group.number}) in this cell, written in P1"
    return header


def _symmetry_items(number: int, setting: str, hall: str) -> dict[str, str]:
    spaced = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(hall))
    name = spaced.xhm() if spaced is not None else setting
    return {
        "_space_group_IT_number": str(number),
        "_space_group_name_H-M_alt": name.replace(":", " :"),
        "_space_group_name_Hall": hall,
    }


def _formula_amounts(crystal: Crystal) -> dict[str, float]:
    """Atoms per formula unit where Z is stated, else per cell."""
    scale = crystal.z or 1.0
    return {element: amount / scale for element, amount in sorted(crystal.contents.items())}


def _add_atom_types(block: gemmi.cif.Block, crystal: Crystal) -> None:
    known = [one for orbit in crystal.orbits for one in orbit.occupants if one.oxidation is not None]
    types = {type_symbol(one.element, one.oxidation): one.oxidation for one in known}
    if types:
        loop = block.init_loop("_atom_type_", ["symbol", "oxidation_number"])
        for symbol, oxidation in sorted(types.items()):
            loop.add_row([symbol, number_text(float(oxidation or 0.0), 4)])


def _add_atom_sites(block: gemmi.cif.Block, crystal: Crystal) -> None:
    columns = ["label", "type_symbol", "symmetry_multiplicity", "Wyckoff_symbol"]
    moving = ["U_iso_or_equiv"] if any(orbit.displacement is not None for orbit in crystal.orbits) else []
    loop = block.init_loop("_atom_site_", [*columns, "fract_x", "fract_y", "fract_z", "occupancy", *moving])
    tabulated = _keeps_setting(crystal)
    frac_coords = right_handed(crystal.lattice, crystal.frac_coords)[1]
    stated = crystal.uncertainties.coordinates if crystal.uncertainties else {}
    for orbit in crystal.orbits:
        label = re.sub(r"\s+", "_", orbit.label)
        uncertainties = stated.get(orbit.label, _NONE) if tabulated else _NONE
        for serial, index in enumerate(orbit.indices[:1] if tabulated else orbit.indices, start=1):
            for occupant in orbit.occupants:
                species = type_symbol(occupant.element, occupant.oxidation)
                kind = species if orbit.elements.count(occupant.element) > 1 else occupant.element
                name = label if len(orbit.occupants) == 1 else f"{label}_{kind}"
                loop.add_row(
                    [
                        gemmi.cif.quote(name if tabulated else f"{name}_{serial}"),
                        species,
                        str(orbit.multiplicity) if tabulated else "1",
                        (orbit.letter or ".") if tabulated else "a",
                        *coordinate_texts(frac_coords[index].tolist(), uncertainties),
                        number_text(occupant.occupancy, _COORDINATE_DIGITS, occupant.uncertainty or 0.0),
                        *("?" if orbit.displacement is None else number_text(orbit.displacement, 6) for _ in moving),
                    ]
                )

"""Molecular anions: carbon or boron bound to nitrogen and to each other, as in NCN, N(CN)2, C6N4 and BN2."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.chemistry.radii import bond_cutoff
from nitrivac.columns import Column, Columns
from nitrivac.crystal.composition import formula_text
from nitrivac.documents.document import Document
from nitrivac.neighbours import neighbour_pairs
from nitrivac.polyhedra.coordination import CARBON_BOND_A, elements_on
from nitrivac.polyhedra.frameworks.periodic_components import Link, Vector, components, neighbours_of

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.coordination import Roles

__all__ = ["MolecularAnion", "molecular_anions", "molecule_bonds"]

_CENTRES = ("C", "B")
_STRAIGHT = 175.0
_NAMES = {
    "CN": "cyanide",
    "C2N3": "dicyanamide",
    "C4N3": "tricyanomethanide",
    "C6N4": "tetracyanoethylenide",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MolecularAnion(Document):
    """One kind of molecular anion.

    Attributes:
        formula: e.g. `CN2`, `C6N4`.
        per_cell: how many there are in the cell of the source.
        bonds: shortest and longest bond by pair of elements, angstrom, e.g. `{"C-N": (1.22, 1.24)}`.
        angles: smallest and largest bond angle at carbon or boron, degrees, None without one.
        name: `linear NCN`, `dicyanamide`, or just `molecular anion`.
    """

    formula: str
    per_cell: int
    bonds: dict[str, tuple[float, float]]
    angles: tuple[float, float] | None
    name: str

    columns: ClassVar[Columns[MolecularAnion]] = Columns(
        (
            Column("formula", lambda anion: anion.formula),
            Column("per_cell", lambda anion: anion.per_cell),
            Column("name", lambda anion: anion.name),
            Column("bonds_A", lambda anion: anion.bonds, digits=None),
            Column("angles_deg", lambda anion: anion.angles, digits=None),
        )
    )


def molecular_anions(crystal: Crystal, roles: Roles) -> tuple[MolecularAnion, ...]:
    """The molecular anions of a crystal: finite groups of carbon, or of boron with at most three nitrogens, and nitrogen.

    Args:
        crystal: ordered or average; groups with partly occupied or mixed sites are left out.
        roles: its cations and anions.
    """
    lengths = molecule_bonds(crystal, roles)
    if not lengths:
        return ()
    links: list[Link] = [(*bond, -1) for bond in lengths]
    sites = sorted({site for first, second, _ in lengths for site in (first, second)})
    names = dict(zip(sites, elements_on(crystal, sites), strict=True))
    around = neighbours_of(links)
    found: Counter[tuple[str, str, tuple[tuple[str, tuple[float, float]], ...], tuple[float, float] | None]] = Counter()
    for component in components(sites, links):
        members = component.members
        inside = Counter(names[site] for site in members)
        boron = [len(around.get(site, [])) for site in members if names[site] == "B"]
        if component.dimension or set(inside) == {"N"} or "N" not in inside or max(boron, default=0) > 3:
            continue
        bonds: dict[str, list[float]] = {}
        for (first, second, _), distance in lengths.items():
            if first in members and names[first] in _CENTRES:
                pair = f"{names[first]}-{names[second]}"
                bonds.setdefault(pair, []).append(round(distance, 4))
        angles = _angles(crystal, [site for site in members if names[site] in _CENTRES], around)
        formula = formula_text({element: inside[element] for element in ("B", "C", "N") if element in inside})
        name = _name(formula, inside, angles)
        limits = tuple((pair, (min(values), max(values))) for pair, values in sorted(bonds.items()))
        found[formula, name, limits, angles] += 1
    return tuple(
        MolecularAnion(formula=formula, per_cell=count, bonds=dict(bonds), angles=angles, name=name)
        for (formula, name, bonds, angles), count in found.items()
    )


def molecule_bonds(crystal: Crystal, roles: Roles) -> dict[tuple[int, int, Vector], float]:
    """The bonds from carbon and boron to nitrogen and from carbon to carbon, each from such a centre.

    Args:
        crystal: ordered or average; partly occupied or mixed sites are left out.
        roles: its cations and anions.

    Returns:
        Length in angstrom by the two sites and the cell of the second.
    """
    centres = [element for element in _CENTRES if element in crystal.elements]
    if not centres or "N" not in roles.anions:
        return {}
    owner = crystal.orbit_of_site
    ordered = [
        index for index, orbit in enumerate(crystal.orbits) if orbit.is_ordered and orbit.elements[0] in (*centres, "N")
    ]
    sites = np.flatnonzero(np.isin(owner, ordered))
    names = dict(zip(sites.tolist(), elements_on(crystal, sites), strict=True))
    cutoff: dict[str, float] = {element: bond_cutoff(crystal, element, "N") for element in centres}
    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords[sites], max([CARBON_BOND_A, *cutoff.values()]))
    lengths: dict[tuple[int, int, Vector], float] = {}
    for first, second, image, distance in zip(
        sites[pairs.centres].tolist(), sites[pairs.neighbours].tolist(), pairs.images.tolist(), pairs.distances.tolist(),
        strict=True,
    ):  # fmt: skip
        one, other = names[first], names[second]
        limit = CARBON_BOND_A if one == other == "C" else cutoff.get(one, 0.0) if other == "N" else 0.0
        if distance <= limit:
            lengths[first, second, (image[0], image[1], image[2])] = distance
    return lengths


def _angles(
    crystal: Crystal, centres: list[int], around: dict[int, list[tuple[int, tuple[int, int, int]]]]
) -> tuple[float, float] | None:
    """Smallest and largest angle between bonds at the centres, degrees."""
    angles = []
    for site in centres:
        ends = around.get(site, [])
        vectors = np.array([crystal.frac_coords[other] + image - crystal.frac_coords[site] for other, image in ends])
        if len(vectors) < 2:
            continue
        units = vectors @ crystal.lattice
        units /= np.linalg.norm(units, axis=1)[:, None]
        one, other = np.triu_indices(len(units), 1)
        cosines = np.clip((units[one] * units[other]).sum(axis=1), -1, 1)
        angles += np.degrees(np.arccos(cosines)).tolist()
    return (round(min(angles), 2), round(max(angles), 2)) if angles else None


def _name(formula: str, inside: Counter[str], angles: tuple[float, float] | None) -> str:
    if inside["N"] == 2 and sum(inside.values()) == 3 and angles:
        shape = "linear" if angles[0] >= _STRAIGHT else "bent"
        return f"{shape} N{formula[0]}N"
    return _NAMES.get(formula, "molecular anion")

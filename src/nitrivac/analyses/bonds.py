"""Bond lengths and angles around the cations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.analyses.part import Found, Options, Part
from nitrivac.columns import Column, Columns
from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.bonding.bonds import Bond, BondGeometry

__all__ = ["BONDS"]


def _run(crystal: Crystal, _: Options) -> BondGeometry:
    from nitrivac.polyhedra.bonding.bonds import bond_geometry

    return bond_geometry(crystal)


def _shortest(found: Found[BondGeometry]) -> Bond | None:
    return min(found.result.bonds, key=lambda bond: bond.distance, default=None)


def _ends(found: Found[BondGeometry]) -> str | None:
    bond = _shortest(found)
    return None if bond is None else f"{bond.site} - {bond.ligand}"


def _length(found: Found[BondGeometry]) -> float | None:
    bond = _shortest(found)
    return None if bond is None else bond.distance


def _uncertainty(found: Found[BondGeometry]) -> float | None:
    bond = _shortest(found)
    return None if bond is None else bond.distance_su


def _ranges(values: Iterable[tuple[str, float]], digits: int) -> str | None:
    """`Li-N 1.938-2.106; P-N 1.635`: smallest and largest of each kind."""
    kinds: dict[str, list[str]] = {}
    for name, value in sorted(values, key=lambda pair: pair[1]):
        kinds.setdefault(name, []).append(f"{value:.{digits}f}")
    texts = (f"{name} {'-'.join(dict.fromkeys((found[0], found[-1])))}" for name, found in sorted(kinds.items()))
    return "; ".join(texts) or None


BONDS: Part[BondGeometry] = Part(
    name="bonds",
    run=_run,
    key="bonds",
    field="bonds",
    file="bonds.csv",
    lacks=(UnsupportedError,),
    title="Bond lengths and angles",
    columns=Columns(
        (
            Column("shortest_bond", _ends, description="its ends, a cation and an anion"),
            Column("shortest_bond_A", _length, uncertainty=_uncertainty, kind="float", description="its length, angstrom"),
            Column(
                "bond_lengths",
                lambda found: _ranges(((bond.elements, bond.distance) for bond in found.result.bonds), 3),
                description="shortest and longest for each pair of elements, angstrom",
            ),
            Column(
                "bond_angles",
                lambda found: _ranges(((angle.elements, angle.angle) for angle in found.result.angles), 1),
                description="smallest and largest at cations for each three elements, degrees",
            ),
        )
    ),
)

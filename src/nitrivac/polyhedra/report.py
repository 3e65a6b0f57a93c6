"""Everything about the polyhedra of one crystal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nitrivac.crystal.radii import bond_cutoff, is_anion
from nitrivac.polyhedra.coordination import Polyhedron, cation_elements, coordination_polyhedra, coordination_shells
from nitrivac.polyhedra.framework import Framework, default_centres, find_frameworks
from nitrivac.polyhedra.sharing import Sharing, find_sharing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal

__all__ = ["PolyhedraReport", "analyze_polyhedra"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolyhedraReport:
    """Coordination, sharing and frameworks of a crystal.

    Attributes:
        source: what the crystal is.
        polyhedra: one for each cation orbit.
        sharing: for each pair of orbits whose polyhedra meet.
        frameworks: of the centres asked for, or of the covalent ones.
        cutoffs: `Li-N` to the distance in angstrom up to which an anion is a ligand.
    """

    source: str
    polyhedra: tuple[Polyhedron, ...]
    sharing: tuple[Sharing, ...]
    frameworks: tuple[Framework, ...]
    cutoffs: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "source": self.source,
            "cutoff_A": self.cutoffs,
            "polyhedra": [
                {
                    "site": one.site,
                    "centre": one.centre,
                    "ligands": list(one.ligands),
                    "coordination": one.coordination,
                    "distances_A": [round(value, 4) for value in one.distances],
                    "volume_A3": None if one.volume is None else round(one.volume, 4),
                    "last_kept_A": None if one.kept is None else round(one.kept, 4),
                    "first_dropped_A": None if one.dropped is None else round(one.dropped, 4),
                    "ambiguous": one.is_ambiguous,
                    "average": one.average,
                }
                for one in self.polyhedra
            ],
            "sharing": [
                {
                    "from": one.start,
                    "to": one.end,
                    "corner": one.corner,
                    "edge": one.edge,
                    "face": one.face,
                    "shortest_A": round(one.shortest, 4),
                }
                for one in self.sharing
            ],
            "frameworks": [_framework_dict(one) for one in self.frameworks],
        }


def _framework_dict(one: Framework) -> dict[str, Any]:
    return {
        "centre": one.centre,
        "formula": one.formula,
        "coordination": _text_keys(one.coordination),
        "dimension": one.dimension,
        "directions": list(one.directions),
        "kappa": str(one.kappa),
        "q": _text_keys(one.q),
        "terminal": one.terminal,
        "bridging": _text_keys(one.bridging),
        "rings": _text_keys(one.rings),
        "ring_limit": one.ring_limit,
        "nets": one.nets,
        "name": one.name,
        "average": one.average,
    }


def _text_keys(numbers: dict[int, float]) -> dict[str, float]:
    return {str(key): value for key, value in numbers.items()}


def analyze_polyhedra(crystal: Crystal, *, centres: Sequence[str] | None = None) -> PolyhedraReport:
    """The coordination polyhedra of a crystal, how they share, and the frameworks they make.

    Args:
        crystal: ordered or average; partly occupied and mixed sites count as positions, and results say so.
        centres: elements whose polyhedra make one framework; by default each covalent element, and all of them together.

    Raises:
        UnsupportedError: there are no anions, or a centre is no cation of the crystal.
    """
    shells, dropped = coordination_shells(crystal)
    chosen = (tuple(centres),) if centres is not None else default_centres(crystal)
    anions = [element for element in crystal.elements if is_anion(crystal, element)]
    return PolyhedraReport(
        source=crystal.provenance.source,
        polyhedra=coordination_polyhedra(crystal, shells, dropped),
        sharing=find_sharing(crystal, shells),
        frameworks=tuple(one for group in chosen for one in find_frameworks(crystal, shells, group)),
        cutoffs={
            f"{cation}-{anion}": bond_cutoff(crystal, cation, anion)
            for cation in cation_elements(crystal)
            for anion in anions
        },
    )

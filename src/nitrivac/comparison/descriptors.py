"""The geometry of one compound in a few numbers that can stand beside a conductivity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nitrivac.documents.document import Document
from nitrivac.migration import find_hops
from nitrivac.polyhedra import analyze_polyhedra

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration import HopNetwork
    from nitrivac.polyhedra import Framework, PolyhedraReport

__all__ = ["BARRIERS", "DIMENSION_MARGIN", "NUMBERS", "Descriptors", "describe"]

SPECIES = "Li"
DIMENSION_MARGIN = 0.10  # hops this much longer than the first that span count for the number of dimensions spanned

# What is correlated with the properties: name of the attribute, and words for people.
NUMBERS = {
    "shortest_hop": "shortest hop (Å)",
    "percolating_1d": "1D percolation (Å)",
    "percolating_3d": "3D percolation (Å)",
    "bottleneck_1d": "1D bottleneck (Å)",
    "bottleneck_3d": "3D bottleneck (Å)",
    "dimension": "dimensions spanned",
    "corners": "Li-Li corners",
    "edges": "Li-Li edges",
    "faces": "Li-Li faces",
    "lithium_density": "Li per nm³",
    "kappa": "condensation κ",
    "vacancy_fraction": "Li vacancies",
}

# The same, of barriers by a potential, where they are given.
BARRIERS = {"barrier_1d": "1D barrier (eV)", "barrier_3d": "3D barrier (eV)"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Descriptors(Document):
    """Geometry of the average structure of a compound; sites that lithium partly occupies are sites.

    Attributes:
        shortest_hop: shortest distance between two lithium sites that can both be filled, angstrom.
        percolating_1d: the longest hop of the easiest way through the crystal, angstrom; None where nothing is spanned.
        percolating_3d: the same for a network in three dimensions.
        bottleneck_1d: radius in angstrom of the largest sphere that gets through on straight hops, ionic radii taken off.
        bottleneck_3d: the same in three dimensions.
        dimension: number of dimensions spanned by hops no more than a tenth longer than `percolating_1d`.
        corners: lithium polyhedra that a lithium polyhedron meets in just a corner: mean over the ions, partly occupied
            neighbours counted with their occupancy.
        edges: in an edge.
        faces: in a face.
        lithium_density: lithium ions per cubic nanometre, with which the numbers of neighbours rise.
        kappa: degree of condensation n(T)/n(X) of a framework of tetrahedra, None without one (molecular anions such as BN2
            have a ratio too, but condense nothing) and where its sites are mixed or partly occupied.
        framework: formula of its unit or repeat, None without one.
        coordination: coordination numbers of its centres, likewise.
        q: its Q^n, with shares where there are several, likewise.
        extension: number of dimensions in which it extends, likewise.
        mixed: whether its sites are mixed or partly occupied, so that its numbers are averages of no one framework.
        vacancy_fraction: vacant share of the sites of lithium.
        barrier_1d: by a potential: how high the easiest way through the crystal is above the lowest vacancy, eV; None where
            no barriers were given, or none that span it.
        barrier_3d: the same in three dimensions.

    >>> from nitrivac import compare
    >>> geometry = compare("binary nitride").compounds[0].geometry
    >>> round(geometry.shortest_hop, 3), geometry.dimension
    (2.181, 3)
    """

    shortest_hop: float | None
    percolating_1d: float | None
    percolating_3d: float | None
    bottleneck_1d: float | None
    bottleneck_3d: float | None
    dimension: int
    corners: float
    edges: float
    faces: float
    lithium_density: float
    kappa: Fraction | None
    framework: str | None
    coordination: str | None
    q: str | None
    extension: int | None
    mixed: bool
    vacancy_fraction: float
    barrier_1d: float | None = None
    barrier_3d: float | None = None


def describe(crystal: Crystal) -> Descriptors:
    """The descriptors of a crystal with lithium.

    Raises:
        UnsupportedError: it has no lithium, or no anions.
    """
    network, report = find_hops(crystal, species=SPECIES, widest_paths=False), analyze_polyhedra(crystal)
    corners, edges, faces = _sharing(crystal, report)
    framework = _whole_framework(report.frameworks)
    orbits = [orbit for orbit in crystal.orbits if SPECIES in orbit.elements]
    sites = sum(len(orbit.indices) for orbit in orbits)
    return Descriptors(
        shortest_hop=min((hop.distance for hop in network.hops if not hop.exclusive), default=None),
        percolating_1d=network.by_distance[0].value,
        percolating_3d=network.by_distance[2].value,
        bottleneck_1d=network.by_radius[0].value,
        bottleneck_3d=network.by_radius[2].value,
        dimension=_dimension(network),
        corners=corners,
        edges=edges,
        faces=faces,
        lithium_density=crystal.contents[SPECIES] / crystal.volume * 1000,
        kappa=framework.kappa if framework and not framework.average and set(framework.coordination) == {4} else None,
        mixed=framework is not None and framework.average,
        framework=framework.formula if framework else None,
        coordination="/".join(str(number) for number in framework.coordination) if framework else None,
        q=_q_text(framework) if framework else None,
        extension=framework.dimension if framework else None,
        vacancy_fraction=sum(orbit.vacancy * len(orbit.indices) for orbit in orbits) / sites,
    )


def _dimension(network: HopNetwork) -> int:
    first = network.by_distance[0].value
    if first is None:
        return 0
    return sum(one.value is not None and one.value <= first * (1 + DIMENSION_MARGIN) for one in network.by_distance)


def _sharing(crystal: Crystal, report: PolyhedraReport) -> tuple[float, float, float]:
    """Corner-, edge- and face-sharing lithium neighbours of a lithium ion."""
    amounts = {crystal.address(orbit): orbit.occupancy_of(SPECIES) for orbit in crystal.orbits}
    ions = sum(orbit.occupancy_of(SPECIES) * len(orbit.indices) for orbit in crystal.orbits)
    multiplicity = {crystal.address(orbit): len(orbit.indices) for orbit in crystal.orbits}
    corner = edge = face = 0.0
    for one in report.sharing:
        weight = amounts[one.start] * multiplicity[one.start] * amounts[one.end] / ions
        corner, edge, face = corner + weight * one.corner, edge + weight * one.edge, face + weight * one.face
    return corner, edge, face


def _whole_framework(frameworks: Sequence[Framework]) -> Framework | None:
    """The framework of all covalent centres together: listed last; of several groups the most condensed one."""
    last = [one for one in frameworks if one.centre == frameworks[-1].centre]
    return max(last, key=lambda one: (one.dimension, one.kappa), default=None)


def _q_text(framework: Framework) -> str:
    if len(framework.q) == 1:
        return "".join(f"Q{n}" for n in framework.q)
    return " ".join(f"Q{n} {share:.0%}" for n, share in framework.q.items())

"""Frameworks of chosen centres: how far they extend, how condensed they are, and what a chemist calls them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.composition import formula_text
from nitrivac.crystal.neighbours import neighbour_pairs
from nitrivac.crystal.permutations import site_permutations
from nitrivac.errors import UnsupportedError
from nitrivac.polyhedra.coordination import cation_elements
from nitrivac.polyhedra.periodic import components, neighbours_of
from nitrivac.polyhedra.rings import MAX_RING, primitive_rings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.coordination import Shell
    from nitrivac.polyhedra.periodic import Component, Link

__all__ = ["COVALENT", "Framework", "default_centres", "find_frameworks"]

# Elements whose bonds to nitrogen or oxygen make a framework in these compounds.
COVALENT = ("B", "C", "Al", "Si", "P", "S", "Ga", "Ge", "In", "Sc", "Ti", "V", "Zr", "Nb", "Mo", "Hf", "Ta", "W")
_CARBON_BOND_A = 1.7  # longer than any C-C bond, shorter than any contact between molecules
_MOST_LINKS = 8  # centres with more linked neighbours have rings without number, and they mean nothing
_DIMENSIONS = ("isolated", "chain", "layer", "network")
_GERMAN = {2: "zweier", 3: "dreier", 4: "vierer", 5: "fünfer", 6: "sechser", 7: "siebener", 8: "achter"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """The network of one set of centres and the anions around them.

    Attributes:
        centre: elements of the centres, `P` or `P,Si`.
        formula: centres and anions of one building unit (finite) or of the repeat (periodic), e.g. `P4N10`.
        coordination: coordination number to share of the centres.
        dimension: 0 to 3 directions in which it extends.
        directions: lattice directions or planes along which, as Miller indices.
        kappa: degree of condensation n(T)/n(X) as a fraction.
        q: number of bridging ligands to share of the centres.
        terminal: ligands bound to one centre, per centre.
        bridging: number of centres met to ligands, per centre (`{2: 2.0}`: two doubly bridging per centre).
        rings: size in centres to primitive rings per centre, up to `ring_limit`.
        ring_limit: largest ring looked for; 0 where centres have so many neighbours that rings were not looked for.
        nets: number of separate nets or groups in the cell of the source.
        name: what a chemist calls it.
        average: whether partly occupied or mixed sites take part, so that these are averages.
    """

    centre: str
    formula: str
    coordination: dict[int, float]
    dimension: int
    directions: tuple[str, ...]
    kappa: Fraction
    q: dict[int, float]
    terminal: float
    bridging: dict[int, float]
    rings: dict[int, float]
    ring_limit: int
    nets: int
    name: str
    average: bool


def default_centres(crystal: Crystal) -> tuple[tuple[str, ...], ...]:
    """The covalent elements of a crystal, apart and, where there are several, together."""
    present = [element for element in cation_elements(crystal) if element in COVALENT]
    if "C" in present and _carbon_chain(crystal):
        present.remove("C")  # a molecular anion, no framework of polyhedra
    apart = [(element,) for element in present]
    return (*apart, tuple(present)) if len(present) > 1 else tuple(apart)


def _carbon_chain(crystal: Crystal) -> bool:
    """Whether carbon is bound to carbon, as in tetracyanoethylenide."""
    carbon = np.concatenate([orbit.indices for orbit in crystal.orbits if "C" in orbit.elements])
    return len(neighbour_pairs(crystal.lattice, crystal.frac_coords[carbon], _CARBON_BOND_A).centres) > 0


def find_frameworks(crystal: Crystal, shells: dict[int, Shell], centres: Sequence[str]) -> tuple[Framework, ...]:
    """The frameworks of a set of centres, one entry for each kind of component.

    Args:
        crystal: ordered or average.
        shells: see `nitrivac.polyhedra.coordination.coordination_shells`.
        centres: element symbols.

    Raises:
        UnsupportedError: a centre is not in the crystal, or is an anion there.
    """
    for element in centres:
        if element not in cation_elements(crystal):
            raise UnsupportedError(
                f"{crystal.provenance.source} has no polyhedra around {element}; there are those of "
                f"{', '.join(cation_elements(crystal))}"
            )
    if "C" in centres and _carbon_chain(crystal):
        raise UnsupportedError(
            f"{crystal.provenance.source}: carbon is bound to carbon there; a molecular anion is no framework of polyhedra"
        )
    sites = [site for site in shells if set(crystal.orbits[int(crystal.orbit_of_site[site])].elements) & set(centres)]
    links = _links(shells, sites)
    repeats = _pure_translations(crystal)
    groups: dict[tuple[object, ...], list[Framework]] = defaultdict(list)
    for component in components(sites, links):
        one = _framework(crystal, shells, tuple(centres), component, links, repeats)
        groups[one.formula, one.dimension, one.directions, tuple(one.q.items()), tuple(one.rings.items())].append(one)
    return tuple(_counted(same) for same in groups.values())


def _counted(same: list[Framework]) -> Framework:
    return replace(same[0], nets=len(same))


def _links(shells: dict[int, Shell], sites: Sequence[int]) -> list[Link]:
    """Centre-centre links through a common ligand, each once: first, second, cell of the second, ligand's atom."""
    around: dict[int, list[tuple[int, np.ndarray]]] = defaultdict(list)
    for site in sites:
        for ligand in shells[site].ligands:
            around[ligand[0]].append((site, np.array(ligand[1:])))
    links: set[Link] = set()
    for atom, centres in around.items():
        for index, (first, cell) in enumerate(centres):
            for second, other in centres[index + 1 :]:
                # The ligand is in `cell` seen from the first centre and in `other` seen from the second.
                image = cell - other
                key = (int(image[0]), int(image[1]), int(image[2]))
                links.add((first, second, key, atom))
    return sorted(links)


def _framework(
    crystal: Crystal,
    shells: dict[int, Shell],
    centres: tuple[str, ...],
    component: Component,
    links: list[Link],
    repeats: NDArray[np.int64],
) -> Framework:
    members, dimension = component.members, component.dimension
    inside = set(members)
    mine = [link for link in links if link[0] in inside]
    met = _centres_met(shells, members)
    q: Counter[int] = Counter(sum(met[ligand[0]] > 1 for ligand in shells[site].ligands) for site in members)
    share = 1.0 / len(members)
    bridging = Counter(met.values())
    anions = Counter(_site_name(crystal, atom) for atom in met)
    centre_count = Counter(_site_name(crystal, site) for site in members)
    finite = dimension == 0
    divisor = 1 if finite else int(np.gcd.reduce([*centre_count.values(), *anions.values()]))
    amounts = {name: count / divisor for name, count in (centre_count + anions).items()}
    connected = max((len(ends) for ends in neighbours_of(mine).values()), default=0)
    ring_limit = MAX_RING if connected <= _MOST_LINKS else 0
    rings = primitive_rings(members, mine, largest=ring_limit) if ring_limit else {}
    orbits = [crystal.orbits[int(crystal.orbit_of_site[site])] for site in (*members, *met)]
    coordination = Counter(len(shells[site].ligands) for site in members)
    kappa = Fraction(len(members), len(met)) if met else Fraction(0)
    q_shares = {number: round(count * share, 6) for number, count in sorted(q.items())}
    return Framework(
        centre=",".join(centres),
        formula=formula_text(amounts),
        coordination={number: round(count * share, 6) for number, count in sorted(coordination.items())},
        dimension=dimension,
        directions=component.directions,
        kappa=kappa,
        q=q_shares,
        terminal=round(bridging.get(1, 0) * share, 6),
        bridging={number: round(count * share, 6) for number, count in sorted(bridging.items()) if number > 1},
        rings={size: round(count * share, 6) for size, count in sorted(rings.items())},
        ring_limit=ring_limit,
        nets=1,
        name=_name(dimension, len(members), q_shares, rings, _chain_period(members, mine, repeats)),
        average=not all(orbit.is_ordered for orbit in orbits),
    )


def _site_name(crystal: Crystal, site: int) -> str:
    """The element on a site, `(Li/Si)` for a mixed one."""
    elements = crystal.orbits[int(crystal.orbit_of_site[site])].elements
    return elements[0] if len(elements) == 1 else f"({'/'.join(elements)})"


def _centres_met(shells: dict[int, Shell], members: Sequence[int]) -> dict[int, int]:
    """How many centres each anion of the component is bound to, counting images of one centre apart."""
    met: Counter[int] = Counter()
    for site in members:
        for ligand in shells[site].ligands:
            met[ligand[0]] += 1
    return dict(met)


def _name(dimension: int, size: int, q: dict[int, float], rings: dict[int, int], period: int) -> str:
    """The silicate-style name, as far as size, dimension and rings decide it."""
    if dimension == 0:
        return _group_name(size, q, rings)
    if dimension == 1 and set(q) == {2}:
        return f"{_GERMAN.get(period, f'{period}-periodic')} chain"
    return _DIMENSIONS[dimension]


def _group_name(size: int, q: dict[int, float], rings: dict[int, int]) -> str:
    if size == 4 and q == {3: 1.0} and rings.get(3) == 4:
        return "adamantane-like cage"
    if set(q) == {2} and size in rings:
        return f"{_GERMAN.get(size, f'{size}-membered')} ring"
    return {1: "isolated", 2: "dimer"}.get(size, f"group of {size}")


def _chain_period(members: Sequence[int], links: list[Link], repeats: NDArray[np.int64]) -> int:
    """Centres in one period of a chain, whatever the cell: its members divided by how often it repeats itself in them."""
    total = np.abs(np.sum([link[2] for link in links], axis=0)) if links else np.ones(3, dtype=int)
    closes = int(np.gcd.reduce(total)) or 1
    inside = set(members)
    own = sum(int(row[members[0]]) in inside for row in repeats)
    times = closes * own
    return len(members) // times if len(members) % times == 0 else len(members)


def _pure_translations(crystal: Crystal) -> NDArray[np.int64]:
    """Where each lattice translation within the cell, the zero one included, sends each site, shape (k, n)."""
    group = crystal.space_group
    unmoved = (group.rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2))
    return site_permutations(
        crystal.frac_coords, group.rotations[unmoved], group.translations[unmoved], crystal.lattice, tolerance=0.05
    )

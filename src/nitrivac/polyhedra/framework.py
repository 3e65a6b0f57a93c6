"""Frameworks of chosen centres: how far they extend, how condensed they are, and what a chemist calls them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.composition import formula_text
from nitrivac.crystal.neighbours import neighbour_pairs
from nitrivac.crystal.permutations import site_permutations
from nitrivac.documents.document import Document
from nitrivac.errors import UnsupportedError
from nitrivac.polyhedra.coordination import elements_on
from nitrivac.polyhedra.molecules import CARBON_BOND_A
from nitrivac.polyhedra.nets import coordination_sequence, net_symbol
from nitrivac.polyhedra.periodic import components, neighbours_of
from nitrivac.polyhedra.rings import MAX_RING, primitive_rings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.coordination import Roles, Shells
    from nitrivac.polyhedra.periodic import Component, Link, Vector

__all__ = ["COVALENT", "Bound", "Framework", "default_centres", "find_frameworks"]

# Elements whose bonds to nitrogen or oxygen make a framework in these compounds.
COVALENT = ("B", "C", "Al", "Si", "P", "S", "Ga", "Ge", "In", "Sc", "Ti", "V", "Zr", "Nb", "Mo", "Hf", "Ta", "W")
_MOST_LINKS = 8  # centres with more linked neighbours have rings without number, and they mean nothing
_MOST_STARTS = 500  # rings are not looked for from more symmetry-distinct centres than this
_DIMENSIONS = ("isolated", "chain", "layer", "network")
_GERMAN = {2: "zweier", 3: "dreier", 4: "vierer", 5: "fünfer", 6: "sechser", 7: "siebener", 8: "achter"}
_CYCLIC = {1: "mono", 2: "bi", 3: "tri", 4: "tetra", 5: "penta", 6: "hexa"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework(Document):
    """The network of one set of centres and the anions around them.

    Attributes:
        centre: elements of the centres, `P` or `P,Si`.
        formula: centres and anions of one building unit (finite) or of the repeat (periodic), e.g. `P4N10`.
        coordination: coordination number to share of the centres.
        dimension: 0 to 3 directions in which it extends.
        directions: lattice directions or planes along which, as Miller indices.
        kappa: degree of condensation n(T)/n(X) as a fraction.
        q: number of bridging ligands to share of the centres.
        q_mixed: for several anion elements, share of the centres with n bridging ligands of any kind and m of the first
            anion listed in `roles`, by (n, m): the Q^n_m of oxynitride glasses.
        terminal: ligands bound to one centre, per centre.
        bridging: number of centres met to ligands, per centre (`{2: 2.0}`: two doubly bridging per centre).
        roles: for each anion element, number of centres met to share of its atoms: 1 apical, 2 doubly, 3 triply bridging.
        rings: size in centres to primitive rings per centre, up to `ring_limit`.
        ring_limit: largest ring looked for; 0 where centres have so many neighbours that rings were not looked for.
        sequences: coordination sequences of the centres that differ, for frameworks that extend.
        net: symbol of the known net with that sequence, None where there is none.
        nets: number of separate nets or groups in the cell of the source; for frameworks in three directions, of
            interpenetrating nets.
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
    q_mixed: dict[tuple[int, int], float]
    terminal: float
    bridging: dict[int, float]
    roles: dict[str, dict[int, float]]
    rings: dict[int, float]
    ring_limit: int
    sequences: tuple[tuple[int, ...], ...]
    net: str | None
    nets: int
    name: str
    average: bool

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "centre": self.centre,
            "formula": self.formula,
            "coordination": _text_keys(self.coordination),
            "dimension": self.dimension,
            "directions": list(self.directions),
            "kappa": str(self.kappa),
            "q": _text_keys(self.q),
            "q_mixed": {f"{n}_{m}": share for (n, m), share in self.q_mixed.items()},
            "terminal": self.terminal,
            "bridging": _text_keys(self.bridging),
            "anion_roles": {element: _text_keys(shares) for element, shares in self.roles.items()},
            "rings": _text_keys(self.rings),
            "ring_definition": "primitive",
            "ring_limit": self.ring_limit,
            "coordination_sequences": [list(one) for one in self.sequences],
            "net": self.net,
            "nets": self.nets,
            "name": self.name,
            "average": self.average,
        }


def _text_keys(numbers: dict[int, float]) -> dict[str, float]:
    return {str(key): value for key, value in numbers.items()}


def default_centres(crystal: Crystal, roles: Roles) -> tuple[tuple[str, ...], ...]:
    """The covalent elements of a crystal, apart and, where there are several, together."""
    present = [element for element in roles.cations if element in COVALENT]
    if "C" in present and _carbon_chain(crystal):
        present.remove("C")  # a molecular anion, no framework of polyhedra
    apart = [(element,) for element in present]
    return (*apart, tuple(present)) if len(present) > 1 else tuple(apart)


def _carbon_chain(crystal: Crystal) -> bool:
    """Whether carbon is bound to carbon, as in tetracyanoethylenide."""
    carbon = np.concatenate([orbit.indices for orbit in crystal.orbits if "C" in orbit.elements])
    return len(neighbour_pairs(crystal.lattice, crystal.frac_coords[carbon], CARBON_BOND_A).centres) > 0


def find_frameworks(crystal: Crystal, roles: Roles, shells: Shells, centres: Sequence[str]) -> tuple[Framework, ...]:
    """The frameworks of a set of centres, one entry for each kind of component.

    Args:
        crystal: ordered or average.
        roles: its cations and anions.
        shells: those of the cations, see `nitrivac.polyhedra.coordination.coordination_shells`.
        centres: element symbols.

    Raises:
        UnsupportedError: a centre is not in the crystal, or is an anion there.
    """
    for element in centres:
        if element not in roles.cations:
            raise UnsupportedError(
                f"{crystal.provenance.source} has no polyhedra around {element}; there are those of "
                f"{', '.join(roles.cations)}"
            )
    if "C" in centres and _carbon_chain(crystal):
        raise UnsupportedError(
            f"{crystal.provenance.source}: carbon is bound to carbon there; a molecular anion is no framework of polyhedra"
        )
    wanted = np.array([bool(set(kind) & set(centres)) for kind in roles.kinds])
    chosen = shells.chosen(np.flatnonzero(wanted[roles.kind_of_site[shells.sites]]))
    bound = Bound.of(chosen)
    sites = chosen.sites.tolist()
    found = components(sites, bound.links)
    group_of = {site: number for number, component in enumerate(found) for site in component.members}
    links: list[list[Link]] = [[] for _ in found]
    for link in bound.links:
        links[group_of[link[0]]].append(link)
    repeats = _pure_translations(crystal) if any(one.dimension == 1 for one in found) else np.zeros((0, 0), dtype=np.int64)
    known: dict[tuple[object, ...], Framework] = {}
    count: Counter[tuple[object, ...]] = Counter()
    kinds: dict[tuple[object, ...], list[Framework]] = defaultdict(list)
    for component, mine in zip(found, links, strict=True):
        # Components whose centres are of the same orbits in the same numbers are images of each other in the group.
        owners = Counter(crystal.orbit_of_site[list(component.members)].tolist())
        twin = (component.dimension, component.directions, component.nets, len(mine), tuple(sorted(owners.items())))
        if twin not in known:
            known[twin] = _framework(crystal, roles, bound, component, mine, centres=tuple(centres), repeats=repeats)
        one = known[twin]
        key = (one.formula, one.dimension, one.directions, tuple(one.q.items()), tuple(one.rings.items()), one.sequences)
        kinds[key].append(one)
        count[key] += component.nets
    return tuple(replace(same[0], nets=count[key]) for key, same in kinds.items())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bound:
    """Which ligands the centres have, and which centres each ligand joins.

    Attributes:
        ligands: sites of the ligands of each centre, by site.
        met: number of centres each ligand is bound to, images of one centre apart, by site.
        links: centre-centre links through a common ligand, each once.
    """

    ligands: dict[int, list[int]]
    met: dict[int, int]
    links: list[Link]

    @classmethod
    def of(cls, shells: Shells) -> Bound:
        """From the shells of the centres."""
        ligands: dict[int, list[int]] = {site: [] for site in shells.sites.tolist()}
        around: dict[int, list[tuple[int, Vector]]] = defaultdict(list)
        for centre, ligand, (x, y, z) in zip(
            shells.sites[shells.centre_of_bond].tolist(), shells.ligands.tolist(), shells.images.tolist(), strict=True
        ):
            ligands[centre].append(ligand)
            around[ligand].append((centre, (x, y, z)))
        links: set[Link] = set()
        for atom, ends in around.items():
            for index, (first, (a, b, c)) in enumerate(ends):
                for second, (x, y, z) in ends[index + 1 :]:
                    # The ligand is in one cell seen from the first centre and in another seen from the second.
                    links.add((first, second, (a - x, b - y, c - z), atom))
        return cls(ligands=ligands, met={atom: len(ends) for atom, ends in around.items()}, links=sorted(links))


def _framework(
    crystal: Crystal,
    roles: Roles,
    bound: Bound,
    component: Component,
    links: list[Link],
    *,
    centres: tuple[str, ...],
    repeats: NDArray[np.int64],
) -> Framework:
    members, dimension = component.members, component.dimension
    share = 1.0 / len(members)
    anions = dict.fromkeys(atom for site in members for atom in bound.ligands[site])
    met = {atom: bound.met[atom] for atom in anions}
    bridging = Counter(met.values())
    q_of = {site: sum(met[atom] > 1 for atom in bound.ligands[site]) for site in members}
    centre_names, anion_names = Counter(elements_on(crystal, members)), Counter(elements_on(crystal, anions))
    finite = dimension == 0
    divisor = 1 if finite else int(np.gcd.reduce([*centre_names.values(), *anion_names.values()]))
    around = neighbours_of(links)
    starts = _starts(crystal, members)
    linked = max((len(ends) for ends in around.values()), default=0)
    ring_limit = MAX_RING if linked <= _MOST_LINKS and len(starts) <= _MOST_STARTS else 0
    rings = primitive_rings(starts, links, largest=ring_limit) if ring_limit else {}
    sequences: tuple[tuple[int, ...], ...] = ()
    if dimension > 1 and len(starts) <= _MOST_STARTS:
        sequences = tuple(sorted({coordination_sequence(site, around) for site in starts}))
    orbits = [crystal.orbits[int(crystal.orbit_of_site[site])] for site in (*members, *anions)]
    q_shares = _shares(q_of.values())
    return Framework(
        centre=",".join(centres),
        formula=formula_text({name: count / divisor for name, count in (centre_names + anion_names).items()}),
        coordination=_shares(len(bound.ligands[site]) for site in members),
        dimension=dimension,
        directions=component.directions,
        kappa=Fraction(len(members), len(met)) if met else Fraction(0),
        q=q_shares,
        q_mixed=_q_mixed(roles, bound, members, q_of),
        terminal=round(bridging.get(1, 0) * share, 6),
        bridging={number: round(count * share, 6) for number, count in sorted(bridging.items()) if number > 1},
        roles=_anion_roles(crystal, met),
        rings={size: round(count * share, 6) for size, count in rings.items()},
        ring_limit=ring_limit,
        sequences=sequences,
        net=net_symbol(sequences) if sequences else None,
        nets=component.nets,
        name=_group_name(members, links, q_shares, rings) if finite else _extended_name(
            dimension, links, q_shares, rings, _chain_period(members, links, repeats) if dimension == 1 else 0
        ),
        average=not all(orbit.is_ordered for orbit in orbits),
    )  # fmt: skip


def _starts(crystal: Crystal, members: Sequence[int]) -> dict[int, float]:
    """One member of each orbit, and how many members it stands for."""
    first: dict[int, int] = {}
    count: Counter[int] = Counter()
    for site, owner in zip(members, crystal.orbit_of_site[list(members)].tolist(), strict=True):
        first.setdefault(owner, site)
        count[owner] += 1
    return {site: float(count[owner]) for owner, site in first.items()}


def _shares(numbers: Any) -> dict[int, float]:
    counts = Counter(numbers)
    total = sum(counts.values())
    return {number: round(count / total, 6) for number, count in sorted(counts.items())}


def _anion_roles(crystal: Crystal, met: dict[int, int]) -> dict[str, dict[int, float]]:
    """For each anion element, the share of its atoms bound to 1, 2, 3, ... centres."""
    by_element: dict[str, list[int]] = defaultdict(list)
    for name, number in zip(elements_on(crystal, met), met.values(), strict=True):
        by_element[name].append(number)
    return {name: _shares(numbers) for name, numbers in sorted(by_element.items())}


def _q_mixed(roles: Roles, bound: Bound, members: Sequence[int], q_of: dict[int, int]) -> dict[tuple[int, int], float]:
    """Share of the centres with n bridging ligands and m nitrogens, where nitrogen is one of several anions."""
    if "N" not in roles.anions or len(roles.anions) < 2:
        return {}
    is_nitrogen = np.array(["N" in kind for kind in roles.kinds])[roles.kind_of_site]
    counts = Counter((q_of[site], int(is_nitrogen[bound.ligands[site]].sum())) for site in members)
    return {pair: round(count / len(members), 6) for pair, count in sorted(counts.items())}


def _linked_pairs(links: Sequence[Link]) -> int:
    """Pairs of centres with a common ligand, each once however many they have in common."""
    return len({(first, second, image) for first, second, image, _ in links})


def _extended_name(dimension: int, links: Sequence[Link], q: dict[int, float], rings: dict[int, float], period: int) -> str:
    """The silicate-style name of what extends, for polyhedra that share nothing but corners."""
    if _linked_pairs(links) < len(links):
        return _DIMENSIONS[dimension]
    if dimension == 1 and set(q) == {2}:
        return f"{_GERMAN.get(period, f'{period}-periodic')} chain"
    if dimension == 2 and len(rings) == 1:
        (ring,) = rings
        return f"layer of {_GERMAN.get(ring, f'{ring}-membered')} rings"
    return _DIMENSIONS[dimension]


def _group_name(members: Sequence[int], links: Sequence[Link], q: dict[int, float], rings: dict[int, float]) -> str:
    """The name of a finite group, as far as its size, Q and rings decide it."""
    size = len(members)
    cycles = _linked_pairs(links) - size + 1
    if size == 4 and q == {3: 1.0} and rings.get(3) == 4:
        return "adamantane-like cage"
    if set(q) == {2} and size in rings:
        return f"{_GERMAN.get(size, f'{size}-membered')} ring"
    if size > 2 and cycles > 0:
        return f"{_CYCLIC.get(cycles, f'{cycles}-')}cyclic group of {size}"
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

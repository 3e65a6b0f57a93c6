"""Frameworks of chosen centres: how far they extend, how condensed they are, and what a chemist calls them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.crystal.composition import formula_text
from nitrivac.crystal.split_sites import split_pairs
from nitrivac.documents.document import Document
from nitrivac.errors import UnsupportedError
from nitrivac.polyhedra.coordination import elements_on
from nitrivac.polyhedra.frameworks.bonded_groups import Bound, shares
from nitrivac.polyhedra.frameworks.naming import chain_period, extended_name, group_name, pure_translations
from nitrivac.polyhedra.frameworks.nets import coordination_sequence, net_symbol
from nitrivac.polyhedra.frameworks.periodic_components import components, neighbours_of
from nitrivac.polyhedra.frameworks.rings import MAX_RING, primitive_rings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit
    from nitrivac.polyhedra.coordination import Roles, Shells
    from nitrivac.polyhedra.frameworks.periodic_components import Component, Link

__all__ = ["COVALENT", "Framework", "default_centres", "find_frameworks"]

# Elements whose bonds to nitrogen or oxygen make a framework in these compounds.
COVALENT = ("B", "C", "Al", "Si", "P", "S", "Ga", "Ge", "In", "Sc", "Ti", "V", "Zr", "Nb", "Mo", "Hf", "Ta", "W")
_MOST_LINKS = 8  # centres with more linked neighbours have rings without number, and they mean nothing
_MOST_STARTS = 500  # rings are not looked for from more symmetry-distinct centres than this
_FULL = 1 - 1e-6


def _shares_text(shares: Mapping[int, float], prefix: str = "") -> str:
    if len(shares) == 1:
        return f"{prefix}{next(iter(shares))}"
    return ", ".join(f"{prefix}{number} {100 * share:.0f}%" for number, share in shares.items())


def _coordination_text(framework: Framework) -> str:
    return _shares_text(framework.coordination)


def _dimension_text(framework: Framework) -> str:
    return f"{framework.dimension} {', '.join(framework.directions)}".rstrip()


def _rings_text(framework: Framework) -> str:
    rings = ", ".join(f"{size}: {number:.3g}" for size, number in framework.rings.items())
    return rings or ("-" if framework.ring_limit else "not searched")


def _local_q(framework: Framework) -> dict[str, float] | None:
    return (
        None if framework.q_local is None else dict(zip(("fewest", "most", "random_mean"), framework.q_local, strict=True))
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
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
        q_mixed: where nitrogen is one of several anions and no anion site is mixed, share of the centres with n bridging
            ligands of any kind and m nitrogens, by (n, m): the Q^n_m of oxynitride glasses.
        q_local: for an average, smallest and largest number of bridging ligands that a local case can have, and the mean
            when sites are filled at random; None for an ordered framework.
        nitrogen: mean number of nitrogens around a centre, from the occupancies.
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

    >>> from nitrivac import analyze_polyhedra
    >>> framework = analyze_polyhedra("alpha-Li10P4N10").frameworks[0]
    >>> framework.formula, framework.name, framework.dimension
    ('P4N10', 'adamantane-like cage', 0)
    """

    centre: str
    formula: str
    coordination: dict[int, float]
    dimension: int
    directions: tuple[str, ...]
    kappa: Fraction
    q: dict[int, float]
    q_mixed: dict[tuple[int, int], float]
    q_local: tuple[int, int, float] | None
    nitrogen: float
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

    columns: ClassVar[Columns[Framework]] = Columns(
        (
            Column("centre", lambda framework: framework.centre, heading="centre", wrap=True, left=True),
            Column("formula", lambda framework: framework.formula, heading="unit", wrap=True),
            Column(
                "coordination",
                lambda framework: framework.coordination,
                digits=None,
                heading="CN",
                wrap=True,
                text=_coordination_text,
            ),
            Column("dimension", lambda framework: framework.dimension, heading="dim.", wrap=True, text=_dimension_text),
            Column("directions", lambda framework: framework.directions),
            Column("kappa", lambda framework: framework.kappa, heading="κ", wrap=True),
            Column(
                "q",
                lambda framework: framework.q,
                digits=None,
                heading="Q",
                wrap=True,
                text=lambda framework: _shares_text(framework.q, "Q"),
            ),
            Column(
                "q_mixed", lambda framework: {f"{n}_{m}": share for (n, m), share in framework.q_mixed.items()}, digits=None
            ),
            Column("q_local", _local_q, digits=None),
            Column("nitrogen_per_centre", lambda framework: framework.nitrogen, digits=None),
            Column("terminal", lambda framework: framework.terminal, digits=None),
            Column("bridging", lambda framework: framework.bridging, digits=None),
            Column("anion_roles", lambda framework: framework.roles, digits=None),
            Column(
                "rings",
                lambda framework: framework.rings,
                digits=None,
                heading="rings per centre",
                wrap=True,
                text=_rings_text,
            ),
            Column("ring_definition", lambda _: "primitive"),
            Column("ring_limit", lambda framework: framework.ring_limit),
            Column("coordination_sequences", lambda framework: framework.sequences),
            Column("net", lambda framework: framework.net),
            Column("nets", lambda framework: framework.nets),
            Column(
                "name",
                lambda framework: framework.name,
                heading="name",
                wrap=True,
                text=lambda framework: " ".join(filter(None, (framework.name, framework.net))),
            ),
            Column("average", lambda framework: framework.average),
        ),
        shown="centre formula name kappa coordination q dimension rings",
    )


def default_centres(roles: Roles) -> tuple[tuple[str, ...], ...]:
    """The covalent elements of a crystal, apart and, where there are several, together."""
    present = [element for element in roles.cations if element in COVALENT]
    apart = [(element,) for element in present]
    return (*apart, tuple(present)) if len(present) > 1 else tuple(apart)


def find_frameworks(crystal: Crystal, roles: Roles, shells: Shells, centres: Sequence[str]) -> tuple[Framework, ...]:
    """The frameworks of a set of centres, one entry for each kind of component.

    Args:
        crystal: ordered or average.
        roles: its cations and anions.
        shells: those of the cations, see `nitrivac.polyhedra.coordination.coordination_shells`.
        centres: element symbols.

    Raises:
        UnsupportedError: a centre is not in the crystal or is an anion there, or centres or ligands stand on split sites,
            of which only one can be filled: counting both would be wrong.
    """
    for element in centres:
        if element == "C" and "C" in crystal.elements and "C" not in roles.cations:
            raise UnsupportedError(
                f"{crystal.provenance.source}: carbon is inside a molecular anion, and that is no framework of polyhedra"
            )
        if element not in roles.cations:
            raise UnsupportedError(
                f"{crystal.provenance.source} has no polyhedra around {element}; there are those of "
                f"{', '.join(roles.cations)}"
            )
    wanted = np.array([bool(set(kind) & set(centres)) for kind in roles.kinds])
    chosen = shells.chosen(np.flatnonzero(wanted[roles.kind_of_site[shells.sites]]))
    _refuse_split_sites(crystal, chosen)
    bound = Bound.of(chosen)
    sites = chosen.sites.tolist()
    found = components(sites, bound.links)
    group_of = {site: number for number, component in enumerate(found) for site in component.members}
    links: list[list[Link]] = [[] for _ in found]
    for link in bound.links:
        links[group_of[link[0]]].append(link)
    repeats = pure_translations(crystal) if any(one.dimension == 1 for one in found) else np.zeros((0, 0), dtype=np.int64)
    known: dict[tuple[object, ...], Framework] = {}
    count: Counter[tuple[object, ...]] = Counter()
    kinds: dict[tuple[object, ...], list[Framework]] = defaultdict(list)
    for component, mine in zip(found, links, strict=True):
        # Components whose centres are of the same orbits in the same numbers are images of each other in the group.
        owners = Counter(crystal.orbit_of_site[list(component.members)].tolist())
        twin = (component.dimension, component.directions, component.nets, len(mine), tuple(sorted(owners.items())))
        if twin not in known:
            known[twin] = _framework(crystal, bound, component, mine, centres=tuple(centres), repeats=repeats)
        one = known[twin]
        key = (one.formula, one.dimension, one.directions, tuple(one.q.items()), tuple(one.rings.items()), one.sequences)
        kinds[key].append(one)
        count[key] += component.nets
    return tuple(replace(same[0], nets=count[key]) for key, same in kinds.items())


def _refuse_split_sites(crystal: Crystal, shells: Shells) -> None:
    """Refuse centres or ligands that are alternatives to each other."""
    pairs = split_pairs(crystal)
    for sites in (shells.sites, shells.ligands):
        concerned = np.flatnonzero(np.isin(pairs.centres, sites) & np.isin(pairs.neighbours, sites))
        if len(concerned):
            ends = (int(pairs.centres[concerned[0]]), int(pairs.neighbours[concerned[0]]))
            names = [crystal.address(crystal.orbits[int(crystal.orbit_of_site[site])]) for site in ends]
            raise UnsupportedError(
                f"{crystal.provenance.source}: {' and '.join(names)} are {pairs.distances[concerned[0]]:.2f} angstrom apart "
                "and cannot both be filled; the framework of such an average is not counted, take an ordered configuration"
            )


def _framework(
    crystal: Crystal,
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
    met = {atom: len(bound.ends[atom]) for atom in anions}
    bridging = Counter(met.values())
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
    q_shares = shares(bound.q(site) for site in members)
    average = not all(orbit.is_ordered for orbit in orbits)
    filled = {site: crystal.orbits[int(crystal.orbit_of_site[site])] for site in (*members, *anions)}
    return Framework(
        centre=",".join(centres),
        formula=formula_text({name: count / divisor for name, count in (centre_names + anion_names).items()}),
        coordination=shares(len(bound.ligands[site]) for site in members),
        dimension=dimension,
        directions=component.directions,
        kappa=Fraction(len(members), len(met)) if met else Fraction(0),
        q=q_shares,
        q_mixed=bound.q_mixed(members, crystal),
        q_local=_q_local(bound, members, centres, filled) if average else None,
        nitrogen=round(share * sum(filled[atom].occupancy_of("N") for site in members for atom in bound.ligands[site]), 6),
        terminal=round(bridging.get(1, 0) * share, 6),
        bridging={number: round(count * share, 6) for number, count in sorted(bridging.items()) if number > 1},
        roles=_anion_roles(crystal, met),
        rings={size: round(count * share, 6) for size, count in rings.items()},
        ring_limit=ring_limit,
        sequences=sequences,
        net=net_symbol(sequences) if sequences else None,
        nets=component.nets,
        name=group_name(members, links, q_shares, rings) if finite else extended_name(
            dimension, links, q_shares, rings, chain_period(members, links, repeats) if dimension == 1 else 0
        ),
        average=average,
    )  # fmt: skip


def _starts(crystal: Crystal, members: Sequence[int]) -> dict[int, float]:
    """One member of each orbit, and how many members it stands for."""
    first: dict[int, int] = {}
    count: Counter[int] = Counter()
    for site, owner in zip(members, crystal.orbit_of_site[list(members)].tolist(), strict=True):
        first.setdefault(owner, site)
        count[owner] += 1
    return {site: float(count[owner]) for owner, site in first.items()}


def _anion_roles(crystal: Crystal, met: dict[int, int]) -> dict[str, dict[int, float]]:
    """For each anion element, the share of its atoms bound to 1, 2, 3, ... centres."""
    by_element: dict[str, list[int]] = defaultdict(list)
    for name, number in zip(elements_on(crystal, met), met.values(), strict=True):
        by_element[name].append(number)
    return {name: shares(numbers) for name, numbers in sorted(by_element.items())}


def _q_local(
    bound: Bound, members: Sequence[int], centres: tuple[str, ...], filled: dict[int, Orbit]
) -> tuple[int, int, float]:
    """Fewest and most bridging ligands of a centre in a local case, and the mean over random fillings."""
    present = {
        site: sum(one.occupancy for one in orbit.occupants if (one.element in centres) != (site in bound.ends))
        for site, orbit in filled.items()
    }
    fewest, most, total = [], [], 0.0
    for site in members:
        shares = []
        for atom in bound.ligands[site]:
            others = list(bound.ends[atom])
            others.remove(site)
            empty = np.prod([1 - present[other] for other in others])
            shares.append(present[atom] * (1 - float(empty)))
        fewest.append(sum(share >= _FULL for share in shares))
        most.append(sum(share > 0 for share in shares))
        total += sum(shares)
    return min(fewest), max(most), round(total / len(members), 6)

"""What displaced atoms leave open: an atom midway between two sites, two atoms that share one, another origin as good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.occupation.record import Ambiguity

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nitrivac.crystal.occupation.assignment import Assignment

__all__ = ["ambiguities_of"]

_MIDWAY = 0.4  # of the way from the site of an atom to a vacant one: beyond, the other may be its site
_STEPS = 4  # atoms in a row that could all move on to the next site
_BEYOND = 1.3  # times the reach of a site: an atom on no site that is no farther from a vacant one may be on it


def ambiguities_of(
    found: Assignment,
    suits: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]],
    elements: NDArray[np.str_],
    name_of: Callable[[int], str],
) -> tuple[Ambiguity, ...]:
    """The atoms of an assignment that could as well be on other sites, and which.

    Args:
        found: the assignment.
        suits: whether sites take the elements of atoms, for pairs of atoms and sites.
        elements: of the atoms, shape (a,).
        name_of: the name of a site.
    """
    near = found.near
    own = suits(near.centres, near.neighbours)
    atom, site, distance = near.centres[own], near.neighbours[own], near.distances[own]
    taken = np.full(len(found.reach), -1, dtype=np.int64)
    on = np.flatnonzero(found.own)
    taken[found.site[on]] = on
    filled = np.zeros(len(found.reach), dtype=bool)
    filled[found.site[found.site >= 0]] = True
    away = np.linalg.norm(found.displacement, axis=1)

    def named(number: int) -> str:
        return f"atom {number + 1} ({elements[number]})"

    rows: list[Ambiguity] = []
    for chain in _chains(found, atom, site, distance, filled=filled, away=away):
        first, target = chain[0]
        others = "" if len(chain) == 1 else f", and {len(chain) - 1} behind it could follow"
        reached = float(distance[(atom == first) & (site == target)].min())
        rows.append(
            Ambiguity(
                words=(
                    f"{named(first)} is {away[first]:.2f} angstrom from {name_of(int(found.site[first]))} and {reached:.2f} from "
                    f"a vacant {name_of(target)}: it may be on either{others}"
                ),
                atoms=tuple(number for number, _ in chain),
                sites=(int(found.site[chain[-1][0]]), target),
            )
        )
    for lost in np.flatnonzero(found.site < 0).tolist():
        mine = np.flatnonzero(atom == lost)
        if not len(mine):
            continue
        nearest = int(mine[np.argmin(distance[mine])])
        place, length = int(site[nearest]), float(distance[nearest])
        holder = int(taken[place])
        if holder >= 0 and away[holder] > _MIDWAY / (1 - _MIDWAY) * length:
            rows.append(
                Ambiguity(
                    words=f"{named(lost)} and {named(holder)} share {name_of(place)}, {length:.2f} and {away[holder]:.2f} "
                    "angstrom from it: either may be the one on no site",
                    atoms=(lost, holder),
                    sites=(place,),
                )
            )
        free = mine[~filled[site[mine]] & (distance[mine] <= _BEYOND * found.reach[site[mine]])]
        if len(free):
            place, length = int(site[free[0]]), float(distance[free[0]])
            rows.append(
                Ambiguity(
                    words=f"{named(lost)} is {length:.2f} angstrom from a vacant {name_of(place)}, not much more than the "
                    f"{found.reach[place]:.2f} within which it would be on it",
                    atoms=(lost,),
                    sites=(place,),
                )
            )
    return tuple(rows)


def _chains(
    found: Assignment,
    atom: NDArray[np.int64],
    site: NDArray[np.int64],
    distance: NDArray[np.float64],
    *,
    filled: NDArray[np.bool_],
    away: NDArray[np.float64],
) -> list[list[tuple[int, int]]]:
    """Rows of atoms that could each move on by one site, the first to a vacant one, for hardly more displacement.

    Moving on costs the difference of the squared displacements, as `assign` counts them. An atom at a share x of the way
    between two sites a distance d apart pays `d**2 * (1 - 2 * x)`; what a row pays may be no more than that at `_MIDWAY`.

    Returns:
        For each vacant site that could be filled so, atoms with the sites they would take, the one at the vacant site first.
    """
    could = found.own[atom] & (found.site[atom] != site)
    atom, target, cost = atom[could], site[could], distance[could] ** 2 - away[atom[could]] ** 2
    origin = found.site[atom]
    apart = (distance[could] + away[atom]) ** 2  # of the two sites, at most
    allowed = (1 - 2 * _MIDWAY) * apart
    close = cost <= allowed
    atom, target, cost, origin, allowed = (values[close] for values in (atom, target, cost, origin, allowed))
    chains = []
    for start in np.unique(target[~filled[target]]).tolist():
        rows = [[int(edge)] for edge in np.flatnonzero(target == start)]
        best: list[int] | None = None
        for _ in range(_STEPS):
            good = [row for row in rows if cost[row].sum() <= allowed[row].min()]
            if good:
                best = min([*good, *([best] if best else [])], key=lambda row: (len(row), cost[row].sum()))
            rows = [
                [*row, int(edge)]
                for row in rows
                for edge in np.flatnonzero(target == origin[row[-1]])
                if origin[edge] not in {*origin[row], start}
            ]
        if best is not None:
            chains.append([(int(atom[edge]), int(target[edge])) for edge in best])
    return chains

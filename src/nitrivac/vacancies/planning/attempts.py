"""In which order supercells are sought: what is given up first where none meets the targets, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nitrivac.vacancies.valence import mean_charge, states_are_stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.planning.candidates import Candidates

__all__ = ["LARGEST_ATOMS", "Attempt", "attempts", "widened"]

LARGEST_ATOMS = 1000
"""Of a cell that is taken because no smaller one meets the targets, unless another limit is given."""

_TOGETHER_FROM_A = 1.0  # nearer ones are one position refined as two: data rarely reach to smaller distances


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Supercells among which a plan is sought.

    Attributes:
        candidates: the supercells.
        neutral: whether charges must balance.
        said: what plans among them say of it.
    """

    candidates: Candidates
    neutral: bool
    said: tuple[str, ...] = ()


def attempts(candidates: Candidates, *, largest: int, neutral: bool) -> Iterator[Attempt]:
    """Where plans are sought, one after the other until one is found.

    First among the candidates; then among larger ones. A crystal as refined, of which nothing was asked, is then planned
    with the charge that it has, if its oxidation states are the program's own; and last with sites filled together that
    exclude each other, from as far apart on as will do, if its occupancies leave no other way.

    Args:
        candidates: the supercells, of up to as many atoms as are wanted.
        largest: atoms of the largest ones that are looked at where none of those meets the targets.
        neutral: whether charges must balance.
    """
    yield from _of_all_sizes(candidates, largest, neutral=neutral)
    if any(target.text for target in candidates.specification.targets):
        return
    charged = neutral and not states_are_stated(candidates.crystal)
    if charged:
        yield from _of_all_sizes(candidates, largest, neutral=False, said=(_charged(candidates.crystal),))
    for distance in candidates.crowds.distances if candidates.exclusion is None else ():
        if distance < _TOGETHER_FROM_A:
            return
        nearer, said = replace(candidates, together_from=distance), _together(candidates, distance)
        yield from _of_all_sizes(nearer, largest, neutral=neutral, said=(said,))
        if charged:
            yield from _of_all_sizes(nearer, largest, neutral=False, said=(said, _charged(candidates.crystal)))


def widened(candidates: Candidates, largest: int) -> Candidates:
    """The larger cells that are looked at where no candidate meets the targets."""
    return replace(candidates, beyond=candidates.max_atoms, max_atoms=largest)


def _of_all_sizes(candidates: Candidates, largest: int, *, neutral: bool, said: tuple[str, ...] = ()) -> Iterator[Attempt]:
    yield Attempt(candidates=candidates, neutral=neutral, said=said)
    if largest > candidates.max_atoms:
        larger = f"no cell of up to {candidates.max_atoms} atoms meets the targets; --nearest takes the nearest of those"
        yield Attempt(candidates=widened(candidates, largest), neutral=neutral, said=(larger, *said))


def _charged(crystal: Crystal) -> str:
    return (
        f"no cell is neutral within the tolerance: as refined, one cell carries {mean_charge(crystal) or 0.0:+.3g} with "
        f"{crystal.oxidation.described(crystal)}; --nearest takes the nearest neutral one"
    )


def _together(candidates: Candidates, distance: float) -> str:
    fullest = candidates.crowds.fullest(candidates.crystal)
    crowded = f"of {fullest[0].text} that all exclude each other {fullest[1]:.3f} are filled on average; " if fullest else ""
    return (
        f"the occupancies leave no way to keep near sites apart: {crowded}sites {distance:.2f} angstrom apart and farther "
        "may be filled together, nearer ones never"
    )

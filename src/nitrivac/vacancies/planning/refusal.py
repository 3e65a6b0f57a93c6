"""Why no supercell fits: which demand failed, by how much, and what to change."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from nitrivac.crystal.occupation.occupants import occupant_names_of
from nitrivac.crystal.supercells.supercell import cell_shapes, shortest_vector
from nitrivac.vacancies.planning.plan import off_target
from nitrivac.vacancies.planning.rules import nearest_rules
from nitrivac.vacancies.valence import charge_of_supercell, mean_charge, valence_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.planning.candidates import Candidates
    from nitrivac.vacancies.planning.rules import Rule

__all__ = ["why_none"]

_LOOKED_THROUGH = 200  # charged choices of one cell among which the least charged is sought


def why_none(near: Candidates, rules: Sequence[Rule], *, largest: int, neutral: bool) -> str:
    """The message of a search that found nothing.

    Args:
        near: the cells that were tried first.
        rules: the rules that were tried on them.
        largest: atoms of the largest cells that were tried after them.
        neutral: whether charges had to balance.
    """
    candidates = replace(near, max_atoms=largest)
    crystal = candidates.crystal
    source = crystal.provenance.source
    if not candidates.sizes:
        atoms = sum(crystal.contents.values()) / candidates.parts
        return (
            f"no supercell of {source} up to {candidates.max_atoms} atoms fits: one primitive cell has {atoms:g} atoms "
            "already; raise --max-atoms"
        )
    if candidates.forced is not None:
        start = f"the supercell given of {source}, of {candidates.cells(candidates.sizes[0]):g} cells, does not fit"
    else:
        start = f"no supercell of {source} up to {candidates.max_atoms} atoms fits"
    fitting = _sizes_that_fit(candidates, rules, neutral=neutral)
    if any(candidates.shapes(size) for size in fitting):
        cells = next(candidates.cells(size) for size in fitting if candidates.shapes(size))
        return (
            f"{start}: the numbers fit into {cells:g} cells, but not with sites nearer than the exclusion distance never "
            "filled together; the occupancies contradict it: lower --exclusion, or give other shares"
        )
    if fitting:
        return (
            f"{start}: whole neutral numbers fit into {candidates.cells(fitting[-1]):g} cells, but images of a defect are "
            f"then at most {_widest(crystal, fitting[-1]):.2f} angstrom apart, not {candidates.min_image:g}; lower "
            "--min-image or raise --max-atoms"
        )
    if any(
        _sizes_that_fit(candidates, rules, neutral=balanced, crowded=False)
        and not _sizes_that_fit(candidates, rules, neutral=balanced)
        for balanced in {neutral, False}
    ):
        fullest = candidates.crowds.fullest(crystal)
        if fullest is not None:
            return (
                f"{start}: the occupancies contradict the exclusion of near sites: of {fullest[0].text} that all exclude "
                f"each other at most one is filled, and they are filled {fullest[1]:.3f} times in sum; lower --exclusion, "
                "or give other shares"
            )
    charged = _sizes_that_fit(candidates, rules, neutral=False) if neutral else []
    if charged:
        return f"{start}: {_not_neutral(candidates, rules, charged[0])}"
    instead = _instead(near, rules, neutral=neutral)
    return f"{start}: the shares asked for are met by no whole numbers ({rules[0].text}); {instead}"


def _sizes_that_fit(candidates: Candidates, rules: Sequence[Rule], *, neutral: bool, crowded: bool = True) -> list[int]:
    """The sizes whose numbers meet a rule, whatever the shapes of the cells; of the first rule that is met anywhere."""
    for rule in rules:
        found = [
            size
            for size in candidates.sizes
            if next(candidates.numbers(size, rule, neutral=neutral, crowded=crowded), None) is not None
        ]
        if found:
            return found
    return []


def _widest(crystal: Crystal, size: int) -> float:
    """The farthest apart that images can be in a cell of this size, angstrom."""
    return max(shortest_vector(matrix @ crystal.lattice) for matrix in cell_shapes(crystal, size, 0.0))


def _not_neutral(candidates: Candidates, rules: Sequence[Rule], size: int) -> str:
    """The charge of the targets, how near to none they can come, and what would balance it."""
    crystal, cells = candidates.crystal, candidates.cells(size)
    charges = [
        charge_of_supercell(crystal, counts, cells) or 0.0
        for rule in rules
        for _, counts in islice(candidates.numbers(size, rule, neutral=False), _LOOKED_THROUGH)
    ]
    offers = _balancing_vacancies(crystal, {target.label for target in candidates.specification.targets})
    balance = f"{' or '.join(offers[:3])} would balance it" if offers else "name vacancies that balance"
    return (
        f"the targets fit into {cells:g} cells, but no choice is neutral (nearest there {min(charges, key=abs):+g}); as "
        f"asked for, one cell carries {round(mean_charge(crystal) or 0.0, 4):+g} with "
        f"{crystal.oxidation.described(crystal)}; {balance}, or allow it with --allow-charge"
    )


def _balancing_vacancies(crystal: Crystal, named: set[str]) -> list[str]:
    """Items that would balance the charge of a crystal by vacancies on sites that are full."""
    charge = mean_charge(crystal) or 0.0
    offers = []
    for orbit in crystal.orbits:
        if orbit.label in named or len(orbit.occupants) != 1:
            continue
        valence = valence_of(crystal, orbit.label, occupant_names_of(orbit)[0])
        vacant = charge / (valence.mean * len(orbit.indices)) if valence is not None and valence.mean else 0.0
        if 1e-9 < vacant < 1.0:
            offers.append(f"{crystal.address(orbit)}={round(vacant, 4):g}")
    return offers


def _instead(candidates: Candidates, rules: Sequence[Rule], *, neutral: bool) -> str:
    """The nearest numbers there are, and how to have them or better ones."""
    near = candidates.nearest(nearest_rules()[0], neutral=neutral)
    more = "; raise --max-atoms"
    if candidates.forced is not None:
        free = replace(candidates, forced=None)
        fitting = next((plan for rule in rules for plan in free.plans(rule, neutral=neutral)), None)
        more = f"; --supercell {_quoted(fitting.supercell)} fits, of {fitting.atoms} atoms" if fitting is not None else ""
    if near is None:
        return f"no {'neutral ' if neutral else ''}numbers are near{more}"
    off = near.reasons[-1] if near.element_deviation else "; ".join(off_target(near.counts, only_off=True))
    where = f"there are {near.atoms} atoms" if candidates.forced is not None else f"{near.supercell}, of {near.atoms} atoms"
    return f"nearest {where}, {off}; --nearest takes these{more}"


def _quoted(supercell: str) -> str:
    return f"'{supercell}'" if " " in supercell else supercell

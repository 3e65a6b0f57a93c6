"""A plan: which supercell, and which whole numbers of atoms in it, every integer explained."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - documents read the hints

from nitrivac.columns import Column, Columns
from nitrivac.crystal.composition import by_electronegativity, formula_text
from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.crystal.supercells.supercell import shortest_vector
from nitrivac.crystal.supercells.supercell_matrix import as_matrix, matrix_text
from nitrivac.documents.document import Document
from nitrivac.vacancies.planning.site_counts import (
    SiteCount,
    composition_asked,
    composition_made,
    largest_difference,
)
from nitrivac.vacancies.valence import charge_of_supercell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike

    from nitrivac.crystal.model import Crystal

__all__ = ["Plan", "make_plan", "off_target"]


_COUNT: Columns[SiteCount] = Columns(
    (
        Column("site", lambda count: count.address),
        Column("vacant", lambda count: count.vacant),
        Column("of", lambda count: count.sites),
        Column("fraction", lambda count: count.vacant / count.sites, digits=None),
        Column(
            "species", lambda count: {name: number for name, number in count.counts.items() if name != VACANCY}, digits=None
        ),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan(Document):
    """A supercell and the numbers of atoms in it.

    Attributes:
        matrix: rows are new lattice vectors in terms of the old, shape (3, 3); fractions where the cell is made of primitive
            cells of a centred one, else whole.
        cells: number of cells of the source, a fraction likewise.
        atoms: number of atoms, vacancies left out.
        counts: one per orbit that is not simply full.
        charge: of the supercell, None where an oxidation state is unknown.
        min_image: shortest lattice vector, angstrom.
        reasons: why these integers, and what is off by how much.
        equals: other numbers that are exactly as near to the targets in this supercell.
        composition: atoms of each element in the supercell.
        asked: atoms of each element if every share were exactly the one asked for.
        rule: how far numbers may be from what is asked for.
        oxidation: the oxidation states that the charge is the sum of, and where they come from.
        together_from: sites that exclude each other may be filled together from this distance on, angstrom, since the
            occupancies leave no other way; None where they never are.

    >>> from nitrivac import load, parse_specification, plan_supercells
    >>> crystal = load("beta-Li3N")
    >>> specification = parse_specification(crystal, ["Li@4f=8.1%", "N@2c=5.4%"])
    >>> plan = plan_supercells(crystal, specification)[0]
    >>> plan.cells, plan.charge
    (18, 0.0)
    """

    matrix: NDArray[np.float64]
    cells: float
    atoms: int
    counts: tuple[SiteCount, ...]
    charge: float | None
    min_image: float
    reasons: tuple[str, ...] = ()
    equals: tuple[tuple[SiteCount, ...], ...] = ()
    composition: dict[str, float] | None = None
    asked: dict[str, float] | None = None
    rule: str = ""
    oxidation: str = field(default="", repr=False)
    together_from: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", as_matrix(self.matrix))

    @property
    def supercell(self) -> str:
        """The matrix as the command line takes it: `3x3x2` or nine numbers."""
        return matrix_text(self.matrix)

    @property
    def deviation(self) -> float:
        """Largest difference between the share of an occupant of a site and the one asked for."""
        return max((one.deviation for one in self.counts), default=0.0)

    @property
    def element_deviation(self) -> float:
        """Largest difference of the atoms of an element, as a share of those asked for."""
        return largest_difference(self.composition or {}, self.asked or {})

    columns: ClassVar[Columns[Plan]] = Columns(
        (
            Column("matrix", lambda plan: plan.matrix.tolist(), digits=None),
            Column("supercell", lambda plan: plan.supercell),
            Column("cells", lambda plan: _whole_if_whole(plan.cells), digits=6),
            Column("atoms", lambda plan: plan.atoms),
            Column("counts", lambda plan: list(map(_COUNT.plain, plan.counts)), digits=None),
            Column("as_near", lambda plan: [list(map(_COUNT.plain, counts)) for counts in plan.equals], digits=None),
            Column("charge", lambda plan: plan.charge, digits=None),
            Column("oxidation_states", lambda plan: plan.oxidation),
            Column("min_image_A", lambda plan: plan.min_image),
            Column("together_from_A", lambda plan: plan.together_from),
            Column("composition", lambda plan: plan.composition, digits=None),
            Column("composition_asked", lambda plan: plan.asked, digits=6),
            Column("deviation", lambda plan: {"sites": plan.deviation, "elements": plan.element_deviation}, digits=6),
            Column("rule", lambda plan: plan.rule),
            Column("reasons", lambda plan: plan.reasons),
        )
    )


def make_plan(
    crystal: Crystal, matrix: ArrayLike, counts: tuple[SiteCount, ...], *, together_from: float | None = None
) -> Plan:
    """The plan of a supercell with given numbers.

    Args:
        crystal: the crystal, with the occupancies asked for.
        matrix: rows are new lattice vectors in terms of the old, shape (3, 3).
        counts: the numbers on each planned orbit.
        together_from: see `Plan`.
    """
    rows = np.asarray(matrix, dtype=np.float64)
    cells = _whole_if_whole(abs(float(np.linalg.det(rows))))
    made, asked = composition_made(crystal, counts, cells), composition_asked(crystal, counts, cells)
    return Plan(
        matrix=rows,
        cells=cells,
        atoms=round(crystal.n_sites * cells) - sum(one.vacant for one in counts),
        counts=counts,
        charge=charge_of_supercell(crystal, counts, cells),
        min_image=shortest_vector(rows @ crystal.lattice),
        reasons=(*off_target(counts), _composition_reason(made, asked)),
        composition=made,
        asked=asked,
        oxidation=crystal.oxidation.described(crystal),
        together_from=together_from,
    )


def off_target(counts: Sequence[SiteCount], *, only_off: bool = False) -> tuple[str, ...]:
    """One sentence for each occupant: how many of how many sites it has, and how far its share is off.

    Args:
        counts: the numbers.
        only_off: whether those that are exact are left out.
    """
    return tuple(sentence for one in counts for sentence in _reasons(one, only_off=only_off))


def _reasons(count: SiteCount, *, only_off: bool) -> Iterator[str]:
    for name, number in count.counts.items():
        target = count.targets.get(name, 0.0)
        share = number / count.sites
        what = "vacant" if name == VACANCY else name
        exact = abs(share - target) <= 1e-9
        off = "exact" if exact else f"{100 * (share - target):+.2f} points"
        if not (exact and only_off):
            yield f"{count.address}: {number} of {count.sites} {what} = {100 * share:.2f} % for {100 * target:.2f} % ({off})"


def _composition_reason(made: dict[str, float], asked: dict[str, float]) -> str:
    """The composition made beside the one asked for, all sites counted, and how far each element is off."""
    texts = [
        formula_text({one: round(amounts[one], 2) for one in by_electronegativity(amounts) if amounts[one] > 0})
        for amounts in (made, asked)
    ]
    if texts[0] == texts[1]:
        return f"in all: {texts[0]}, exact"
    off = {one: made[one] / asked[one] - 1 for one in by_electronegativity(asked) if asked[one] > 0}
    words = ", ".join(f"{one} {100 * share:+.1f} %" for one, share in off.items() if abs(share) >= 5e-4)
    return f"in all: {texts[0]} for {texts[1]} ({words or 'each within 0.05 %'})"


def _whole_if_whole(cells: float) -> float:
    """A whole number where it is one but for rounding."""
    return round(cells) if abs(cells - round(cells)) < 1e-6 else cells

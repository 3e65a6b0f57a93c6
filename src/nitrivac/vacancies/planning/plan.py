"""Which supercell, and which whole numbers of atoms: every integer explained, nothing rounded silently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.crystal.composition import by_electronegativity, formula_text
from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.crystal.supercell import cell_shapes, shortest_vector, supercell_matrix
from nitrivac.documents.document import Document
from nitrivac.errors import PlanError
from nitrivac.vacancies.exclusion.fillable_numbers import FillableNumbers
from nitrivac.vacancies.planning.refusal import why_none
from nitrivac.vacancies.planning.site_counts import (
    SiteCount,
    composition_asked,
    composition_made,
    counts_near,
    counts_within,
    distance_from_targets,
    is_nearest_composition,
    sites_of,
    supercell_charge,
    tolerance_rule,
)
from nitrivac.vacancies.space import ConfigurationSpace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.specification import VacancySpecification

__all__ = ["MAX_ATOMS", "MIN_IMAGE_A", "Plan", "make_plan", "plan_supercells"]

MIN_IMAGE_A = 10.0
MAX_ATOMS = 400


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
        matrix: rows are new lattice vectors in terms of the old, shape (3, 3).
        cells: number of parent cells.
        atoms: number of atoms, vacancies left out.
        counts: one per orbit that is not simply full.
        charge: of the supercell, None where an oxidation state is unknown.
        min_image: shortest lattice vector, angstrom.
        reasons: why these integers, and what is off by how much.
        equals: other numbers that are exactly as near to the targets in this supercell.
        composition: atoms of each element in the supercell.
        asked: atoms of each element if every share were exactly the one asked for.
        rule: how far shares may be from their targets.

    >>> from nitrivac import load, parse_specification, plan_supercells
    >>> crystal = load("beta-Li3N")
    >>> specification = parse_specification(crystal, ["Li@4f=8.1%", "N@2c=5.4%"])
    >>> plan = plan_supercells(crystal, specification)[0]
    >>> plan.cells, plan.charge
    (18, 0.0)
    """

    matrix: NDArray[np.int64]
    cells: int
    atoms: int
    counts: tuple[SiteCount, ...]
    charge: float | None
    min_image: float
    reasons: tuple[str, ...] = ()
    equals: tuple[tuple[SiteCount, ...], ...] = ()
    composition: dict[str, float] | None = None
    asked: dict[str, float] | None = None
    rule: str = ""

    columns: ClassVar[Columns[Plan]] = Columns(
        (
            Column("matrix", lambda plan: plan.matrix.tolist()),
            Column("cells", lambda plan: plan.cells),
            Column("atoms", lambda plan: plan.atoms),
            Column("counts", lambda plan: list(map(_COUNT.plain, plan.counts)), digits=None),
            Column("as_near", lambda plan: [list(map(_COUNT.plain, counts)) for counts in plan.equals], digits=None),
            Column("charge", lambda plan: plan.charge, digits=None),
            Column("min_image_A", lambda plan: plan.min_image),
            Column("composition", lambda plan: plan.composition, digits=None),
            Column("composition_asked", lambda plan: plan.asked, digits=6),
            Column("rule", lambda plan: plan.rule),
            Column("reasons", lambda plan: plan.reasons),
        )
    )


def plan_supercells(  # noqa: PLR0913 - each is an option of the command
    crystal: Crystal,
    specification: VacancySpecification,
    *,
    supercell: ArrayLike | None = None,
    min_image: float = MIN_IMAGE_A,
    max_atoms: int = MAX_ATOMS,
    allow_charge: bool = False,
    tolerance: float | None = None,
    nearest: bool = False,
    exclusion: float | None = None,
    limit: int = 5,
) -> tuple[Plan, ...]:
    """Plans that meet the specification, best first.

    Without a forced supercell every multiple of the crystal's cell up to `max_atoms` sites is considered: fewest atoms
    first, then the shape that keeps most symmetry and has the most equal edges, then the numbers nearest to the targets.
    Each target must be met within twice its uncertainty (`RELATIVE` of itself where it has none), the cell must be
    neutral where oxidation states are known, images at least `min_image` apart, and the atoms must fit where near sites
    exclude each other.

    A forced supercell must meet the targets, too, or have exactly their composition in the whole numbers next to them;
    with `nearest` the nearest neutral numbers are taken whatever they are, and the plan says so.

    Args:
        crystal: the parent; with the average's occupancies where sites are split.
        specification: the targets.
        supercell: forced matrix, rows are new lattice vectors in terms of the old.
        min_image: smallest distance between images of a defect, angstrom.
        max_atoms: largest number of sites.
        allow_charge: whether the cell may carry a charge.
        tolerance: how far off every target may be, as a share of itself, in place of the rule above; 0 asks for the exact
            cell.
        nearest: whether a forced supercell may miss the targets.
        exclusion: see `ConfigurationSpace`.
        limit: number of plans wanted.

    Raises:
        PlanError: nothing fits; the message says which demand failed, by how much, and what is nearest.

    >>> from nitrivac import load, parse_specification, plan_supercells
    >>> crystal = load("beta-Li3N")
    >>> specification = parse_specification(crystal, ["Li@4f=1/4"])
    >>> plan = plan_supercells(crystal, specification, supercell=1, allow_charge=True)[0]
    >>> plan.counts[0].counts
    {'Li': 3, 'vacancy': 1}
    """
    rule = tolerance_rule(specification, tolerance)
    if supercell is not None:
        matrix = supercell_matrix(supercell)
        cells = round(abs(float(np.linalg.det(matrix))))
        _refuse_other_cells(crystal, specification, cells)
        within = counts_within(crystal, specification, cells, allow_charge=allow_charge, tolerance=tolerance)
        found = next(_possible(crystal, matrix, within, exclusion), None)
        if found is None:
            near = list(counts_near(crystal, specification, cells, allow_charge=allow_charge))
            found = next(_possible(crystal, matrix, near, exclusion), None)
            if found is None:
                demands: dict[str, Any] = {"allow_charge": allow_charge, "tolerance": tolerance}
                raise PlanError(why_none(crystal, specification, (cells,), 0.0, crowded=cells if near else None, **demands))
            found = _outside(crystal, specification, found, nearest=nearest, rule=rule, allow_charge=allow_charge)
        return (replace(found, rule=rule),)
    plans: list[Plan] = []
    largest = max_atoms // crystal.n_sites
    too_close = crowded = None
    for cells in range(1, largest + 1):
        choices = list(counts_within(crystal, specification, cells, allow_charge=allow_charge, tolerance=tolerance))
        if not choices:
            continue
        shapes = cell_shapes(crystal, cells, min_image)
        if not shapes:
            too_close = cells
            continue
        for matrix in shapes[:limit]:
            plans += islice(_possible(crystal, matrix, choices, exclusion), limit - len(plans))
        if len(plans) >= limit:
            break
        crowded = cells if not plans else None
    if not plans:
        raise PlanError(
            why_none(
                crystal,
                specification,
                range(1, largest + 1),
                min_image,
                too_close=too_close,
                crowded=crowded,
                allow_charge=allow_charge,
                tolerance=tolerance,
            )
        )
    return tuple(replace(plan, rule=rule) for plan in plans[:limit])


def make_plan(crystal: Crystal, matrix: NDArray[np.int64], counts: tuple[SiteCount, ...]) -> Plan:
    """The plan of a supercell with given numbers.

    Args:
        crystal: the parent.
        matrix: rows are new lattice vectors in terms of the old, shape (3, 3).
        counts: the numbers on each planned orbit.
    """
    cells = round(abs(float(np.linalg.det(matrix))))
    made, asked = composition_made(crystal, counts, cells), composition_asked(crystal, counts, cells)
    return Plan(
        matrix=matrix,
        cells=cells,
        atoms=crystal.n_sites * cells - sum(one.vacant for one in counts),
        counts=counts,
        charge=supercell_charge(crystal, counts, cells),
        min_image=shortest_vector(matrix @ crystal.lattice),
        reasons=(*(reason for one in counts for reason in _reasons(one)), _composition_reason(made, asked)),
        composition=made,
        asked=asked,
    )


def _possible(
    crystal: Crystal, matrix: NDArray[np.int64], choices: Iterable[Sequence[SiteCount]], exclusion: float | None
) -> Iterator[Plan]:
    """Plans whose atoms fit with near sites excluding each other, nearest to the targets first, ties named."""
    cells = round(abs(float(np.linalg.det(matrix))))
    fillable: FillableNumbers | None = None
    ranked: dict[float, list[tuple[SiteCount, ...]]] = {}
    for counts in choices:
        ranked.setdefault(distance_from_targets(crystal, counts, cells), []).append(tuple(counts))
    for _, like in sorted(ranked.items(), key=lambda item: item[0]):
        fitting = []
        for counts in like:
            plan = make_plan(crystal, matrix, counts)
            space = ConfigurationSpace(crystal=crystal, plan=plan, exclusion=exclusion)
            fillable = fillable or FillableNumbers(space)
            if fillable.holds(space):
                fitting.append(plan)
        for plan in fitting:
            yield replace(plan, equals=tuple(other.counts for other in fitting if other is not plan))


def _refuse_other_cells(crystal: Crystal, specification: VacancySpecification, cells: int) -> None:
    for target in specification.targets:
        sites = sites_of(crystal, target, cells)
        if target.count is not None and target.count[1] != sites:
            raise PlanError(f"{target.text!r}: this supercell has {sites} {target.address} sites, not {target.count[1]}")


def _outside(
    crystal: Crystal, specification: VacancySpecification, found: Plan, *, nearest: bool, rule: str, allow_charge: bool
) -> Plan:
    """The nearest plan of a forced cell that misses the tolerance, with the word for it, or the refusal."""
    if is_nearest_composition(crystal, found.counts, found.cells):
        note = "the cell is forced: its composition is exact, and the shares are the whole numbers next to their targets"
    elif nearest:
        note = "the cell is forced: these are the nearest neutral whole numbers, outside the tolerance of the targets"
    else:
        off = "; ".join(reason for one in found.counts for reason in _reasons(one, only_off=True))
        try:
            fitting = plan_supercells(crystal, specification, allow_charge=allow_charge, limit=1)[0]
            rows = "x".join(map(str, np.diag(fitting.matrix))) if _is_diagonal(fitting.matrix) else _rows(fitting.matrix)
            instead = f"; {rows} fits, of {fitting.cells} cells and {fitting.atoms} atoms"
        except PlanError:
            instead = ""
        raise PlanError(
            f"{crystal.provenance.source}: the supercell given, of {found.cells} cells, does not meet the targets ({rule}); "
            f"nearest are {off}; --nearest takes these{instead}"
        )
    return replace(found, reasons=(*found.reasons, note))


def _is_diagonal(matrix: NDArray[np.int64]) -> bool:
    return not (matrix - np.diag(np.diag(matrix))).any()


def _rows(matrix: NDArray[np.int64]) -> str:
    return "'" + " ".join(map(str, matrix.ravel())) + "'"


def _reasons(count: SiteCount, *, only_off: bool = False) -> Iterator[str]:
    for name, number in count.counts.items():
        target = count.targets.get(name, 0.0)
        share = number / count.sites
        what = "vacant" if name == VACANCY else name
        exact = abs(share - target) <= 1e-9
        off = "exact" if exact else f"{100 * (share - target):+.2f} points"
        if not (exact and only_off):
            yield f"{count.address}: {number} of {count.sites} {what} = {100 * share:.2f} % for {100 * target:.2f} % ({off})"


def _composition_reason(made: dict[str, float], asked: dict[str, float]) -> str:
    """The composition made beside the one asked for, all sites counted."""
    texts = [
        formula_text({one: round(amounts[one], 2) for one in by_electronegativity(amounts) if amounts[one] > 0})
        for amounts in (made, asked)
    ]
    return f"in all: {texts[0]}, exact" if texts[0] == texts[1] else f"in all: {texts[0]} for {texts[1]}"

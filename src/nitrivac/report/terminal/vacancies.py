"""Plans and configurations on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.report.terminal.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from nitrivac.vacancies.planning.site_counts import SiteCount
    from nitrivac.vacancies.result import VacancyResult

__all__ = ["matrix_text", "plan_lines", "vacancies_report"]

_LIMIT = 20


def matrix_text(matrix: list[list[int]]) -> str:
    """`3x3x2` for a diagonal matrix, else its rows."""
    diagonal = [matrix[axis][axis] for axis in range(3)]
    off = any(matrix[i][j] for i in range(3) for j in range(3) if i != j)
    return " / ".join(" ".join(map(str, row)) for row in matrix) if off else "x".join(map(str, diagonal))


def plan_lines(result: VacancyResult) -> list[str]:
    """The supercell, the reason for every integer, and the size of the space."""
    plan = result.plan
    charge = "charge unknown" if plan.charge is None else f"charge {plan.charge:+g}" if plan.charge else "neutral"
    shape = matrix_text(plan.matrix.tolist())
    return [
        f"{shape} supercell of {result.source}: {plan.atoms} atoms, {charge}, defect images {plan.min_image:.2f} Å apart",
        *(f"  {reason}" for reason in plan.reasons),
        *([f"  rule: {plan.rule}"] if plan.rule else []),
        *(f"  as near: {_numbers(counts)}; the configurations of both are made" for counts in plan.equals),
        _size(result),
    ]


def _size(result: VacancyResult) -> str:
    mark = ", " if result.error is None else " ("
    return result.size_text.replace(mark, f" configurations{mark}", 1)


def _numbers(counts: Sequence[SiteCount]) -> str:
    return ", ".join(f"{one.address} {name} {number}/{one.sites}" for one in counts for name, number in one.counts.items())


def vacancies_report(result: VacancyResult) -> RenderableType:
    """The plan with the reason for every integer, the size of the space, and the configurations made."""
    parts: list[RenderableType] = [Text(line) for line in plan_lines(result)]
    if result.made:
        found = result.configurations_table()
        parts += [Text(""), table_of(found.columns, found.records, _LIMIT)]
        if len(result.made) > _LIMIT:
            parts.append(Text(f"{len(result.made) - _LIMIT} more; --json lists all."))
        if any(one.mismatch is not None for one in result.made):
            parts.append(Text("Mismatch: root mean square difference of pair shares from the random alloy's."))
        if result.made[0].certificate.startswith("sampled by"):
            parts.append(Text(f"Chosen: {result.made[0].certificate}."))
        if any(one.energy is not None for one in result.made):
            parts.append(Text(f"Electrostatic energies of point charges; chosen: {result.made[0].certificate}."))
    return Group(*parts)

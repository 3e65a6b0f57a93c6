"""Plans and configurations on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.report.terminal.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from nitrivac.vacancies.planned import RankedPlans
    from nitrivac.vacancies.planning.plan import Plan
    from nitrivac.vacancies.planning.site_counts import SiteCount
    from nitrivac.vacancies.result import VacancyResult

__all__ = ["plan_lines", "ranked_plans_report", "vacancies_report"]

_LIMIT = 20


def plan_lines(result: VacancyResult) -> list[str]:
    """The supercell, the reason for every integer, and the size of the space."""
    plan = result.plan
    images = f"defect images {plan.min_image:.2f} Å apart"
    return [
        f"{plan.supercell} supercell of {result.source}: {plan.atoms} atoms, {_charge(plan)}, {images}",
        *(f"  {reason}" for reason in plan.reasons),
        *([f"  rule: {plan.rule}"] if plan.rule else []),
        *([f"  oxidation states: {plan.oxidation}"] if plan.oxidation else []),
        *(f"  as near: {_numbers(counts)}; configurations of these numbers are among them" for counts in plan.equals),
        _size(result),
    ]


def _charge(plan: Plan) -> str:
    if plan.charge is None:
        return "charge unknown"
    return f"charge {plan.charge:+g}" if plan.charge else "neutral"


def ranked_plans_report(ranked: RankedPlans) -> RenderableType:
    """The supercells that meet a specification, best first, and how each is asked for."""
    (found,) = ranked.tables()
    rules = dict.fromkeys(one.plan.rule for one in ranked.plans)
    return Group(
        table_of(found.columns, found.records),
        Text(""),
        *(Text(f"rule: {rule}") for rule in rules),
        *(Text(f"plan {one.rank}: --supercell '{one.plan.supercell}'") for one in ranked.plans),
    )


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

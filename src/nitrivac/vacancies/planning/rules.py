"""How far whole numbers of atoms may be from what is asked for: the rules of planning, from the strictest on."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Literal

from nitrivac.crystal.occupation.occupants import VACANCY

if TYPE_CHECKING:
    from nitrivac.vacancies.specification import Share, SiteTarget, VacancySpecification

__all__ = ["RELATIVE", "SIGMAS", "TOTAL", "Rule", "nearest_rules", "rules_for"]

SIGMAS = 2.0  # a share with an uncertainty is met within this many of its standard deviations
RELATIVE = 0.10  # one without is met within this share of itself
TOTAL = 0.05  # the atoms of each element are met within this share of themselves
_REACHES = (3, 12, 48)  # atoms, beyond the next whole numbers, that are looked through for the nearest neutral choice
_SHIFTED = 0.2  # share of a site's places by which its filling may be shifted to others where near sites exclude each other
_WHOLE = 1e-6  # atoms


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How far whole numbers may be from what is asked for.

    Attributes:
        kind: `shares`, the share of every occupant of every site is met; `composition`, the totals of the elements are met,
            and the sites of the source hold the whole numbers next to their shares, nobody left out; `exact`, the totals are
            exactly those asked for, and every site holds a whole number next to its share; `crowded`, the totals of the
            elements are met, and the sites are as near their shares as the exclusion of near sites allows; `nearest`,
            whatever is near.
        tolerance: how far off each share may be, of itself, in place of `SIGMAS` and `RELATIVE`; None for these.
        text: the rule in words.
        reach: atoms beyond the next whole numbers, for `nearest`.
    """

    kind: Literal["shares", "composition", "exact", "crowded", "nearest"]
    tolerance: float | None = None
    text: str
    reach: int = _REACHES[0]

    def window(self, target: SiteTarget, share: Share, sites: int) -> tuple[int, int]:
        """The smallest and the largest number of an occupant that meets its share; none where they are the wrong way round.

        Args:
            target: what is asked of the orbit.
            share: of one of its occupants.
            sites: of the orbit in the supercell.
        """
        exact = share.fraction * sites
        if target.count is not None:
            counted = target.count[0] * sites / target.count[1]
            if share.occupant != VACANCY:
                return 0, sites
            return (round(counted), round(counted)) if abs(counted - round(counted)) < _WHOLE else (1, 0)
        slack = self._slack(share) * sites
        low, high = ceil(exact - slack - _WHOLE), floor(exact + slack + _WHOLE)
        if self.kind == "shares" or (self.kind in ("composition", "crowded") and target.text):
            return max(low, 0), min(high, sites)
        below, above = floor(exact + _WHOLE), ceil(exact - _WHOLE)
        if self.kind == "exact":
            return below, above
        if self.kind in ("nearest", "crowded"):
            reach = self.reach + (ceil(_SHIFTED * sites) if self.kind == "crowded" else 0)
            below, above = below - reach, above + reach
        low, high = min(low, below), max(high, above)
        return max(low, int(self.kind == "composition" and share.fraction > 0), 0), min(high, sites)

    def total_slack(self, element_total: float, uncertainty: float) -> float:
        """How many atoms the total of an element may be off.

        Args:
            element_total: atoms of the element asked for.
            uncertainty: of that total, atoms, as far as given with the specification.
        """
        if self.kind == "nearest":
            return float("inf")
        if self.kind == "exact":
            return _WHOLE
        return max(max(TOTAL, self.tolerance or 0.0) * element_total, SIGMAS * uncertainty)

    def _slack(self, share: Share) -> float:
        if self.tolerance is not None:
            return self.tolerance * share.fraction
        return SIGMAS * share.uncertainty if share.uncertainty else RELATIVE * share.fraction


def rules_for(specification: VacancySpecification, tolerance: float | None, *, crowded: bool = False) -> tuple[Rule, ...]:
    """The rules that a specification is planned by, in the order in which they are tried; see `Rule`.

    Args:
        specification: the targets.
        tolerance: how far off every share may be, of itself; then no other rule is tried. 0 asks for exact shares.
        crowded: whether near sites exclude each other.
    """
    if all(target.count is not None for target in specification.targets):
        return (Rule(kind="shares", tolerance=tolerance, text="the whole numbers asked for"),)
    if tolerance is not None:
        text = f"each share within {100 * tolerance:g} % of itself" if tolerance else "each share exact"
        return (Rule(kind="shares", tolerance=tolerance, text=text),)
    stated = any(share.uncertainty for target in specification.targets for share in target.shares)
    uncertain = f"{SIGMAS:g} standard uncertainties, or " if stated else ""
    total = f"the atoms of each element within {100 * TOTAL:g} %"
    shares = f"each within {uncertain}{100 * RELATIVE:g} % of itself{' if unstated' if stated else ''}"
    return (
        Rule(kind="shares", text=f"{shares}, {total}"),
        Rule(kind="composition", text=f"{total}, each site at a whole number next to its share"),
        Rule(kind="exact", text="the composition exact, each site at a whole number next to its share"),
        *((Rule(kind="crowded", text=f"{total}, each site as near its share as excluded sites allow"),) if crowded else ()),
    )


def nearest_rules() -> tuple[Rule, ...]:
    """The rules of those who take what is nearest, however far off it is; each looks farther than the one before."""
    return tuple(Rule(kind="nearest", text="the nearest numbers, whatever the tolerance", reach=reach) for reach in _REACHES)

"""Vacancies and mixtures as a refinement states them: `Li@4f=8.1(2)%`, `N@2c=0.054`, `Li@4f=6/72`, `4a=N:0.4,Cl:0.6`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from nitrivac.crystal.occupation.occupants import VACANCY, element_of, occupant_names_of
from nitrivac.documents.document import Document
from nitrivac.elements import ELEMENTS
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = ["VACANCY", "Share", "SiteTarget", "VacancySpecification", "parse_specification"]

_COUNT = re.compile(r"(\d+)\s*/\s*(\d+)")
_ROUNDING = 1e-9
_ACCEPTED = "Li@4f=8.1(2)%, Li@4f=0.081, Li@4f=6/72, 4a=N:0.4,Cl:0.6, or Li2.83N0.94=Li@4f,N@2c"
_FORMULA = re.compile(r"(?:([A-Z][a-z]?)(\d+(?:\.\d+)?)?)+")
_FORMULA_PART = re.compile(r"([A-Z][a-z]?)(\d+(?:\.\d+)?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What share of a site's positions one occupant takes.

    Attributes:
        occupant: element symbol, with its charge where several oxidation states share the site (`Fe2+`), or `vacancy`.
        fraction: 0 to 1.
        uncertainty: one standard deviation, None where none is stated.
    """

    occupant: str
    fraction: float
    uncertainty: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTarget:
    """The distribution over species and vacancy asked of one orbit.

    Attributes:
        label: the orbit's label.
        address: its address, for output.
        shares: every occupant with its share, vacancy last where there is one; they add up to 1.
        count: (vacant, of) where whole numbers were asked for, else None.
        text: the item as given; empty where it comes from the source's own occupancies.
    """

    label: str
    address: str
    shares: tuple[Share, ...]
    count: tuple[int, int] | None = None
    text: str = ""

    @property
    def vacancy(self) -> Share | None:
        """The vacant share, None where there is none."""
        return next((share for share in self.shares if share.occupant == VACANCY), None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VacancySpecification(Document):
    """The targets of all orbits that are not simply full.

    >>> from nitrivac import load, parse_specification
    >>> specification = parse_specification(load("beta-Li3N"), ["Li@4f=8.1(2)%"])
    >>> specification.targets[0].address, specification.targets[0].vacancy.uncertainty
    ('Li@4f', 0.002)
    """

    targets: tuple[SiteTarget, ...]

    def of(self, orbit: Orbit) -> SiteTarget | None:
        """The target of an orbit, None where it stays full."""
        return next((target for target in self.targets if target.label == orbit.label), None)


def parse_specification(crystal: Crystal, items: str | Sequence[str] = ()) -> VacancySpecification:
    """The specification that items make of a crystal; orbits not named keep the source's own occupancies.

    Args:
        crystal: the parent.
        items: one or several of `ADDRESS=FRACTION`, `ADDRESS=PERCENT%`, `ADDRESS=K/N` (K of the N sites of a supercell
            vacant), each with an uncertainty in brackets if known, where an element as ADDRESS means all its sites, each
            with this share vacant; or `ADDRESS=EL:FRACTION,EL:FRACTION` for a mixture; or a target composition per
            formula unit with the sites that may lose atoms, `Li2.83N0.94=Li@4f,N@2c` (sites need not be named where an
            element has only one; named sites of one element lose the same share).

    Raises:
        SpecificationError: an item is malformed or impossible.
        AddressError: it names no site, or several.

    >>> from nitrivac import load, parse_specification
    >>> len(parse_specification(load("beta-Li3N"), ["Li@4f=8.1%", "N@2c=5.4%"]).targets)
    2
    """
    given: dict[str, SiteTarget] = {}
    for item in (items,) if isinstance(items, str) else items:
        for target in composition_targets(crystal, item) or _site_targets(crystal, item):
            if target.label in given:
                raise SpecificationError(f"{item!r}: site {target.address} is given twice")
            given[target.label] = target
    own = {
        orbit.label: SiteTarget(label=orbit.label, address=crystal.address(orbit), shares=_own_shares(orbit))
        for orbit in crystal.orbits
        if not orbit.is_ordered and orbit.label not in given
    }
    order = [orbit.label for orbit in crystal.orbits]
    return VacancySpecification(targets=tuple(sorted((given | own).values(), key=lambda one: order.index(one.label))))


def composition_targets(crystal: Crystal, item: str) -> tuple[SiteTarget, ...]:
    """The targets of an item that names a composition, none where it is an item of another kind.

    A composition is met where it rounds to the figures given, so half a unit of the last figure counts as two standard
    deviations.

    Raises:
        SpecificationError: the composition cannot come from this crystal by losing atoms, or the sites are not said.
    """
    formula, equals, where = item.partition("=")
    formula = formula.strip()
    is_label = any(orbit.label == formula for orbit in crystal.orbits)
    if (
        not _FORMULA.fullmatch(formula)
        or is_label
        or ":" in where
        or (equals and not re.match(r"\s*[A-Za-z]|\s*\d+[a-z]", where))
    ):
        return ()
    amounts = {match[1]: match[2] or "1" for match in _FORMULA_PART.finditer(formula)}
    unit, full = _formula_unit(crystal)
    if set(amounts) != set(unit):
        raise SpecificationError(
            f"{item!r}: {crystal.provenance.source} is made of {', '.join(unit)}; give an amount of each and of no other"
        )
    named = [crystal.find(address) for address in where.split(",")] if equals else []
    targets: list[SiteTarget] = []
    for element, text in amounts.items():
        having = [orbit for orbit in crystal.orbits if element in orbit.elements]
        losing = [orbit for orbit in having if orbit in named] if named else having
        elsewhere = sum(orbit.vacancy * len(orbit.indices) for orbit in having if orbit not in losing)
        gone = elsewhere * unit[element] / full[element]
        lost = unit[element] - gone - float(text)
        half_unit = 0.5 * 10.0 ** -len(text.partition(".")[2])
        if lost < -half_unit:
            others = f" with {gone:g} vacant on the sites not named" if gone > _ROUNDING else ""
            raise SpecificationError(
                f"{item!r}: {float(text):g} {element} is more than the {unit[element] - gone:g} of one formula unit of "
                f"{crystal.provenance.source}{others}; atoms can only be lost, and amounts are per formula unit"
            )
        whole = lost <= half_unit
        if whole and not any(element in orbit.elements for orbit in named) and all(one.vacancy < 1e-8 for one in losing):
            continue
        if not losing or (len(losing) != 1 and not named and not whole):
            names = ",".join(crystal.address(orbit) for orbit in having)
            raise SpecificationError(f"{item!r}: say which {element} sites may lose atoms, e.g. {formula}={names}")
        per_unit = sum(len(orbit.indices) for orbit in losing) * unit[element] / full[element]
        for orbit in losing:
            shares = _scaled(orbit, crystal.address(orbit), item, max(lost, 0.0) / per_unit, half_unit / 2 / per_unit)
            targets.append(SiteTarget(label=orbit.label, address=crystal.address(orbit), shares=shares, text=item))
    if not targets:
        raise SpecificationError(f"{item!r} is the composition of {crystal.provenance.source} as it is: nothing is vacant")
    return tuple(targets)


def _formula_unit(crystal: Crystal) -> tuple[dict[str, float], dict[str, int]]:
    """Sites of each element per formula unit, and per cell, all of them full."""
    sites: dict[str, int] = {}
    for orbit in crystal.orbits:
        if len(orbit.elements) > 1:
            names = "/".join(orbit.elements)
            raise SpecificationError(f"a composition does not say who leaves a site shared by {names}; give sites instead")
        sites[orbit.elements[0]] = sites.get(orbit.elements[0], 0) + len(orbit.indices)
    units = crystal.z or math.gcd(*sites.values())
    return {element: number / units for element, number in sites.items()}, sites


def _own_shares(orbit: Orbit) -> tuple[Share, ...]:
    shares = [
        Share(occupant=name, fraction=one.occupancy, uncertainty=one.uncertainty)
        for name, one in zip(occupant_names_of(orbit), orbit.occupants, strict=True)
    ]
    stated = [share.uncertainty for share in shares if share.uncertainty is not None]
    return _with_vacancy(shares, orbit.vacancy, sum(stated) if stated else None)


def _with_vacancy(shares: list[Share], vacancy: float, uncertainty: float | None) -> tuple[Share, ...]:
    if vacancy > 1e-8:
        shares = [*shares, Share(occupant=VACANCY, fraction=vacancy, uncertainty=uncertainty)]
    return tuple(shares)


def _site_targets(crystal: Crystal, item: str) -> tuple[SiteTarget, ...]:
    """The target of the site that an item names, or of all sites of the element that it names."""
    address, equals, value = item.partition("=")
    if not equals or not address.strip() or not value.strip():
        raise SpecificationError(f"{item!r} is no specification; accepted are {_ACCEPTED}")
    element = address.strip()
    alike = [orbit for orbit in crystal.orbits if element in orbit.elements]
    if not alike or any(orbit.label == element for orbit in crystal.orbits):
        return (_parse_item(crystal, item, crystal.find(address), value),)
    if len(alike) > 1 and _COUNT.fullmatch(value.strip()):
        names = ", ".join(crystal.address(orbit) for orbit in alike)
        raise SpecificationError(f"{item!r}: whole numbers are of one site; {element} has {names}")
    return tuple(_parse_item(crystal, item, orbit, value) for orbit in alike)


def _parse_item(crystal: Crystal, item: str, orbit: Orbit, value: str) -> SiteTarget:
    name = crystal.address(orbit)
    if ":" in value:
        return SiteTarget(label=orbit.label, address=name, shares=_mixture(item, value), text=item)
    counted = _COUNT.fullmatch(value.strip())
    if counted:
        vacant, sites = int(counted[1]), int(counted[2])
        if sites == 0 or vacant > sites:
            raise SpecificationError(f"{item!r}: {vacant} of {sites} sites cannot be vacant")
        fraction, uncertainty = vacant / sites, 0.0
        shares = _scaled(orbit, name, item, fraction, uncertainty)
        return SiteTarget(label=orbit.label, address=name, shares=shares, count=(vacant, sites), text=item)
    fraction, uncertainty_or_none = _fraction(item, value)
    shares = _scaled(orbit, name, item, fraction, uncertainty_or_none)
    return SiteTarget(label=orbit.label, address=name, shares=shares, text=item)


def _scaled(orbit: Orbit, address: str, item: str, fraction: float, uncertainty: float | None) -> tuple[Share, ...]:
    """Shares of an orbit with this vacant fraction, its species kept in their own proportion."""
    if len(orbit.occupants) > 1:
        named = zip(occupant_names_of(orbit), orbit.occupants, strict=True)
        raise SpecificationError(
            f"{item!r}: {address.strip()} is shared by {', '.join(orbit.elements)}; say how much of each remains, e.g. "
            f"{orbit.wyckoff}={','.join(f'{name}:{one.occupancy:.3g}' for name, one in named)}"
        )
    shares = [Share(occupant=orbit.elements[0], fraction=1.0 - fraction, uncertainty=uncertainty)]
    if fraction >= 1.0 - _ROUNDING:
        raise SpecificationError(f"{item!r}: nothing would be left on {address.strip()}")
    return _with_vacancy(shares, fraction, uncertainty)


def _fraction(item: str, value: str) -> tuple[float, float | None]:
    """A fraction and its uncertainty, from `8.1(2)%`, `8.1 %`, `0.081(2)` or `1/12` written as decimals."""
    text = value.strip()
    scale = 0.01 if text.endswith("%") else 1.0
    text = text.removesuffix("%").strip()
    if "(" in text or "+/-" in text or "±" in text:
        from uncertainties import ufloat_fromstr

        try:
            number = ufloat_fromstr(text)
        except ValueError as error:
            raise SpecificationError(f"{item!r}: {value!r} is no number; accepted are {_ACCEPTED}") from error
        amount, uncertainty = number.nominal_value * scale, number.std_dev * scale
    else:
        try:
            amount, uncertainty = float(Fraction(text)) * scale, None
        except (ValueError, ZeroDivisionError) as error:
            raise SpecificationError(f"{item!r}: {value!r} is no number; accepted are {_ACCEPTED}") from error
    if uncertainty is not None and not math.isfinite(uncertainty):
        raise SpecificationError(f"{item!r}: the uncertainty of {value!r} is not finite")
    if not math.isfinite(amount) or not 0 <= amount <= 1:
        hint = " (did you mean per cent? write %)" if 1 < amount <= 100 and scale == 1.0 else ""
        raise SpecificationError(f"{item!r}: a vacant share of {amount:g} is not between 0 and 1{hint}")
    return amount, uncertainty


def _mixture(item: str, value: str) -> tuple[Share, ...]:
    shares: list[Share] = []
    for part in value.split(","):
        name, _, amount = part.partition(":")
        name = name.strip()
        if element_of(name) not in ELEMENTS and name != VACANCY:
            raise SpecificationError(f"{item!r}: {name!r} is no element; write e.g. 4a=N:0.4,Cl:0.6 or Fe2+:0.5,Fe3+:0.5")
        if name in {share.occupant for share in shares}:
            raise SpecificationError(f"{item!r}: {name} is given twice")
        fraction, uncertainty = _fraction(item, amount)
        if name != VACANCY and fraction > 0:
            shares.append(Share(occupant=name, fraction=fraction, uncertainty=uncertainty))
    total = sum(share.fraction for share in shares)
    if total > 1 + _ROUNDING:
        raise SpecificationError(f"{item!r}: the shares add up to {total:g}, more than 1")
    if not shares:
        raise SpecificationError(f"{item!r}: nothing would be left on the site")
    return _with_vacancy(shares, 1.0 - total, None)

"""How far the sites of a crystal are filled, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.analyses.part import Found, Options, Part
from nitrivac.columns import Column, Columns

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = ["VACANCIES"]

_VACANT = 1e-8


def _itself(crystal: Crystal, _: Options) -> Crystal:
    return crystal


def _vacant(crystal: Crystal) -> list[Orbit]:
    return [orbit for orbit in crystal.orbits if orbit.vacancy > _VACANT]


def _fractions(found: Found[Crystal]) -> str | None:
    crystal = found.crystal
    return "; ".join(f"{crystal.address(orbit)} {orbit.vacancy:.4g}" for orbit in _vacant(crystal)) or None


def _mobile_fraction(found: Found[Crystal]) -> float | None:
    from nitrivac.chemistry.carrier import charge_carrier

    species = found.options.species or charge_carrier(found.crystal)
    mobile = [orbit for orbit in found.crystal.orbits if species in orbit.elements]
    sites = sum(len(orbit.indices) for orbit in mobile)
    return sum(orbit.vacancy * len(orbit.indices) for orbit in mobile) / sites if sites else None


def _per_cell(found: Found[Crystal]) -> float:
    return float(sum(orbit.vacancy * len(orbit.indices) for orbit in _vacant(found.crystal)))


def _mixed(found: Found[Crystal]) -> str | None:
    crystal = found.crystal
    return "; ".join(crystal.address(orbit) for orbit in crystal.orbits if len(orbit.occupants) > 1) or None


VACANCIES: Part[Crystal] = Part(
    name="vacancies",
    run=_itself,
    columns=Columns(
        (
            Column(
                "ordered",
                lambda found: found.crystal.is_ordered,
                kind="bool",
                description="whether every site is filled by one species",
            ),
            Column("vacancy_fractions", _fractions, description="sites that are partly vacant, and to what share"),
            Column(
                "mobile_vacancy_fraction",
                _mobile_fraction,
                kind="float",
                description="vacant share of all sites of the mobile species",
            ),
            Column("vacancies_per_cell", _per_cell, kind="float", description="of any element"),
            Column("mixed_sites", _mixed, description="sites that several species share"),
        )
    ),
)

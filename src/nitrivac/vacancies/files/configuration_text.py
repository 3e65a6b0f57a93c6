"""Many configurations of one space as text: the parts that all share are made once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac.crystal.model import Crystal
from nitrivac.crystal.occupation.as_crystal import provenance_of
from nitrivac.crystal.occupation.occupants import VACANCY, element_of, oxidation_state, type_symbol
from nitrivac.crystal.orbit import Orbit
from nitrivac.io.cif.write import coordinate_texts
from nitrivac.io.writers import crystal_text, extxyz_row, poscar_row
from nitrivac.vacancies.as_crystal import configuration_occupation, occupant_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nitrivac.symmetry.space_group import SpaceGroup
    from nitrivac.vacancies.configuration import Configuration
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["TEMPLATE_FORMATS", "ConfigurationTexts", "configuration_texts"]

TEMPLATE_FORMATS = ("cif", "poscar", "extxyz")
_TOKEN = "\N{SYMBOL FOR SUBSTITUTE}"  # stands in the shared header where a configuration's own value goes


@dataclass(frozen=True, kw_only=True, eq=False)
class ConfigurationTexts:
    """Writer of the configurations of one space in one format, each in P1 with its own space group in the header.

    Attributes:
        space: the configuration space.
        file_format: `cif`, `poscar` or `extxyz`.
        head: text before the atoms, with a mark for each value that differs.
        marks: name of the value behind each mark, in order.
        lines: line of each site of the supercell, by occupant.
        element_order: elements in the order in which POSCAR lists them.
    """

    space: ConfigurationSpace
    file_format: str
    head: str = field(repr=False)
    marks: tuple[str, ...]
    lines: Mapping[str, tuple[str, ...]] = field(repr=False)
    element_order: tuple[str, ...]

    def text(self, configuration: Configuration, group: SpaceGroup, own: Mapping[str, str]) -> str:
        """One configuration.

        Args:
            configuration: the configuration.
            group: its space group.
            own: the header values that differ between configurations, by name; the names must be those of `marks`.
        """
        values = {**own, "space_group": group.symbol, "space_group_number": str(group.number)}
        pieces = self.head.split(_TOKEN)
        head = "".join(
            part for pair in zip(pieces, (*(values[name] for name in self.marks), ""), strict=True) for part in pair
        )
        names = occupant_names(self.space, configuration).tolist()
        sites = list(range(len(names)))
        if self.file_format == "poscar":
            place = {name: self.element_order.index(element_of(name)) for name in set(names) - {VACANCY}}
            places = [place.get(name, len(place)) for name in names]  # vacancies, behind all, are left out
            sites.sort(key=places.__getitem__)
        return head + "".join([self.lines[names[site]][site] for site in sites if names[site] != VACANCY])


def configuration_texts(
    space: ConfigurationSpace, example: Configuration, file_format: str, header: Mapping[str, str], own: Mapping[str, str]
) -> ConfigurationTexts:
    """The writer for a space.

    Args:
        space: the configuration space.
        example: any of its configurations.
        file_format: `cif`, `poscar` or `extxyz`.
        header: header items that all configurations share.
        own: items that differ, with the values of the example.
    """
    crystal = _outline(space, example)
    marked = {name: f"{_TOKEN}{name}{_TOKEN}" for name in own}
    text = crystal_text(crystal, file_format, extra={**header, **marked})
    symbol = crystal.space_group.symbol
    if file_format == "cif":
        head = text[: text.index("_atom_site_occupancy\n") + len("_atom_site_occupancy\n")]
        head = head.replace(
            f"_nitrivac_space_group '{symbol} (number {crystal.space_group.number})",
            f"_nitrivac_space_group '{_TOKEN}space_group{_TOKEN} (number {_TOKEN}space_group_number{_TOKEN})",
        )
    elif file_format == "poscar":
        head = text[: text.index("Direct\n") + len("Direct\n")]
        head = head.replace(
            f"{crystal.formula} {symbol} source=", f"{crystal.formula} {_TOKEN}space_group{_TOKEN} source=", 1
        )
    else:
        head = "\n".join(text.split("\n", 2)[:2]) + f' space_group="{_TOKEN}space_group{_TOKEN}"\n'
    marks = tuple(re.findall(f"{_TOKEN}([a-zA-Z_]+){_TOKEN}", head))
    head = re.sub(f"{_TOKEN}[a-zA-Z_]+{_TOKEN}", _TOKEN, head)
    elements = list(crystal.elements)
    everyone = {name for names in space.occupants for name in names if name != VACANCY} | set(elements)
    lines = {name: _lines(space, name, file_format) for name in sorted(everyone)}
    return ConfigurationTexts(
        space=space, file_format=file_format, head=head, marks=marks, lines=lines, element_order=tuple(elements)
    )


def _outline(space: ConfigurationSpace, example: Configuration) -> Crystal:
    """A configuration as the head of a file tells of it: one orbit for all atoms of a kind on an orbit of the parent."""
    occupation = configuration_occupation(space, example)
    filled = np.flatnonzero(occupation.occupants != VACANCY)
    owners, names = occupation.orbits[filled], occupation.occupants[filled]
    orbits: list[Orbit] = []
    for owner, name in sorted(set(zip(owners.tolist(), names.tolist(), strict=True))):
        label = space.crystal.orbits[owner].label
        members = np.flatnonzero((owners == owner) & (names == name))
        state = oxidation_state(space.crystal, label, name)
        orbits.append(Orbit.of_configuration(f"{label}-{len(orbits) + 1}", element_of(name), state, members))
    return Crystal(
        lattice=occupation.lattice,
        frac_coords=occupation.positions[filled],
        orbits=tuple(orbits),
        space_group=occupation.space_group,
        provenance=provenance_of(occupation),
    )


def _lines(space: ConfigurationSpace, name: str, file_format: str) -> tuple[str, ...]:
    """The line of each site of the supercell if this occupant sits on it; empty where it never does."""
    cell, parent, element = space.supercell, space.crystal, element_of(name)
    owner = parent.orbit_of_site[cell.parent_site]
    planned = dict(zip((one.label for one in space.plan.counts), space.occupants, strict=True))
    points = cell.frac_coords if file_format != "extxyz" else cell.frac_coords @ cell.lattice
    lines = [""] * len(owner)
    for index in np.unique(owner).tolist():
        orbit = parent.orbits[index]
        if name not in planned.get(orbit.label, orbit.elements[:1]):
            continue
        sites = np.flatnonzero(owner == index)
        label = re.sub(r"[\s']+", "_", orbit.label)
        kind = type_symbol(element, oxidation_state(parent, orbit.label, name))
        tail = f" {parent.address(orbit)}\n"
        for site, place in zip(sites.tolist(), points[sites].tolist(), strict=True):
            number = site - int(sites[0]) + 1
            if file_format == "cif":
                full = gemmi.cif.quote(f"{label}_{number}")
                lines[site] = f"{full} {kind} 1 a {' '.join(coordinate_texts(place))} 1\n"
            elif file_format == "poscar":
                lines[site] = f"{poscar_row(place)}\n"
            else:
                lines[site] = extxyz_row(element, place, f"{label}_{number}{tail}")
    return tuple(lines)

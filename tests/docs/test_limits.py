"""The table of limits has the numbers of the program."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

LIMITS = {
    "united to orbits": ("nitrivac.size_limits", "SEARCHED_SITES"),
    "look alike at the tolerance": ("nitrivac.symmetry.search", "MOST_TRIALS"),
    "second opinion": ("nitrivac.verification.opinion", "SECOND_SITES"),
    "sites of a structure that is read": ("nitrivac.size_limits", "MAXIMUM_SITES"),
    "operations times sites": ("nitrivac.crystal.supercells.supercell", "LARGEST_TABLE"),
    "configurations that one run enumerates": ("nitrivac.vacancies.run", "ENUMERATE_LIMIT"),
    "gone through by `--symmetric`": ("nitrivac.vacancies.choosing.electrostatic", "MOST_SYMMETRIC"),
    "gone through by `survey`": ("nitrivac.vacancies.space_survey", "MOST_SEARCHED"),
    "planned sites of which some exclude": ("nitrivac.vacancies.exclusion.conflicts", "MOST_SITES"),
    "electrostatic interactions": ("nitrivac.vacancies.choosing.ewald", "LARGEST_TABLE"),
    "steps times sites": ("nitrivac.vacancies.choosing.electrostatic", "_MOST_UPDATES"),
    "matched by `--quasirandom`": ("nitrivac.vacancies.choosing.short_range_order", "MOST_PAIRS"),
    "relaxed on the pair potential": ("nitrivac.migration.paths.images", "IDPP_ATOMS"),
    "sums of atoms kept": ("nitrivac.vacancies.planning.whole_numbers", "_MOST_STATES"),
    "distinct hops": ("nitrivac.migration.distinct", "DESCRIBED_HOPS"),
    "whose polyhedra": ("nitrivac.polyhedra.analyze", "MOST_ORBITS"),
}
ROWS = [
    [cell.strip() for cell in line.strip("| \n").split("|")]
    for line in (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| what")
]


@pytest.mark.parametrize("what", LIMITS)
def test_the_number_is_that_of_the_program(what):
    module, name = LIMITS[what]
    (row,) = (row for row in ROWS if what in row[0])
    assert row[1] == f"{getattr(import_module(module), name):,}"


def test_every_number_of_the_table_is_checked():
    numbered = [row for row in ROWS if row[1].replace(",", "").isdigit() and int(row[1].replace(",", "")) >= 1000]
    assert len(numbered) == len(LIMITS)
    assert all(row[2] for row in ROWS)

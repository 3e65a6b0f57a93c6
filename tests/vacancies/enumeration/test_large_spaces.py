"""Cells whose operations and sites fit in no table are counted, drawn, written and ranked."""

from __future__ import annotations

import json
from itertools import pairwise
from math import comb, prod

import numpy as np
import pytest

from nitrivac import load
from nitrivac.errors import UnsupportedError
from nitrivac.vacancies import ConfigurationSpace, Planning, VacancyResult, configuration_crystal
from nitrivac.vacancies.as_crystal import configuration_group
from nitrivac.vacancies.enumeration.burnside import cycle_type
from nitrivac.vacancies.enumeration.large_numbers import all_digits, number_text, power_text
from nitrivac.vacancies.planning.choice import Choice
from nitrivac.vacancies.run import run_vacancies
from tests.robustness.harness import run
from tests.vacancies.test_space import space


def ways(permutation, vacant):
    """Choices of whole cycles with so many sites: a coefficient of the product of 1 + x^length."""
    polynomial = np.array([1], dtype=object)
    for length, number in cycle_type(permutation):
        factor = np.zeros(length + 1, dtype=object)
        factor[[0, length]] = 1
        for _ in range(number):
            polynomial = np.convolve(polynomial, factor)[: vacant + 1]
    return int(polynomial[vacant]) if vacant < len(polynomial) else 0


def brute_force(found):
    """Burnside's sum over all operations of the table."""
    blocks = list(zip(pairwise(found.bounds), found.numbers, strict=True))
    total = sum(prod(ways(row[low:high] - low, numbers[1]) for (low, high), numbers in blocks) for row in found.permutations)
    quotient, rest = divmod(total, len(found.permutations))
    assert not rest
    return quotient


@pytest.mark.parametrize(
    ("source", "items", "supercell"),
    [
        ("beta-Li3N", ["Li@4f=9/64", "N@2c=3/32"], "4x4x1"),
        ("alpha-Li3N", ["Li@2c=11/48"], "2x3x4"),
        ("LiPN2", ["Li@4b=6/48"], "2x2x3"),
        ("Li9N2Cl3", ["Li@8c=7/64"], "2x2x2"),
    ],
)
def test_counts_are_those_of_all_permutations(source, items, supercell):
    found = space(source, items, supercell)
    assert found.count() == brute_force(found)


def test_a_cell_of_a_hundred_thousand_sites_is_counted_and_drawn():
    found = space("beta-Li3N", ["Li@4f=5068/50688"], "24x24x22")
    assert found.total() == comb(50688, 5068)
    order = found.supercell.order
    assert order == 24 * 24 * 24 * 22
    # Next to all operations but the identity leave nothing alone: their share is far below the last digit.
    assert 0 < found.count() * order - found.total() < found.total() // 10**1000
    one = found.sample(1, seed=1)[0]
    assert (one.degeneracy, one.stabiliser.tolist()) == (order, [0])
    assert np.bincount(one.codes, minlength=2).tolist() == [45620, 5068]
    with pytest.raises(UnsupportedError, match="cannot be listed, only counted and drawn: 304128 operations"):
        next(found.enumerate())


def test_a_symmetric_configuration_of_a_large_cell_keeps_its_group():
    """One vacancy in 20,736 sites: the site symmetry of 4f, and of no larger group."""
    found = space("beta-Li3N", ["Li@4f=1/10368"], "12x12x18")
    assert found.count() == 1
    one = found.sample(1, seed=0)[0]
    assert one.degeneracy == 10368
    assert found.supercell.order // 10368 == len(one.stabiliser) == 6
    crystal = configuration_crystal(found, one)
    assert crystal.space_group.symbol == "P3m1"
    assert sum(len(orbit.indices) for orbit in crystal.orbits) == 12 * 12 * 18 * 8 - 1


def test_numbers_of_any_size_are_written():
    number = 7**9000
    digits = all_digits(number)
    assert len(digits) == 7606
    assert (
        digits[:6] == power_text(number, 6).replace(".", "")[:6] or digits[:5] == power_text(number, 5).replace(".", "")[:5]
    )
    assert power_text(number).endswith("e+7605")
    assert number_text(442512540276836779204) == "442,512,540,276,836,779,204"
    assert number_text(10**40) == "1.000000e+40"
    assert number_text(10**20, "") == "1" + "0" * 20
    assert all_digits(0) == "0"


@pytest.mark.parametrize("file_format", ["cif", "extxyz"])
def test_one_configuration_of_a_large_cell_on_the_command_line(tmp_path, file_format):
    arguments = ["vacancies", "beta-Li3N", "Li@4f=5068/50688", "--allow-charge", "--supercell", "24x24x22", "--sample", "1"]
    made = run(*arguments, "--format", file_format, "-o", tmp_path, "--json")
    assert made.code == 0
    assert len(made.json["total"]) == 7154
    assert made.json["total"] == all_digits(comb(50688, 5068))
    (written,) = made.json["configurations"]
    assert written["degeneracy"] == 304128
    text = next(tmp_path.glob("configuration*")).read_text(encoding="utf-8")
    mark = " 1 a " if file_format == "cif" else "@"
    assert sum(mark in line for line in text.splitlines()[2:]) == 96308
    assert json.loads((tmp_path / "manifest.jsonl").read_text("utf-8").splitlines()[1])["space_group"] == "P1"


def test_the_document_of_a_run_on_a_large_cell_reads_back():
    crystal = load("beta-Li3N")
    planning = Planning(supercell=np.diag([24, 24, 22]), allow_charge=True)
    result = run_vacancies(crystal, ["Li@4f=5068/50688"], choice=Choice(mode="count"), planning=planning)
    again = VacancyResult.from_dict(json.loads(json.dumps(result.as_dict())))
    assert again.total == result.total == comb(50688, 5068)
    assert "1.690629e+7153" in result.size_text


def test_the_group_of_a_large_configuration_that_repeats_is_that_of_its_own_lattice():
    """Every fourth layer of 4f vacant in a cell of 41,472 sites: as in the cell that repeats once."""
    symbols = set()
    for supercell in ("1x1x4", "12x12x36"):
        found = space("beta-Li3N", [f"Li@4f=1/{4 * prod(map(int, supercell.split('x')))}"], supercell)
        height = found.supercell.frac_coords[found.active_sites, 2] * int(supercell.split("x")[2])
        codes = (np.round(height * 2).astype(int) // 2 % 4 == 0).astype(np.uint8)
        symbols.add(configuration_group(found, found.configuration(codes)).symbol)
    assert len(symbols) == 1


def test_a_space_with_three_occupants_is_counted_in_a_large_cell():
    found = space("Li9N2Cl3", ["4a=N:0.25,Cl:0.7", "Li@8c=200/2000"], "5x5x10")
    assert found.total() == comb(1000, 250) * comb(750, 700) * comb(2000, 200)
    assert 0 < found.count() * found.supercell.order - found.total() < found.total() // 10**12


def test_what_takes_all_pairs_is_refused(monkeypatch):
    found = space("beta-Li3N", ["Li@4f=6/72"], "3x3x2")
    monkeypatch.setattr("nitrivac.vacancies.choosing.short_range_order.MOST_PAIRS", 100)
    with pytest.raises(UnsupportedError, match=r"pairs of the 72 chosen sites are within 5\.33 angstrom"):
        found.quasirandom(1)
    monkeypatch.setattr("nitrivac.vacancies.exclusion.conflicts.MOST_SITES", 71)
    excluding = ConfigurationSpace(crystal=found.crystal, plan=found.plan, exclusion=2.5)
    with pytest.raises(UnsupportedError, match="72 sites, some of which exclude each other"):
        excluding.count()

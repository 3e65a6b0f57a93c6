"""Split sites that exclude each other in one large network: garnets, argyrodites, interstitial sites."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np
import pytest
from pymatgen.core import Structure

from nitrivac import load
from nitrivac.errors import PlanError
from nitrivac.vacancies import ConfigurationSpace, Planning, configuration_crystal, parse_specification, plan_supercells
from nitrivac.vacancies.exclusion.any_filling import has_any
from nitrivac.vacancies.exclusion.fillable_numbers import FillableNumbers
from nitrivac.vacancies.run import Choice, Output, planned_spaces, run_vacancies
from tests.elsewhere import shared

FILES = ("cases/migration/LLZO.cif", "cases/planning/v07_llno.cif", "cases/planning/v06_argyrodite.cif")


def planned(name):
    _, spaces = planned_spaces(load(str(shared(name))), [])
    return spaces[0]


def filled_of(space):
    return {one.address: one.sites - one.vacant for one in space.plan.counts}


def net_of_24d(space):
    """The octahedra of a garnet: for each pair of 96h sites in one, the two 24d sites beside them."""
    cell, (low, *_) = space.supercell, space.bounds
    number = {one.address: index for index, one in enumerate(space.plan.counts)}
    tetrahedra = space.bounds[number["Li@24d"]] + np.arange(24)
    halves = space.bounds[number["Li@96h"]] + np.arange(96)
    beside = {int(half): int(tetrahedra[space.conflicts[half, tetrahedra]][0]) for half in halves}
    pairs = [(int(i), int(j)) for i in halves for j in halves[space.conflicts[i, halves]] if i < j]
    assert len(pairs) == 48 and cell.order == 96 and low == 0  # noqa: PT018
    return [(beside[i], beside[j]) for i, j in pairs], tetrahedra


def test_a_garnet_of_seven_lithium_has_one_neutral_filling_of_its_sites():
    """24d sites are joined by 48 octahedra, four to each; an octahedron holds one ion beside an empty 24d site.

    With f of 24 filled, octahedra between two filled sites stay empty, and there are 4 (f - 12) more of these than between
    two empty ones: 8 at least for 14, where 42 ions leave 6; 4 for 13, where 43 leave 5. All but one of the 24d sites then
    alternate: 2 ways, 12 places for the odd one, and 43 of 44 octahedra, each filled on its empty side.
    """
    space = planned("cases/migration/LLZO.cif")
    assert filled_of(space) == {"Li@24d": 13, "Li@96h": 43}
    assert space.plan.charge == 0
    assert space.total() == 2 * 12 * 44
    assert space.count() == 11
    every = list(space.enumerate())
    assert (len(every), sum(one.degeneracy for one in every)) == (11, 1056)


def test_a_garnet_of_five_lithium_is_counted_as_by_its_octahedra():
    """20 of 24 24d, 5 of 48 48g (the middle of an octahedron), 15 of 96 96h: by all places of the four empty 24d sites."""
    space = planned("cases/planning/v07_llno.cif")
    assert filled_of(space) == {"Li@24d": 20, "Li@48g": 5, "Li@96h": 15}
    octahedra, tetrahedra = net_of_24d(space)
    ways = 0
    for empty in combinations(tetrahedra.tolist(), 4):
        one_side = sum((a in empty) != (b in empty) for a, b in octahedra)
        both = sum(a in empty and b in empty for a, b in octahedra)
        # 15 octahedra hold an ion off the middle, on an empty side; of the others 5 hold one in the middle.
        ways += sum(comb(both, k) * 2**k * comb(one_side, 15 - k) for k in range(both + 1)) * comb(48 - 15, 5)
    assert space.total() == ways


def test_an_argyrodite_is_counted_as_by_its_triplets():
    """48 triplets of two 48h and one 24g site, each with one ion: 6 on 24g, 42 on one of two 48h; anions on 4a and 4d."""
    space = planned("cases/planning/v06_argyrodite.cif")
    assert filled_of(space) == {"Li@48h": 42, "Li@24g": 6, "Cl/S@4a": 8, "Cl/S@4d": 8}
    assert space.total() == comb(48, 6) * 2**42 * comb(8, 3) ** 2


@pytest.mark.parametrize("name", FILES)
def test_no_two_atoms_are_nearer_than_the_exclusion_in_any_file(name, tmp_path):
    crystal = load(str(shared(name)))
    choice = Choice(mode="sample", number=3, seed=4)
    result = run_vacancies(crystal, choice=choice, output=Output(folder=tmp_path, file_format="cif"))
    wanted = result.plan.composition
    assert len(result.made) == 3
    for one in result.made:
        structure = Structure.from_file(one.file)
        assert structure.composition.get_el_amt_dict() == pytest.approx(wanted)
        points = np.array([site.frac_coords for site in structure if site.specie.symbol == "Li"])
        distances = structure.lattice.get_all_distances(points, points)
        assert distances[~np.eye(len(points), dtype=bool)].min() >= 1.9


def test_numbers_that_entangled_sites_cannot_hold_are_refused():
    crystal = load(str(shared("cases/migration/LLZO.cif")))
    items = ["Li@24d=10/24", "Li@96h=54/96"]
    with pytest.raises(PlanError, match="exclusion"):
        plan_supercells(crystal, parse_specification(crystal, items), supercell=np.eye(3, dtype=int))


def test_overfilled_split_sites_of_a_sulfide_hold_one_ion_a_pair():
    """16h of Li10GeP2S12, 1.749 angstrom apart in pairs and 0.691 filled: 8 of 16 at most, 20 lithium with 8f full."""
    crystal = load(str(shared("cases/migration/LGPS.cif")))
    planning = Planning(supercell=np.eye(3, dtype=int))
    _, (space, *_) = planned_spaces(crystal, ["Li1=8/16", "Li3=0/8"], planning=planning)
    assert space.plan.charge == 0
    assert space.total() == 2**8 * comb(4, 2)  # and two of four Ge
    for one in space.sample(5, seed=1):
        structure = configuration_crystal(space, one).structure
        points = np.array([site.frac_coords for site in structure if "Li" in site.species_string])
        assert len(points) == 20
        distances = structure.lattice.get_all_distances(points, points)
        assert distances[~np.eye(20, dtype=bool)].min() >= 1.9
    with pytest.raises(PlanError, match="exclu"):
        planned_spaces(crystal, ["Li1=7/16", "Li3=1/8"], planning=planning)


@pytest.mark.slow
def test_sampling_goes_on_where_counting_stops(monkeypatch):
    """What Markov chains give is the same: the number within its error, and fillings without a conflict."""
    exact = planned("cases/planning/v07_llno.cif")
    total = exact.total()
    monkeypatch.setattr("nitrivac.vacancies.exclusion.allowed_fillings.MOST_PRODUCTS", 1.0)
    wide = ConfigurationSpace(crystal=exact.crystal, plan=exact.plan)
    assert has_any(wide)
    assert wide.size.error is not None
    assert np.log(wide.size.total) == pytest.approx(np.log(float(total)), abs=5 * wide.size.error)
    assert wide.size.distinct == pytest.approx(wide.size.total / 96, rel=0.01)
    for one in wide.sample(3, seed=1):
        assert one.certificate.startswith("sampled by Markov chain")
        filled = np.concatenate([one.codes[low:high] == 0 for low, high in zip(wide.bounds, wide.bounds[1:], strict=False)])
        assert filled.sum() == 40
        assert not wide.conflicts[np.ix_(filled, filled)].any()


def test_annealing_passes_through_conflicts_but_keeps_none():
    space = planned("cases/migration/LLZO.cif")
    exact = space.lowest(1)[0]
    found = space.lowest(1, time_limit=0)[0]
    assert (exact.certificate, found.certificate) == ("exact", "annealed")
    assert found.energy == pytest.approx(exact.energy, abs=1e-6)


def test_half_of_six_sites_of_an_antiperovskite():
    """3 of the 6 lithium of Li4NCl's rhombohedral cell: 20 placings, 4 of them distinct."""
    crystal = load("Li4NCl")
    result = run_vacancies(
        crystal,
        ["Li1=3/6"],
        choice=Choice(mode="lowest", number=4),
        planning=Planning(supercell=np.eye(3, dtype=int), allow_charge=True),
    )
    assert (result.total, result.count) == (20, 4)
    assert sorted(one.degeneracy for one in result.made) == [2, 6, 6, 6]
    assert sorted(one.space_group for one in result.made) == ["P3m1", "P3m1", "P3m1", "R3m"]


def test_fillable_numbers_of_a_garnet_are_those_that_its_octahedra_leave():
    """f of 24 24d sites and h of 96 96h: at most 48 - 4 (f - 12) octahedra have an empty side, and at most 48."""
    space = planned("cases/migration/LLZO.cif")
    fillable = FillableNumbers(space)

    def numbers(tetrahedra, halves):
        filled = {"Li@24d": tetrahedra, "Li@96h": halves}
        counts = tuple(
            replace(one, counts={"Li": filled[one.address], "vacancy": one.sites - filled[one.address]})
            for one in space.plan.counts
        )
        return ConfigurationSpace(crystal=space.crystal, plan=replace(space.plan, counts=counts))

    for tetrahedra in range(10, 17):
        most = min(48, 48 - 4 * (tetrahedra - 12))
        assert fillable.holds(numbers(tetrahedra, most))
        assert not fillable.holds(numbers(tetrahedra, most + 1))

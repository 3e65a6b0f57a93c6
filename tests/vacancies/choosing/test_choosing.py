"""Samplers are fair, rankings are right, short-range order is what Warren and Cowley meant."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from scipy.stats import chisquare

from nitrivac import load
from nitrivac.crystal import crystal_from_structure
from nitrivac.errors import UnsupportedError
from nitrivac.symmetry.spglib_moyo import moyo_dataset
from nitrivac.vacancies import ConfigurationSpace, parse_specification, plan_supercells
from nitrivac.vacancies.as_crystal import configuration_crystal
from nitrivac.vacancies.choosing.short_range_order import warren_cowley
from nitrivac.verification.plateau import average_cell
from tests.vacancies.test_space import space


def test_sampling_of_distinct_ones_is_uniform_over_them():
    found = space("beta-Li3N", ["Li@4f=3/16", "N@2c=1/8"], "2x2x1")
    drawn = Counter(found.canonical(one.codes) for one in found.sample(4200, seed=11, distinct=True))
    assert len(drawn) == found.count() == 70
    _, p = chisquare(list(drawn.values()))
    assert p > 1e-3


def split_sites():
    """Pairs of half-filled lithium sites 1 angstrom apart, each pair far from the others."""
    structure = Structure(
        Lattice.cubic(4.0), [{"Li+": 0.5}, {"Li+": 0.5}, "F-"], [[0.125, 0, 0], [-0.125, 0, 0], [0.5, 0.5, 0.5]]
    )
    crystal = crystal_from_structure(structure)
    specification = parse_specification(crystal)
    plan = plan_supercells(crystal, specification, supercell=np.diag([2, 2, 1]), allow_charge=True)[0]
    return crystal, plan


def test_split_sites_are_never_both_filled():
    crystal, plan = split_sites()
    found = ConfigurationSpace(crystal=crystal, plan=plan)
    assert found.total() == 2**4  # one of each of the four pairs
    every = list(found.enumerate())
    assert sum(one.degeneracy for one in every) == 16
    assert len(every) == found.count()
    for one in [*every, *found.sample(20, seed=1), *found.sample(20, seed=1, distinct=True), *found.lowest(3)]:
        filled = np.array(one.codes) == found.occupants[0].index("Li")
        assert not (np.outer(filled, filled) & found.conflicts).any()


def test_sampling_is_uniform_where_sites_exclude_each_other():
    crystal, plan = split_sites()
    found = ConfigurationSpace(crystal=crystal, plan=plan)
    drawn = Counter(one.codes.tobytes() for one in found.sample(1600, seed=2))
    assert len(drawn) == 16
    assert chisquare(list(drawn.values())).pvalue > 1e-3


def test_the_exclusion_distance_can_be_set():
    crystal, plan = split_sites()
    assert ConfigurationSpace(crystal=crystal, plan=plan, exclusion=0.0).total() == 70  # any 4 of 8
    with pytest.raises(UnsupportedError, match="exclu"):
        ConfigurationSpace(crystal=crystal, plan=plan, exclusion=10.0).sample(1)


def test_a_site_that_is_nearly_full_excludes_none_by_default():
    assert not len(space("beta-Li3N", ["Li@4f=6/72"], "3x3x2").conflicts)


def test_the_most_symmetric_come_first():
    found = space("beta-Li3N", ["Li@4f=4/16"], "2x2x1")
    orders = sorted((len(one.stabiliser) for one in found.enumerate()), reverse=True)
    assert [len(one.stabiliser) for one in found.symmetric(5)] == orders[:5]


@pytest.mark.parametrize("seed", [0, 1])
def test_annealing_finds_the_exact_lowest_of_three_lithium_and_one_nitrogen_vacancy(seed):
    found = space("beta-Li3N", ["Li@4f=3/72", "N@2c=1/36"], "3x3x2")
    exact = found.lowest(3)
    assert {one.certificate for one in exact} == {"exact"}
    assert [one.energy for one in exact] == sorted(one.energy for one in exact)
    assert found.lowest(1, seed=seed, time_limit=0)[0].energy == pytest.approx(exact[0].energy, abs=1e-6)


def test_warren_cowley_of_an_alternating_lattice():
    cubic = crystal_from_structure(Structure(Lattice.cubic(3.0), ["Li+"], [[0, 0, 0]]))
    found = space(cubic, [f"{cubic.orbits[0].label}=4/8"], "2x2x2")
    alternating = found.lowest(1)[0]  # point charges of one sign keep apart
    rows = {(round(row.distance, 3), row.occupants): row.alpha for row in warren_cowley(found, alternating, radius=4.5)}
    assert rows[3.0, ("Li", "vacancy")] == pytest.approx(-1.0)
    assert rows[3.0, ("Li", "Li")] == pytest.approx(1.0)
    assert rows[4.243, ("Li", "Li")] == pytest.approx(-1.0)


def test_warren_cowley_parameters_of_a_shell_balance():
    found = space("Li9N2Cl3", ["4a=N:0.4,Cl:0.6", "Li@8c=4/40"], "5x1x1")
    one = found.sample(1, seed=3)[0]
    sums: Counter[tuple[object, ...]] = Counter()
    share = {"N": 0.4, "Cl": 0.6, "Li": 0.9, "vacancy": 0.1}
    for row in warren_cowley(found, one, radius=5.0):
        sums[row.sites, round(row.distance, 3), row.occupants[0]] += row.alpha * share[row.occupants[1]]
    assert sums
    assert all(value == pytest.approx(0.0, abs=1e-9) for value in sums.values())


def test_quasirandom_ones_are_nearer_to_random_than_random_ones():
    found = space("Li9N2Cl3", ["4a=N:0.4,Cl:0.6", "Li@8c=4/40"], "5x1x1")
    best = found.quasirandom(2, seed=4, radius=4.5)
    again = found.quasirandom(2, seed=4, radius=4.5)
    assert [one.codes.tobytes() for one in best] == [one.codes.tobytes() for one in again]

    def roughness(one):
        rows = warren_cowley(found, one, radius=4.5)
        return max(abs(row.alpha) for row in rows if row.occupants[0] == "N" and row.occupants[1] == "N")

    assert best[0].mismatch <= best[1].mismatch
    assert roughness(best[0]) < np.median([roughness(one) for one in found.sample(30, seed=5)])


CASES = [
    ("beta-Li3N", ["Li@4f=5/16"], "2x2x1"),
    ("beta-Li3N", ["Li@4f=4/16", "N@2c=2/8"], "2x2x1"),
    ("alpha-Li3N", ["Li@2c=4/16", "N@1a=2/8"], "2x2x2"),
    ("alpha-Li3N", ["Li@2c=3/12"], "1 1 0 -1 2 0 0 0 2"),
    ("Li9N2Cl3", ["4a=N:0.5,Cl:0.5", "Li@8c=2/16"], "2x1x1"),
]


@pytest.mark.parametrize(("source", "items", "supercell"), CASES)
def test_groups_from_stabilisers_are_those_that_spglib_and_moyo_find(source, items, supercell):
    """Fifty random distinct configurations of each cell, all of them where there are fewer."""
    found = space(source, items, supercell)
    for one in found.sample(50, seed=6, distinct=True):
        crystal = configuration_crystal(found, one)
        assert crystal_from_structure(crystal.structure).space_group.number == crystal.space_group.number
        assert moyo_dataset(average_cell(crystal), 1e-3).number == crystal.space_group.number


def test_compositions_give_the_cells_of_the_literature():
    crystal = load("beta-Li3N")
    found = {}
    for text in ("Li2.83N0.94=Li@4f,N@2c", "Li2.92N0.97=Li@4f,N@2c"):
        plan = plan_supercells(crystal, parse_specification(crystal, [text]))[0]
        found[text[:6]] = {one.address: (one.vacant, one.sites) for one in plan.counts}
    assert found == {"Li2.83": {"Li@4f": (6, 72), "N@2c": (2, 36)}, "Li2.92": {"Li@4f": (3, 72), "N@2c": (1, 36)}}


def test_no_tolerance_gives_the_exact_cell_of_li9n2cl3():
    crystal = load("Li9N2Cl3")
    plan = plan_supercells(crystal, parse_specification(crystal), tolerance=0.0)[0]
    assert [one.counts for one in plan.counts] == [{"N": 8, "Cl": 12}, {"Li": 36, "vacancy": 4}]
    assert plan.min_image >= 10.0

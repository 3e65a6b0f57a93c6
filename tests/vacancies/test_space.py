"""Counts are exact, configurations come once, samplers are fair, symmetry and energy are those of independent programs."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure
from scipy.stats import chisquare

from nitrivac import load
from nitrivac.crystal import crystal_from_structure
from nitrivac.crystal.supercells.supercell import make_supercell
from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
from nitrivac.errors import UnsupportedError
from nitrivac.vacancies import ConfigurationSpace, average_crystal, parse_specification, plan_supercells
from nitrivac.vacancies.as_crystal import configuration_crystal
from nitrivac.vacancies.enumeration.burnside import count_distinct, count_labelled, cycle_type


def space(source, items, supercell):
    crystal = load(source) if isinstance(source, str) else source
    specification = parse_specification(crystal, items)
    plan = plan_supercells(crystal, specification, supercell=parse_matrix(supercell), allow_charge=True)[0]
    return ConfigurationSpace(crystal=average_crystal(crystal, specification), plan=plan)


LI4F = {"2x2x1": 16, "2x2x2": 32, "3x3x2": 72}

# Exact numbers by Burnside's lemma, confirmed by enumeration with two or more independent programs where those finish.
TOTAL = {
    "2x2x1": (16, 120, 560, 1820, 4368, 8008, 11440, 12870),
    "2x2x2": (32, 496, 4960, 35960, 201376, 906192, 3365856, 10518300),
    "3x3x2": (72, 2556, 59640, 1028790, 13991544, 156238908, 1473109704, 11969016345),
}
DISTINCT = {
    "2x2x1": (1, 7, 12, 43, 68, 135, 159, 204),
    "2x2x2": (1, 13, 50, 318, 1351, 5709, 19531, 59559),
    "3x3x2": (1, 20, 200, 2866, 34482, 372672, 3451449, 27871456),
}
COUNTS = [(cell, k + 1, TOTAL[cell][k], DISTINCT[cell][k]) for cell in TOTAL for k in range(8)]
COUNTS += [("2x2x2", 16, 601080390, 3193880), ("3x3x2", 36, 442512540276836779204, 1024335009457104934)]


@pytest.mark.parametrize(("supercell", "vacant", "total", "distinct"), COUNTS)
def test_counts_of_beta_li3n(supercell, vacant, total, distinct):
    found = space("beta-Li3N", [f"Li@4f={vacant}/{LI4F[supercell]}"], supercell)
    assert (found.total(), found.count()) == (total, distinct)


@pytest.mark.parametrize(
    ("supercell", "nitrogen", "total", "distinct"),
    [("2x2x1", 8, 4480, 70), ("2x2x2", 16, 79360, 596), ("3x3x2", 36, 2147040, 5660)],
)
def test_counts_with_two_sublattices(supercell, nitrogen, total, distinct):
    found = space("beta-Li3N", [f"Li@4f=3/{LI4F[supercell]}", f"N@2c=1/{nitrogen}"], supercell)
    assert (found.total(), found.count()) == (total, distinct)


@pytest.mark.parametrize(
    ("supercell", "nitrogen", "chlorine", "vacant", "order", "total", "distinct"),
    [
        ("2x1x1", 3, 5, 2, 128, 6720, 84),
        ("2x2x1", 8, 8, 0, 256, 12870, 153),
        ("2x2x1", 7, 9, 2, 256, 5674240, 23495),
        ("2x2x1", 6, 10, 4, 256, 287967680, 1137092),
        ("5x1x1", 8, 12, 4, 320, 11512398300, 36590620),
        ("5x1x1", 9, 11, 2, 320, 131008800, 452790),
        ("2x2x2", 13, 19, 6, 1536, 26044116119884800, 16955951313982),
    ],
)
def test_counts_of_mixed_anions_and_vacancies(supercell, nitrogen, chlorine, vacant, order, total, distinct):
    anions = nitrogen + chlorine
    items = [f"4a=N:{nitrogen / anions!r},Cl:{chlorine / anions!r}", f"Li@8c={vacant}/{2 * anions}"]
    found = space("Li9N2Cl3", items, supercell)
    assert found.supercell.order == order
    assert (found.total(), found.count()) == (total, distinct)


@pytest.mark.parametrize(
    ("source", "items", "supercell"),
    [
        ("beta-Li3N", ["Li@4f=4/16"], "2x2x1"),
        ("beta-Li3N", ["Li@4f=3/16", "N@2c=1/8"], "2x2x1"),
        ("Li9N2Cl3", ["4a=N:0.375,Cl:0.625", "Li@8c=2/16"], "2x1x1"),
        ("alpha-Li3N", ["Li@2c=3/12"], "1 1 0 -1 2 0 0 0 2"),
        ("LiPN2", ["Li@4b=2/8"], "1x1x2"),
    ],
)
def test_enumeration_is_complete_and_each_comes_once(source, items, supercell):
    found = space(source, items, supercell)
    configurations = list(found.enumerate())
    assert len(configurations) == found.count()
    assert sum(one.degeneracy for one in configurations) == found.total()
    assert all(one.degeneracy * len(one.stabiliser) == found.supercell.order for one in configurations)
    assert len({found.canonical(one.codes) for one in configurations}) == len(configurations)


@pytest.mark.parametrize(
    ("source", "items", "supercell"),
    [
        ("beta-Li3N", ["Li@4f=3/16", "N@2c=1/8"], "2x2x1"),
        ("alpha-Li3N", ["Li@2c=3/12"], "1 1 0 -1 2 0 0 0 2"),
        ("Li9N2Cl3", ["4a=N:0.375,Cl:0.625", "Li@8c=2/16"], "2x1x1"),
    ],
)
def test_the_group_from_the_stabiliser_is_the_one_a_search_finds(source, items, supercell):
    from nitrivac.symmetry.spglib_moyo import moyo_dataset
    from nitrivac.verification.plateau import average_cell

    found = space(source, items, supercell)
    for one in list(found.enumerate())[:40]:
        crystal = configuration_crystal(found, one)
        searched = crystal_from_structure(crystal.structure)
        assert crystal.space_group.number == searched.space_group.number
        assert moyo_dataset(average_cell(crystal), 1e-3).number == crystal.space_group.number


def test_a_configuration_keeps_its_ancestry_and_composition():
    found = space("beta-Li3N", ["Li@4f=3/16", "N@2c=1/8"], "2x2x1")
    crystal = configuration_crystal(found, found.sample(1, seed=3)[0])
    assert crystal.contents == {"N": 7.0, "Li": 21.0}
    assert crystal.is_ordered
    assert crystal.charge == 0
    parents = Counter(label.partition("-")[0] for label in (orbit.label for orbit in crystal.orbits) for _ in range(1))
    assert set(parents) == {"N1", "Li1", "Li2"}
    sites = Counter(orbit.label.partition("-")[0] for orbit in crystal.orbits for _ in orbit.indices)
    assert sites == {"N1": 7, "Li1": 8, "Li2": 13}


def test_sampling_is_uniform_over_labelled_configurations():
    found = space("beta-Li3N", ["Li@4f=2/16"], "2x2x1")
    drawn = Counter(found.canonical(one.codes) for one in found.sample(3000, seed=7))
    expected = {found.canonical(one.codes): one.degeneracy / found.total() for one in found.enumerate()}
    assert set(drawn) <= set(expected)
    _, p = chisquare([drawn[key] for key in expected], [3000 * share for share in expected.values()])
    assert p > 1e-3


def test_a_seed_repeats_a_sample():
    found = space("beta-Li3N", ["Li@4f=6/72", "N@2c=2/36"], "3x3x2")
    first, again, other = ([one.codes.tobytes() for one in found.sample(3, seed=seed)] for seed in (1, 1, 2))
    assert first == again != other


def test_energies_are_those_of_a_separate_ewald_sum():
    from pymatgen.core.ewald import EwaldSummation

    found = space("beta-Li3N", ["Li@4f=3/16", "N@2c=1/8"], "2x2x1")
    for one in found.lowest(4):
        structure = configuration_crystal(found, one).structure
        assert one.energy == pytest.approx(EwaldSummation(structure).total_energy, abs=1e-4)


def test_the_lowest_are_the_lowest_of_all():
    found = space("beta-Li3N", ["Li@4f=3/16", "N@2c=1/8"], "2x2x1")
    every = sorted(float(found.ewald.energies(found.charges(one.codes))[0]) for one in found.enumerate())
    lowest = found.lowest(6)
    assert [one.energy for one in lowest] == pytest.approx(every[:6], abs=1e-6)
    assert {one.certificate for one in lowest} == {"exact"}


def test_annealing_says_so_repeats_and_finds_the_lowest_of_a_space_that_can_be_searched():
    found = space("beta-Li3N", ["Li@4f=3/16", "N@2c=1/8"], "2x2x1")
    exact = found.lowest(1)[0]
    annealed = found.lowest(1, seed=5, time_limit=0)[0]
    assert annealed.certificate == "annealed"
    assert annealed.energy == pytest.approx(exact.energy, abs=1e-6)
    assert found.lowest(1, seed=5, time_limit=0)[0].codes.tobytes() == annealed.codes.tobytes()


def test_states_that_are_not_stated_are_balanced_and_give_the_same_energies():
    stated = load("beta-Li3N")
    bare = crystal_from_structure(stated.structure.copy().remove_oxidation_states())
    mine, theirs = (space(one, ["Li@4f=3/16", "N@2c=1/8"], "2x2x1").lowest(3) for one in (bare, stated))
    assert [one.energy for one in mine] == pytest.approx([one.energy for one in theirs])


def test_an_alloy_has_no_energy():
    alloy = crystal_from_structure(Structure(Lattice.cubic(3.0), ["Cu", "Zn"], [[0, 0, 0], [0.5, 0.5, 0.5]]))
    with pytest.raises(UnsupportedError, match="oxidation state"):
        space(alloy, [f"{alloy.orbits[0].label}=1/2"], "2x1x1").lowest(1)


@pytest.mark.parametrize("supercell", ["2x2x1", "1 1 0 -1 2 0 0 0 1", "2 0 0 1 2 0 0 1 2", "3x1x1"])
def test_the_group_of_a_supercell_is_a_group_of_permutations(supercell):
    cell = make_supercell(load("beta-Li3N"), parse_matrix(supercell))
    rows = {tuple(row) for row in cell.permutations.tolist()}
    assert cell.order % len(rows) == 0  # less where sites of one plane cannot tell its reflection from doing nothing
    for first in list(rows)[:12]:
        for second in list(rows)[:12]:
            assert tuple(first[index] for index in second) in rows


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 9), st.integers(0, 2**31), st.data())
def test_burnside_equals_brute_force_on_random_cyclic_groups(size, seed, data):
    """The group generated by one random permutation acts on the colourings with given numbers of two colours."""
    generator = np.random.default_rng(seed).permutation(size)
    rows, power = [], np.arange(size)
    while True:
        rows.append(power)
        power = generator[power]
        if (power == np.arange(size)).all():
            break
    group = np.array(rows)
    ones = data.draw(st.integers(0, size))
    from itertools import combinations

    sets = [frozenset(chosen) for chosen in combinations(range(size), ones)]
    orbits = {frozenset(frozenset(int(row[site]) for site in chosen) for row in group) for chosen in sets}
    assert count_distinct([group], [(size - ones, ones)]) == len(orbits)
    assert count_labelled([(size - ones, ones)]) == len(sets)


def test_cycle_types():
    assert cycle_type(np.array([1, 0, 2, 4, 5, 3])) == ((1, 1), (2, 1), (3, 1))


def test_results_do_not_depend_on_origin_or_order_of_sites():
    base = space("beta-Li3N", ["Li@4f=3/16", "N@2c=1/8"], "2x2x1")
    structure = load("beta-Li3N").structure
    structure.translate_sites(range(8), [0.13, 0.29, 0.41])
    shuffled = crystal_from_structure(type(structure).from_sites([structure[index] for index in (5, 2, 7, 0, 3, 6, 1, 4)]))
    light = {orbit.elements[0] + str(orbit.multiplicity): orbit.label for orbit in shuffled.orbits}
    moved = space(shuffled, [f"{light['Li4']}=3/16", f"{light['N2']}=1/8"], "2x2x1")
    assert (moved.total(), moved.count()) == (base.total(), base.count())
    assert [one.energy for one in moved.lowest(5)] == pytest.approx([one.energy for one in base.lowest(5)], abs=1e-6)


def test_counts_and_energies_do_not_depend_on_the_choice_of_cell():
    """The same supercell of Li9N2Cl3, made from the conventional and from the primitive cell."""
    base = space("Li9N2Cl3", ["4a=N:0.375,Cl:0.625", "Li@8c=2/16"], "2x1x1")
    structure = load("Li9N2Cl3").structure
    half = structure.lattice.a / 2
    primitive = type(structure)(
        [[0, half, half], [half, 0, half], [half, half, 0]],
        [structure[0].species, structure[4].species, structure[4].species],
        [[0, 0, 0], [0.25, 0.25, 0.25], [0.75, 0.75, 0.75]],
    )
    small = crystal_from_structure(primitive)
    matrix = np.round(base.supercell.lattice @ np.linalg.inv(small.lattice)).astype(int)
    labels = {len(orbit.indices): orbit.label for orbit in small.orbits}
    other = space(
        small, [f"{labels[1]}=N:0.375,Cl:0.625", f"{labels[2]}=2/16"], " ".join(str(one) for one in matrix.ravel())
    )
    assert (other.total(), other.count()) == (base.total(), base.count()) == (6720, 84)
    assert sorted(one.degeneracy for one in other.enumerate()) == sorted(one.degeneracy for one in base.enumerate())
    assert [one.energy for one in other.lowest(8)] == pytest.approx([one.energy for one in base.lowest(8)], abs=1e-6)

"""Disordered crystals as refined: the composition and the charge first, then the sites; and what excludes what."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from nitrivac import load
from nitrivac.crystal import crystal_from_structure
from nitrivac.errors import PlanError
from nitrivac.neighbours import neighbour_pairs
from nitrivac.vacancies import ConfigurationSpace, Planning, configuration_crystal, parse_specification, plan_supercells
from nitrivac.vacancies.planning.crowds import crowds_of
from nitrivac.vacancies.run import Choice, Output, run_vacancies
from tests.elsewhere import shared

# Sites and occupancies of the files, and what is exact in so many primitive cells, were worked out by hand.
REFINED = ["019", "1dm", "97b", "9s4", "6du", "24k", "ga9", "gas", "vj7", "uxo"]


@pytest.mark.parametrize("name", REFINED)
def test_conductors_as_refined_keep_their_composition(name):
    crystal = load(str(shared(f"corpus/obelix/{name}.cif")))
    plan = plan_supercells(crystal, parse_specification(crystal), limit=1)[0]
    assert plan.element_deviation <= 0.05
    for element, asked in plan.asked.items():
        assert plan.composition[element] == pytest.approx(asked, rel=0.05)
    assert plan.min_image >= 10
    assert plan.atoms <= 400
    if plan.charge:  # by states that are not the file's own, and said
        assert "no cell is neutral" in plan.reasons[-1]


def oxide(*, second: float):
    """Two cation sites of one cell: one with a divalent and a trivalent metal, the other lithium that makes up for it."""
    species = [{"Mg": 1 - second, "Al": second}, {"Li": 1 - second}, {"O": 1.0}, {"F": 1.0}]
    points = [[0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]]
    return crystal_from_structure(Structure(Lattice.orthorhombic(4.0, 4.2, 4.4), species, points))


def test_states_that_are_not_stated_balance_the_plan_and_are_in_no_file(tmp_path):
    """Mg2+ and Al3+ share a site, and lithium is there for each magnesium: neutral for equal numbers alone."""
    crystal = oxide(second=0.3)
    planning = Planning(min_image=6.0)
    made = run_vacancies(crystal, choice=Choice(mode="sample"), planning=planning, output=Output(folder=tmp_path))
    assert made.plan.charge == 0
    assert made.plan.composition["Li"] == made.plan.composition["Mg"]
    assert "(balanced)" in made.plan.oxidation
    written = load(made.made[0].file)
    assert all(one.oxidation is None for orbit in written.orbits for one in orbit.occupants)


def test_a_refinement_that_is_charged_is_planned_as_it_is_and_says_so():
    """Ba and La half and half with three oxygen for two metals and no electrons to spare."""
    species = [{"La": 0.5, "Ba": 0.5}, {"Al": 1.0}, {"O": 1.0}, {"O": 1.0}, {"O": 1.0}]
    points = [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]]
    crystal = crystal_from_structure(Structure(Lattice.cubic(3.9), species, points))
    plan = plan_supercells(crystal, parse_specification(crystal), min_image=7.0)[0]
    assert plan.charge == -plan.cells / 2
    assert "no cell is neutral" in plan.reasons[-1]
    near = plan_supercells(crystal, parse_specification(crystal), min_image=7.0, nearest=True)[0]
    assert near.charge == 0
    assert near.composition["Ba"] == 0
    assert "nearest neutral" in near.reasons[-1]


def test_mixed_valence_that_is_balanced_takes_any_whole_number():
    """Iron of a mean state of 2.6 is two states side by side, so that 5 of 9 lithium are as neutral as 5.4."""
    species = [{"Li": 0.4}, {"Fe": 1.0}, {"P": 1.0}, {"O": 1.0}, {"O": 1.0}, {"O": 1.0}, {"O": 1.0}]
    points = [
        [0, 0, 0.5],
        [0.5, 0.5, 0.5],
        [0, 0, 0],
        *(0.16 * np.array([[1, 1, 1], [-1, -1, 1], [-1, 1, -1], [1, -1, -1]])),
    ]
    crystal = crystal_from_structure(Structure(Lattice.cubic(5.5), species, points))
    assert crystal.oxidation.means["Fe"] == pytest.approx(2.6)
    plan = plan_supercells(crystal, parse_specification(crystal), supercell=(3, 1, 1), nearest=True)[0]
    assert (plan.composition["Li"], plan.charge) == (1, 0)


def crowded(*, first: float, second: float):
    """Groups of a middle site and two others about it, all within 1.9 angstrom of each other, far from other groups."""
    species = [{"Li": first}, {"Li": second}, {"Li": second}, {"Cl": 1.0}]
    points = [[0, 0, 0], [0.08, 0.1, 0], [0.08, -0.1, 0], [0.5, 0.5, 0.5]]
    return crystal_from_structure(Structure(Lattice.orthorhombic(7.0, 8.0, 9.0), species, points))


def test_of_sites_that_all_exclude_each_other_one_is_filled():
    crystal = crowded(first=0.4, second=0.3)
    crowds = crowds_of(crystal, {orbit.label for orbit in crystal.orbits if not orbit.is_ordered}, None)
    assert crowds.apart
    assert [sum(one.members.values()) for one in crowds.crowds] == [3]
    plan = plan_supercells(crystal, parse_specification(crystal), supercell=(2, 1, 1), nearest=True)[0]
    assert plan.composition["Li"] == 2
    space = ConfigurationSpace(crystal=crystal, plan=plan)
    assert space.total() > 0
    made = configuration_crystal(space, space.sample(1, seed=1)[0])
    lithium = np.concatenate([orbit.indices for orbit in made.orbits if orbit.elements == ("Li",)])
    assert neighbour_pairs(made.lattice, made.frac_coords[lithium], 1.9).distances.size == 0


@pytest.mark.parametrize("cells", [1, 2])
def test_conditions_of_crowds_are_those_of_trying_all_fillings(cells):
    """Which numbers can be placed on groups of three: found by trying every filling, and by the conditions alone."""
    crystal = crowded(first=0.4, second=0.3)
    crowds = crowds_of(crystal, {orbit.label for orbit in crystal.orbits if not orbit.is_ordered}, None).crowds
    labels = [orbit.label for orbit in crystal.orbits if "Li" in orbit.elements]
    sites = {orbit.label: len(orbit.indices) for orbit in crystal.orbits}
    possible = set()
    for groups in product([None, *((label, copy) for label in labels for copy in range(sites[label]))], repeat=cells):
        numbers = tuple(sum(one is not None and one[0] == label for one in groups) for label in labels)
        possible.add(numbers)
    for numbers in product(range(cells + 1), *(range(2 * cells + 1) for _ in labels[1:])):
        filling = [
            sum(one.members.get(label, 0) * number / sites[label] for label, number in zip(labels, numbers, strict=True))
            for one in crowds
        ]
        assert (max(filling) <= cells + 1e-9) == (numbers in possible)


def test_occupancies_that_contradict_the_exclusion_are_named():
    crystal = crowded(first=0.5, second=0.45)
    with pytest.raises(PlanError, match=r"filled 1\.400 times in sum"):
        plan_supercells(crystal, parse_specification(crystal), allow_charge=True)


def test_fillings_move_to_other_sites_where_the_sum_of_near_ones_is_a_little_above_one():
    """Pairs filled 0.55 and 0.5: the two of a pair are 1.05 in sum, so one lithium of 21 has to go."""
    species = [{"Li": 0.55}, {"Li": 0.5}, {"Cl": 1.0}]
    points = [[0, 0, 0], [0.2, 0, 0], [0.6, 0.5, 0.5]]
    crystal = crystal_from_structure(Structure(Lattice.orthorhombic(7.0, 8.0, 9.0), species, points))
    plan = plan_supercells(crystal, parse_specification(crystal), supercell=(5, 2, 2), allow_charge=True)[0]
    assert plan.composition["Li"] == 20
    assert ConfigurationSpace(crystal=crystal, plan=plan).total() > 0

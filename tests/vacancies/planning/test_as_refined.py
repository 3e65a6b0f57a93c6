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
RARE = ["0ii", "4ie", "cti", "tjh"]  # an element of which 400 atoms have less than one, or no whole number within 5 %
CROWDED = ["1m8", "e6a", "fkj", "lxk"]  # argyrodites and a garnet with more lithium than sites that may all be filled


@pytest.mark.parametrize("name", REFINED)
def test_conductors_as_refined_keep_their_composition(name):
    crystal = load(str(shared(f"corpus/obelix/{name}.cif")))
    plan = plan_supercells(crystal, parse_specification(crystal), limit=1)[0]
    assert plan.element_deviation <= 0.05
    for element, asked in plan.asked.items():
        assert plan.composition[element] == pytest.approx(asked, rel=0.05)
    assert plan.min_image >= 10
    assert plan.atoms <= 400
    assert plan.together_from is None
    if plan.charge:  # by states that are not the file's own, and said
        assert "no cell is neutral" in plan.reasons[-1]


@pytest.mark.parametrize("name", RARE)
def test_rare_elements_take_the_smallest_cell_that_has_them(name):
    crystal = load(str(shared(f"corpus/obelix/{name}.cif")))
    specification = parse_specification(crystal)
    plan = plan_supercells(crystal, specification, limit=1)[0]
    assert plan.element_deviation <= 0.05
    assert plan.atoms > 400
    assert any("no cell of up to 400 atoms meets the targets" in reason for reason in plan.reasons)
    near = plan_supercells(crystal, specification, nearest=True)[0]
    assert near.atoms <= 400
    assert near.charge == 0
    with pytest.raises(PlanError, match="up to 400 atoms"):
        plan_supercells(crystal, specification, max_atoms=400, tolerance=0.001)


@pytest.mark.parametrize("name", CROWDED)
def test_occupancies_too_large_for_sites_kept_apart_keep_the_composition(name, tmp_path):
    """Only the farthest of near sites are filled together, and no two atoms are nearer than the plan says."""
    crystal = load(str(shared(f"corpus/obelix/{name}.cif")))
    made = run_vacancies(crystal, choice=Choice(mode="sample"), output=Output(folder=tmp_path))
    plan = made.plan
    assert plan.element_deviation <= 0.05
    assert plan.charge == 0
    assert any(f"sites {plan.together_from:.2f} angstrom apart and farther" in reason for reason in plan.reasons)
    assert 1.0 <= plan.together_from < 1.9
    written = load(made.made[0].file)
    lithium = np.concatenate([orbit.indices for orbit in written.orbits if orbit.elements == ("Li",)])
    near = neighbour_pairs(written.lattice, written.frac_coords[lithium], 1.9).distances
    assert near.min() >= plan.together_from - 1e-3


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


def test_occupancies_that_contradict_the_exclusion_fill_the_farthest_sites_together():
    """The outer sites are 1.6 angstrom apart, each 0.98 from the middle one: 0.45 + 0.5 fit once both may be filled."""
    crystal = crowded(first=0.5, second=0.45)
    plan = plan_supercells(crystal, parse_specification(crystal), allow_charge=True)[0]
    assert plan.together_from == pytest.approx(1.6)
    assert "1.400 are filled on average; sites 1.60 angstrom apart" in plan.reasons[-1]
    assert plan.composition["Li"] == pytest.approx(1.4 * plan.cells, rel=0.05)
    space = ConfigurationSpace(crystal=crystal, plan=plan)
    lithium = space.active_sites[space.sample(1, seed=3)[0].codes == 0]
    distances = neighbour_pairs(space.supercell.lattice, space.supercell.frac_coords[lithium], 1.9).distances
    assert len(distances)
    assert distances.min() == pytest.approx(1.6)


def test_shares_that_are_asked_for_do_not_lift_the_exclusion():
    crystal = crowded(first=0.5, second=0.45)
    items = [f"{orbit.label}={orbit.vacancy}" for orbit in crystal.orbits if not orbit.is_ordered]
    with pytest.raises(PlanError, match=r"filled 1\.400 times in sum"):
        plan_supercells(crystal, parse_specification(crystal, items), allow_charge=True)


def test_positions_nearer_than_two_atoms_can_be_are_never_filled_together():
    """Triplets of oxygen 0.7 angstrom apart, each half full: no cell is made of them."""
    crystal = load(str(shared("corpus/obelix/e81.cif")))
    with pytest.raises(PlanError, match=r"up to 1000 atoms.*filled 1\.500 times in sum"):
        plan_supercells(crystal, parse_specification(crystal))


def test_fillings_move_to_other_sites_where_the_sum_of_near_ones_is_a_little_above_one():
    """Pairs filled 0.55 and 0.5: the two of a pair are 1.05 in sum, so one lithium of 21 has to go."""
    species = [{"Li": 0.55}, {"Li": 0.5}, {"Cl": 1.0}]
    points = [[0, 0, 0], [0.2, 0, 0], [0.6, 0.5, 0.5]]
    crystal = crystal_from_structure(Structure(Lattice.orthorhombic(7.0, 8.0, 9.0), species, points))
    plan = plan_supercells(crystal, parse_specification(crystal), supercell=(5, 2, 2), allow_charge=True)[0]
    assert plan.composition["Li"] == 20
    assert ConfigurationSpace(crystal=crystal, plan=plan).total() > 0

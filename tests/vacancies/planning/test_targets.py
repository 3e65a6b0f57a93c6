"""What is asked for is what is planned: mixed valence, ties, compositions, tolerances, and numbers that can exist."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from pymatgen.core import Lattice, Species, Structure

from nitrivac import load
from nitrivac.crystal import crystal_from_structure
from nitrivac.crystal.split_sites import SPLIT_SITE_A
from nitrivac.errors import PlanError, SpecificationError
from nitrivac.neighbours import neighbour_pairs
from nitrivac.vacancies import ConfigurationSpace, Planning, average_crystal, parse_specification, plan_supercells
from nitrivac.vacancies.as_crystal import configuration_crystal
from nitrivac.vacancies.run import Choice, Output, run_vacancies
from tests.elsewhere import shared


def two_half_sites():
    """Two lithium sites of one kind each, half filled, neutral with one of them."""
    species = [{Species("Li", 1): 0.5}, {Species("Li", 1): 0.5}, {Species("F", -1): 1.0}]
    points = [[0, 0, 0], [0, 0, 0.5], [0.5, 0.5, 0.1]]
    return crystal_from_structure(Structure(Lattice.orthorhombic(4, 4.5, 8), species, points))


def mixed_valence():
    """A layer of sites that Fe2+ and Fe3+ share, balanced by oxygen."""
    species = [{Species("Fe", 2): 0.5, Species("Fe", 3): 0.5}, {Species("O", -2): 1.0}, {Species("F", -1): 0.5}]
    points = [[0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5]]
    return crystal_from_structure(Structure(Lattice.tetragonal(4, 5), species, points))


def test_two_half_filled_sites_in_one_cell_get_one_atom_and_both_choices(tmp_path):
    crystal = two_half_sites()
    made = run_vacancies(
        crystal,
        choice=Choice(mode="enumerate"),
        planning=Planning(supercell=np.eye(3, dtype=int)),
        output=Output(folder=tmp_path),
    )
    assert made.plan.composition == {"Li": 1.0, "F": 1.0}
    assert (made.total, made.count, len(made.made)) == (2, 2, 2)
    files = [load(str(path)) for path in sorted(tmp_path.glob("*.cif"))]
    places = {tuple(np.round(one.frac_coords[one.orbits[0].indices[0]], 3).tolist()) for one in files}
    assert places == {(0.0, 0.0, 0.0), (0.0, 0.0, 0.5)}


def test_draws_from_equally_near_numbers_come_from_all_of_them():
    choice = Choice(mode="sample", number=200, seed=3)
    made = run_vacancies(two_half_sites(), choice=choice, planning=Planning(supercell=np.eye(3, dtype=int)))
    assert len(made.made) == 200
    assert made.plan.plain()["as_near"]


def test_two_oxidation_states_of_one_element_stay_two_species():
    crystal = mixed_valence()
    specification = parse_specification(crystal)
    iron = next(target for target in specification.targets if len(target.shares) == 2 and "Fe" in target.address)
    assert [share.occupant for share in iron.shares] == ["Fe2+", "Fe3+"]
    plan = plan_supercells(crystal, specification, supercell=np.diag([2, 2, 1]))[0]
    assert plan.charge == 0
    assert plan.composition == {"Fe": 4.0, "O": 4.0, "F": 2.0}
    space = ConfigurationSpace(crystal=crystal, plan=plan)
    assert space.total() == 6 * 6
    made = configuration_crystal(space, space.lowest(1)[0])
    states = sorted(orbit.occupants[0].oxidation for orbit in made.orbits for _ in orbit.indices if "Fe" in orbit.elements)
    assert states == [2, 2, 3, 3]
    assert made.charge == 0


@pytest.mark.parametrize("file_format", ["cif", "poscar", "extxyz", "json"])
def test_mixed_valence_comes_back_from_every_file(file_format, tmp_path):
    planning = Planning(supercell=np.diag([2, 1, 1]))
    output = Output(folder=tmp_path, file_format=file_format)
    made = run_vacancies(mixed_valence(), choice=Choice(mode="lowest"), planning=planning, output=output)
    crystal = load(made.made[0].file)
    states = {
        (one.element, one.oxidation): len(orbit.indices)
        for orbit in crystal.orbits
        for one in orbit.occupants
        if one.element == "Fe"
    }
    assert crystal.contents["Fe"] == 2
    assert states == {("Fe", 2): 1, ("Fe", 3): 1}


def test_mixtures_can_be_asked_for_by_oxidation_state():
    crystal = mixed_valence()
    address = next(crystal.address(orbit) for orbit in crystal.orbits if "Fe" in orbit.elements)
    average = average_crystal(crystal, parse_specification(crystal, [f"{address}=Fe2+:0.25,Fe3+:0.75"]))
    assert [(one.element, one.oxidation, one.occupancy) for one in average.orbits[0].occupants] == [
        ("Fe", 2.0, 0.25),
        ("Fe", 3.0, 0.75),
    ]


def test_magnetite_is_neutral_as_it_is():
    crystal = load(str(shared("cases/planning/v01_magnetite.cif")))
    plan = plan_supercells(crystal, parse_specification(crystal), supercell=np.eye(3), limit=1)[0]
    assert plan.charge == 0
    assert plan.counts[0].counts == {"Fe2+": 8, "Fe3+": 8}
    assert plan.composition == {"Fe": 24.0, "O": 32.0}


def test_a_composition_counts_the_vacancies_of_sites_it_does_not_name():
    """Li(2b) is 0.9 filled already: 0.1 of the 0.5 lithium that is to go has gone, so Li(4f) loses 0.4 of its 2."""
    crystal = load(str(shared("cases/planning/c01_partial_li1.cif")))
    items = ["Li2.5N0.8=Li@4f,N@2c"]
    specification = parse_specification(crystal, items)
    vacant = {target.address: target.vacancy.fraction for target in specification.targets}
    assert vacant == pytest.approx({"Li@4f": 0.2, "N@2c": 0.2, "Li@2b": 0.1})
    neutral = plan_supercells(average_crystal(crystal, specification), specification)[0]
    assert neutral.charge == 0
    made = {element: amount / neutral.cells / 2 for element, amount in neutral.composition.items()}
    assert (round(made["Li"], 1), round(made["N"], 1)) == (2.5, 0.8)  # to the figures asked for
    plan = plan_supercells(average_crystal(crystal, specification), specification, allow_charge=True, tolerance=0)[0]
    assert plan.composition["Li"] / plan.cells / 2 == pytest.approx(2.5)
    assert plan.composition["N"] / plan.cells / 2 == pytest.approx(0.8)
    assert "exact" in plan.reasons[-1]


def test_a_composition_that_the_other_sites_make_impossible_is_refused():
    crystal = load(str(shared("cases/planning/c01_partial_li1.cif")))
    with pytest.raises(SpecificationError, match=r"0\.1 vacant on the sites not named"):
        parse_specification(crystal, ["Li2.95N0.98=Li@4f,N@2c"])


def test_what_would_balance_is_named():
    crystal = load(str(shared("cases/planning/v03_li_vac_no_comp.cif")))
    with pytest.raises(PlanError) as error:
        plan_supercells(crystal, parse_specification(crystal))
    assert "carries -1" in str(error.value)
    assert "N@2c=0.1667" in str(error.value)
    balanced = parse_specification(crystal, ["N@2c=0.1667"])
    assert plan_supercells(average_crystal(crystal, balanced), balanced)[0].charge == 0


def test_a_forced_cell_outside_the_tolerance_is_refused_unless_the_nearest_is_asked_for():
    crystal = load("beta-Li3N")
    specification = parse_specification(crystal, ["Li@4f=8.1(2)%", "N@2c=5.4(1)%"])
    with pytest.raises(PlanError) as error:
        plan_supercells(crystal, specification, supercell=np.diag([2, 2, 1]))
    assert "--nearest" in str(error.value)
    assert "3x3x2" in str(error.value)
    plan = plan_supercells(crystal, specification, supercell=np.diag([2, 2, 1]), nearest=True)[0]
    assert "outside the tolerance" in plan.reasons[-1]


def test_a_tolerance_holds_for_targets_with_an_uncertainty_too():
    crystal = load("beta-Li3N")
    specification = parse_specification(crystal, ["Li@4f=8.1(2)%", "N@2c=5.4(1)%"])
    assert plan_supercells(crystal, specification)[0].rule.startswith("each within 2 standard uncertainties")
    with pytest.raises(PlanError):
        plan_supercells(crystal, specification, tolerance=0.0, max_atoms=300)


@pytest.mark.parametrize("name", ["v04_thirds", "c04_occ_0666"])
def test_thirds_of_a_mixture_fill_the_site(name):
    crystal = load(str(shared(f"cases/planning/{name}.cif")))
    assert all(orbit.vacancy < 1e-9 for orbit in crystal.orbits)
    plan = plan_supercells(crystal, parse_specification(crystal), tolerance=0, allow_charge=True)[0]
    assert all(one.sites % 3 == 0 for one in plan.counts)


def test_uncertainties_of_the_file_decide_how_far_a_plan_may_be():
    crystal = load(str(shared("cases/planning/c07_esd_occ.cif")))
    specification = parse_specification(crystal)
    plan = plan_supercells(crystal, specification)[0]
    shares = {share.occupant: share.uncertainty for target in specification.targets for share in target.shares}
    assert shares == pytest.approx({"N": 0.001, "Li": 0.002, "vacancy": 0.002})
    for one in plan.counts:
        allowed = {"N@2c": 0.002, "Li@4f": 0.004}[one.address]
        assert one.deviation <= allowed + 1e-9


def split_chain(*, first: float, second: float):
    """Two lithium sites 1.6 angstrom apart in each cell, partly filled, with a fluorine for half of them."""
    species = [{Species("Li", 1): first}, {Species("Li", 1): second}, {Species("F", -1): first + second}]
    points = [[0, 0, 0], [0.2, 0.1, 0], [0.5, 0.5, 0.5]]
    return crystal_from_structure(Structure(Lattice.from_parameters(8, 5, 6, 90, 95, 90), species, points))


def brute_force(space: ConfigurationSpace) -> int:
    """Placings of single-occupant sites with no two filled ones that exclude each other, tried one by one."""
    lengths = [sum(numbers) for numbers in space.numbers]
    filled = [numbers[0] for numbers in space.numbers]
    found = 0
    for bits in product((0, 1), repeat=sum(lengths)):
        parts = np.split(np.array(bits, dtype=bool), np.cumsum(lengths)[:-1])
        if [int(part.sum()) for part in parts] != filled:
            continue
        on = np.array(bits, dtype=bool)
        found += not (len(space.conflicts) and space.conflicts[np.ix_(on, on)].any())
    return found


def test_numbers_that_exclusion_makes_impossible_are_never_chosen():
    """Of 4 pairs of sites that exclude each other at most 4 sites can be filled: 0.6 and 0.5 of each kind is 2 and 2."""
    crystal = split_chain(first=0.5, second=0.5)
    specification = parse_specification(crystal, ["Li1=0.4", "Li2=0.5"])
    average = average_crystal(crystal, specification)
    options = {"supercell": np.diag([2, 1, 2]), "allow_charge": True, "nearest": True}
    free = plan_supercells(average, specification, exclusion=0.0, **options)[0]
    plan = plan_supercells(average, specification, **options)[0]
    assert sum(one.sites - one.vacant for one in plan.counts[:2]) <= 4
    assert sum(one.deviation for one in free.counts) <= sum(one.deviation for one in plan.counts)
    space = ConfigurationSpace(crystal=average, plan=plan)
    assert space.total() == brute_force(space) > 0


def test_where_no_numbers_fit_the_exclusion_the_command_says_so():
    """Every second site of a row nearer than the distance given: 3 of 4 cannot be filled."""
    crystal = two_half_sites()
    specification = parse_specification(crystal, ["Li1=0.25", "Li2=0.25"])
    average = average_crystal(crystal, specification)
    with pytest.raises(PlanError, match="exclusion"):
        plan_supercells(average, specification, min_image=4, max_atoms=32, allow_charge=True, exclusion=4.4)


def test_sampled_argyrodites_keep_the_distance_of_split_sites():
    crystal = load(str(shared("cases/planning/v06_argyrodite.cif")))
    plan = plan_supercells(crystal, parse_specification(crystal), limit=1)[0]
    assert plan.charge == 0
    space = ConfigurationSpace(crystal=crystal, plan=plan)
    for one in space.sample(3, seed=1):
        made = configuration_crystal(space, one)
        lithium = np.concatenate([orbit.indices for orbit in made.orbits if orbit.elements == ("Li",)])
        assert neighbour_pairs(made.lattice, made.frac_coords[lithium], 4.0).distances.min() >= SPLIT_SITE_A

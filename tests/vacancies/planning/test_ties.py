"""Numbers that are equally near are all used, whoever asks: engines, the main job, figures."""

from __future__ import annotations

import numpy as np

from nitrivac import analyze, load
from nitrivac.crystal import Occupation
from nitrivac.engines import LocalEngine
from nitrivac.vacancies import Planning, parse_specification, plan_supercells, vacancies_on_engine
from nitrivac.vacancies.as_crystal import configuration_crystal
from nitrivac.vacancies.choosing.energy_landscape import energy_landscape
from nitrivac.vacancies.planned import spaces_of_plan
from nitrivac.vacancies.run import Choice
from tests.vacancies.planning.test_targets import two_half_sites

ONE_CELL = Planning(supercell=np.eye(3))


def test_an_engine_goes_through_all_sets_of_numbers():
    result, proof = vacancies_on_engine(
        two_half_sites(), (), choice=Choice(mode="enumerate"), engine=LocalEngine(workers=1), planning=ONE_CELL
    )
    assert (result.total, proof.labelled, proof.count) == (2, 2, 2)


def test_the_lowest_on_an_engine_is_that_of_all_sets_of_numbers():
    result, proof = vacancies_on_engine(
        two_half_sites(), (), choice=Choice(mode="lowest", number=2), engine=LocalEngine(workers=1), planning=ONE_CELL
    )
    assert len(result.made) == 2
    assert proof.labelled == result.total == 2


def test_a_landscape_has_the_configurations_of_all_sets_of_numbers():
    crystal = two_half_sites()
    plan = plan_supercells(crystal, parse_specification(crystal), supercell=ONE_CELL.supercell)[0]
    landscape = energy_landscape(*spaces_of_plan(crystal, plan))
    assert (landscape.sets, landscape.total, len(landscape.energies)) == (2, 2, 2)


def test_the_main_job_counts_all_sets_of_numbers():
    found = analyze(two_half_sites())
    spaces = spaces_of_plan(found.average, found.vacancies.plan)
    assert found.vacancies.total == sum(space.total() for space in spaces)


def test_a_configuration_of_primitive_cells_is_recognised_as_a_host():
    crystal = load("Li9N2Cl3")
    plan = plan_supercells(crystal, parse_specification(crystal))[0]
    assert plan.matrix.dtype.kind == "f"
    (space,) = spaces_of_plan(crystal, plan)
    made = configuration_crystal(space, space.sample(1, seed=1)[0])

    found = Occupation.of(crystal, made)
    assert round(np.linalg.det(found.supercell.matrix), 6) == plan.cells
    assert (found.occupants != "vacancy").sum() == plan.atoms

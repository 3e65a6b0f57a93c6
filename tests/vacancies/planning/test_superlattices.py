"""Every superlattice of the primitive lattice is planned for: the smallest cells of centred crystals, listed and taken."""

from __future__ import annotations

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from nitrivac import load
from nitrivac.crystal import crystal_from_structure
from nitrivac.crystal.supercells.primitive import primitive_vectors
from nitrivac.errors import PlanError
from nitrivac.vacancies import (
    ConfigurationSpace,
    Planning,
    average_crystal,
    parse_specification,
    plan_supercells,
    rank_plans,
)
from nitrivac.vacancies.run import Choice, Output, run_vacancies


def body_centred_garnet_sites():
    """Sites 16a of Ia-3d, with atoms in the general position that leave no higher symmetry."""
    structure = Structure.from_spacegroup("Ia-3d", Lattice.cubic(12.0), ["Li", "O"], [[0, 0, 0], [0.28, 0.1, 0.2]])
    return crystal_from_structure(structure)


@pytest.mark.parametrize(("primitive", "item", "total", "distinct"), [(True, "4/8", 70, 7), (False, "8/16", 12870, 172)])
def test_half_of_16a_in_the_primitive_and_in_the_conventional_cell(primitive, item, total, distinct):
    crystal = body_centred_garnet_sites()
    specification = parse_specification(crystal, [f"16a={item}"])
    cell = primitive_vectors(crystal) if primitive else np.eye(3)
    plan = plan_supercells(crystal, specification, supercell=cell, allow_charge=True)[0]
    space = ConfigurationSpace(crystal=average_crystal(crystal, specification), plan=plan)
    assert (space.total(), space.count()) == (total, distinct)
    assert sum(one.degeneracy for one in space.enumerate()) == total


def test_the_smallest_exact_cell_of_li9n2cl3_is_five_primitive_cells():
    """Two of five anions are nitrogen, so 5, 10, ... of them; with one vacancy to ten lithium sites that is neutral."""
    crystal = load("Li9N2Cl3")
    plan = plan_supercells(crystal, parse_specification(crystal), tolerance=0.0, min_image=0.0)[0]
    assert plan.composition == {"N": 2.0, "Cl": 3.0, "Li": 9.0}
    assert (plan.atoms, plan.charge, plan.cells) == (14, 0, 1.25)
    far = plan_supercells(crystal, parse_specification(crystal), tolerance=0.0)[0]
    assert (far.atoms, far.cells) == (56, 5)
    assert far.min_image >= 10.0


def test_configurations_of_a_cell_in_fractions_are_the_crystal_in_its_own_setting(tmp_path):
    crystal = load("Li9N2Cl3")
    made = run_vacancies(
        crystal, choice=Choice(mode="sample", number=1), output=Output(folder=tmp_path, file_format="poscar")
    )
    structure = load(made.made[0].file)
    assert np.allclose(structure.lattice, made.plan.matrix @ crystal.lattice, atol=1e-6)
    places = structure.frac_coords @ structure.lattice @ np.linalg.inv(crystal.lattice)
    names = np.array([structure.orbits[index].elements[0] for index in structure.orbit_of_site])
    anions = places[names != "Li"] * 2  # 4a at the corners and faces: halves whose sum is whole
    assert np.allclose(anions, np.round(anions), atol=1e-6)
    assert (np.round(anions).sum(axis=1) % 2 == 0).all()
    assert np.allclose(places[names == "Li"] * 4 % 2, 1.0, atol=1e-6)  # 8c at odd quarters


def test_plans_are_listed_smallest_first_and_each_can_be_taken():
    crystal = load("Li9N2Cl3")
    ranked = rank_plans(crystal, (), 4)
    assert [one.rank for one in ranked.plans] == [1, 2, 3, 4]
    atoms = [one.plan.atoms for one in ranked.plans]
    assert len({one.plan.supercell for one in ranked.plans}) == 4
    sizes = [one.plan.cells for one in ranked.plans]
    assert sizes == sorted(sizes)
    for one in ranked.plans[:3]:
        taken = run_vacancies(crystal, choice=Choice(mode="count"), rank=one.rank)
        assert (taken.plan.supercell, taken.count, taken.plan.atoms) == (one.plan.supercell, one.count, atoms[one.rank - 1])


def test_a_plan_that_is_not_there_is_refused():
    with pytest.raises(PlanError, match="only 1 plan"):
        run_vacancies(
            load("beta-Li3N"), ["Li@4f=6/72", "N@2c=2/36"], planning=Planning(supercell=np.diag([3, 3, 2])), rank=2
        )


def test_the_command_lists_plans_and_takes_fractions_and_the_primitive_cell(nitrivac):
    plans = nitrivac("vacancies", "Li9N2Cl3", "--plans", "3", "--json").json["plans"]
    assert [one["rank"] for one in plans] == [1, 2, 3]
    assert {"atoms", "min_image_A", "deviation", "supercell"} <= plans[0]["plan"].keys()
    second = nitrivac("vacancies", "Li9N2Cl3", "--plan", "2", "--count", "--json").json
    assert second["plan"] == plans[1]["plan"]
    supercell = plans[1]["plan"]["supercell"]
    forced = nitrivac("vacancies", "Li9N2Cl3", "--supercell", supercell, "--count", "--json").json
    assert (forced["count"], forced["plan"]["counts"]) == (plans[1]["count"], plans[1]["plan"]["counts"])
    options = ("--primitive", "--supercell", "5x1x1", "--count", "--tolerance", "0", "--json")
    primitive = nitrivac("vacancies", "Li9N2Cl3", *options).json
    assert (primitive["plan"]["cells"], primitive["plan"]["atoms"]) == (1.25, 14)


def test_a_list_of_plans_goes_with_no_choice_of_configurations(nitrivac):
    outcome = nitrivac("vacancies", "Li9N2Cl3", "--plans", "3", "--sample", "2")
    assert outcome.code == 2
    assert "--plans" in outcome.err


def test_build_writes_primitive_cells(nitrivac, tmp_path):
    nitrivac("build", "LiPN2", "--primitive", "--format", "poscar", "-o", str(tmp_path))
    crystal, written = load("LiPN2"), load(str(tmp_path / "LiPN2-primitive.vasp"))
    assert written.n_sites * 2 == crystal.n_sites
    assert written.space_group.number == 122
    steps = written.lattice @ np.linalg.inv(crystal.lattice) * 2
    assert np.allclose(steps, np.round(steps), atol=1e-6)  # halves of the conventional vectors, in their orientation

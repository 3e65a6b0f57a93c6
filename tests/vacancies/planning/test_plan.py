"""Whole atoms in a box: the cells of the literature are found, and every integer is explained."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.crystal.supercells.supercell import hermite_normal_forms, shortest_vector
from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
from nitrivac.errors import PlanError, SpecificationError
from nitrivac.vacancies import parse_specification, plan_supercells


def plan(source, items=(), **options):
    crystal = load(source)
    return plan_supercells(crystal, parse_specification(crystal, items), **options)[0]


def vacancies(found):
    return {one.address: (one.vacant, one.sites) for one in found.counts}


def test_the_refined_occupancies_alone_give_the_larger_molecular_dynamics_cell():
    """36 formula units with 6 Li(4f) and 2 N(2c) vacant: Li102N34, of which the literature's simulations were made."""
    found = plan("beta-Li3N", ["Li@4f=8.1(2)%", "N@2c=5.4(1)%"])
    assert found.matrix.tolist() == [[3, 0, 0], [0, 3, 0], [0, 0, 2]]
    assert vacancies(found) == {"Li@4f": (6, 72), "N@2c": (2, 36)}
    assert found.atoms == 136
    assert found.charge == 0
    assert found.min_image == pytest.approx(3 * 3.552)


def test_the_smaller_one_from_its_own_composition():
    found = plan("beta-Li3N-vacancy-rich-Li2.92N0.97")
    assert vacancies(found) == {"Li@4f": (3, 72), "N@2c": (1, 36)}
    assert found.atoms == 140


def test_exact_cells_of_li9n2cl3_have_a_multiple_of_five_anions():
    found = plan("Li9N2Cl3", supercell=parse_matrix("5x1x1"))
    anions = next(one for one in found.counts if one.label == "X1")
    assert anions.counts == {"N": 8, "Cl": 12}
    assert vacancies(found)["Li@8c"] == (4, 40)
    assert all("exact" in reason for reason in found.reasons)


def test_a_forced_cell_takes_the_nearest_neutral_integers_and_says_so():
    found = plan("Li9N2Cl3", supercell=parse_matrix("2x2x1"), nearest=True)
    anions = next(one for one in found.counts if one.label == "X1")
    assert (anions.counts, vacancies(found)["Li@8c"]) in (({"N": 6, "Cl": 10}, (4, 32)), ({"N": 7, "Cl": 9}, (2, 32)))
    assert found.charge == 0
    assert "nearest neutral" in found.reasons[-1]


@pytest.mark.parametrize(
    "source", ["Li9N2Cl3", "Li9N2Cl3-vacancy-rich", "Li5NCl2-disordered", "beta-Li3N-vacancy-rich-refined"]
)
def test_plans_are_neutral_near_and_far_enough_apart(source):
    crystal = load(source)
    specification = parse_specification(crystal)
    for found in plan_supercells(crystal, specification, max_atoms=600):
        assert found.charge == 0
        assert found.min_image >= 10.0
        assert shortest_vector(found.matrix @ crystal.lattice) == pytest.approx(found.min_image)
        for one, target in zip(found.counts, specification.targets, strict=True):
            assert sum(one.counts.values()) == one.sites
            for share in target.shares:
                slack = 2 * share.uncertainty if share.uncertainty else 0.1 * share.fraction
                assert abs(one.counts[share.occupant] / one.sites - share.fraction) <= slack + 1e-9


@pytest.mark.parametrize(
    ("items", "options", "words"),
    [
        (["Li@4f=8.1(2)%"], {}, ["neutral", "--allow-charge"]),
        (["Li@4f=8.1(2)%", "N@2c=5.4(1)%"], {"max_atoms": 80}, ["angstrom", "--min-image"]),
        (["Li@4f=8.1(2)%", "N@2c=5.4(1)%"], {"max_atoms": 5}, ["--max-atoms"]),
        (["Li@4f=0.1(1)%", "N@2c=0.1(1)%"], {"max_atoms": 100}, ["no"]),
        (["Li@4f=0.1", "N@2c=0.07"], {"max_atoms": 200, "tolerance": 0.0}, ["no whole numbers", "nearest"]),
        (["Li@4f=6/72", "N@2c=2/36"], {"supercell": np.diag([2, 2, 2])}, ["16", "36"]),
    ],
)
def test_where_nothing_fits_the_demand_that_failed_is_named(items, options, words):
    with pytest.raises(PlanError) as error:
        plan("beta-Li3N", items, **options)
    for word in words:
        assert word in str(error.value)


def test_a_charge_can_be_allowed():
    assert plan("beta-Li3N", ["Li@4f=1/8"], supercell=parse_matrix("2x1x1"), allow_charge=True).charge == -1


@pytest.mark.parametrize(
    ("text", "matrix"),
    [("3x3x2", [[3, 0, 0], [0, 3, 0], [0, 0, 2]]), ("1 1 0 -1 1 0 0 0 2", [[1, 1, 0], [-1, 1, 0], [0, 0, 2]])],
)
def test_supercell_matrices(text, matrix):
    assert parse_matrix(text).tolist() == matrix


@pytest.mark.parametrize("text", ["3x3", "axbxc", "1 0 0 0 1 0 0 0 0", "0x1x1", ""])
def test_what_is_no_supercell(text):
    with pytest.raises(SpecificationError):
        parse_matrix(text)


@pytest.mark.parametrize(("index", "number"), [(1, 1), (2, 7), (3, 13), (4, 35), (5, 31), (6, 91), (8, 155)])
def test_numbers_of_superlattices(index, number):
    # Sublattices of Z^3 of a given index: OEIS A001001.
    assert sum(1 for _ in hermite_normal_forms(index)) == number

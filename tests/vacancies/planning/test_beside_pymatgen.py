"""Numbers of distinct placings beside those of another program's operations, every placing tried."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from nitrivac import load
from nitrivac.crystal.supercells.primitive import primitive_crystal, primitive_vectors
from nitrivac.vacancies import ConfigurationSpace, average_crystal, parse_specification, plan_supercells
from tests.elsewhere import shared

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

CASES = [("68u", 1), ("dvn", 1), ("gxz", 1), ("t3k", 1), ("um1", 1)]


def permutations_by_pymatgen(crystal):
    """Where pymatgen's operations of an average structure send its sites."""
    structure = crystal.structure
    points = structure.frac_coords
    found = []
    for operation in SpacegroupAnalyzer(structure, symprec=0.01).get_symmetry_operations():
        off = operation.operate_multi(points)[:, None, :] - points[None, :, :]
        off -= np.round(off)
        found.append(np.linalg.norm(off @ structure.lattice.matrix, axis=2).argmin(axis=1))
    return np.unique(found, axis=0)


@pytest.mark.parametrize(("name", "vacant"), CASES)
def test_placings_of_one_or_two_vacancies_in_the_primitive_cell(name, vacant):
    crystal = load(str(shared(f"corpus/obelix/{name}.cif")))
    orbit = max(crystal.orbits, key=lambda one: len(one.indices) if len(one.occupants) == 1 else 0)
    own = primitive_crystal(crystal)
    sites = own.orbits[crystal.orbits.index(orbit)].indices
    permutations = permutations_by_pymatgen(own)
    for number in (vacant, vacant + 1):
        specification = parse_specification(crystal, [f"{orbit.label}={number}/{len(sites)}"])
        average = average_crystal(crystal, specification)
        options = {"supercell": primitive_vectors(crystal), "allow_charge": True, "nearest": True, "exclusion": 0.0}
        plan = plan_supercells(average, specification, **options)[0]
        counts = tuple(one for one in plan.counts if one.label == orbit.label)
        alone = type(plan)(
            matrix=plan.matrix, cells=plan.cells, atoms=plan.atoms, counts=counts, charge=None, min_image=plan.min_image
        )
        space = ConfigurationSpace(crystal=average, plan=alone, exclusion=0.0)
        classes = {
            min(tuple(sorted(row[list(chosen)])) for row in permutations) for chosen in combinations(sites.tolist(), number)
        }
        assert space.count() == len(classes)

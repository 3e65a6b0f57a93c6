"""Cycle types from the lattice are those of the permutations, and so are the numbers of fillings."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest

from nitrivac import load
from nitrivac.crystal.supercells.supercell import make_supercell
from nitrivac.vacancies.enumeration.burnside import cycle_type
from nitrivac.vacancies.enumeration.cycle_fillings import cycle_fillings
from nitrivac.vacancies.enumeration.cycle_types import operation_classes

CASES = [
    ("beta-Li3N", np.diag([3, 3, 2])),
    ("beta-Li3N", [[2, 0, 0], [1, 2, 0], [0, 1, 2]]),
    ("alpha-Li3N", np.diag([2, 4, 1])),
    ("Li9N2Cl3", np.eye(3)),
    ("Li9N2Cl3", [[1, 1, 0], [-1, 1, 0], [0, 0, 2]]),
    ("Li9N2Cl3", np.diag([3, 3, 3])),
    ("LiPN2", np.diag([2, 2, 2])),
    ("Li7PN4", np.eye(3)),  # screw axes
    ("Li3AlN2", np.diag([1, 2, 1])),
    ("gamma-Li3N", np.diag([2, 2, 2])),
    ("Li12P3N9", np.diag([2, 1, 1])),
]


@pytest.mark.parametrize(("source", "matrix"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_classes_are_those_of_the_permutations(source, matrix):
    crystal = load(source)
    cell = make_supercell(crystal, matrix)
    owner = crystal.orbit_of_site[cell.parent_site]
    sublattices = [np.flatnonzero(owner == index) for index in range(len(crystal.orbits))]

    def types(row):
        return tuple(cycle_type(np.searchsorted(sites, row[sites])) for sites in sublattices)

    classes = operation_classes(cell.action, sublattices)
    found: Counter[object] = Counter()
    for one in classes:
        found[one.cycle_types] += one.size
        assert types(cell.permutations[one.operation]) == one.cycle_types
    assert found == Counter(types(row) for row in cell.permutations)
    assert len({one.operation for one in classes}) == len(classes)


def by_listing(kind, counts):
    """Fillings of cycles, one after the other."""
    lengths = [length for length, number in kind for _ in range(number)]
    found = 0
    for occupants in product(range(len(counts)), repeat=len(lengths)):
        taken = [0] * len(counts)
        for length, occupant in zip(lengths, occupants, strict=True):
            taken[occupant] += length
        found += tuple(taken) == counts
    return found


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (((1, 4), (2, 3)), (3, 7)),
        (((1, 4), (2, 3)), (2, 3, 5)),
        (((2, 3), (4, 2)), (6, 8)),
        (((1, 1), (2, 2), (3, 1), (6, 1)), (6, 8)),
        (((1, 1), (2, 2), (4, 1)), (3, 2, 4)),
        (((3, 4),), (6, 6)),
        (((3, 4),), (5, 7)),
        (((1, 3), (2, 2)), (0, 7)),
        (((1, 3),), (1, 1, 1)),
    ],
)
def test_fillings_are_those_listed(kind, counts):
    assert cycle_fillings(kind, counts) == by_listing(kind, counts)


def test_fillings_of_many_cycles_add_up():
    """Summed over all numbers of sites, each cycle is filled or not."""
    kind = ((1, 30), (2, 25), (4, 40))
    sites = 240
    assert sum(cycle_fillings(kind, (taken, sites - taken)) for taken in range(sites + 1)) == 2 ** (30 + 25 + 40)

"""Split sites: too near each other and filled too seldom, by one rule."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac.crystal import crystal_from_structure
from nitrivac.crystal.split_sites import split_pairs
from tests.elsewhere import shared


def chain(distance, first, second, *, elements=("Li", "Li"), charges=(1, 1)):
    """Two positions a distance apart along a, in a cell too long for their images to matter."""
    from pymatgen.core import Lattice, Species, Structure

    species = [
        {Species(element, charge): occupancy}
        for element, charge, occupancy in zip(elements, charges, (first, second), strict=True)
    ]
    lattice = Lattice.from_parameters(10, 7, 8, 90, 90, 90)
    return crystal_from_structure(Structure(lattice, species, [[0.1, 0.2, 0.3], [0.1 + distance / 10, 0.2, 0.3]]))


@pytest.mark.parametrize(
    ("distance", "first", "second", "split"),
    [
        (1.85, 0.5, 0.5, True),
        (1.85, 0.564, 0.4423, True),  # a refinement's sum, within its uncertainty of 1
        (1.85, 0.6, 0.494, True),
        (1.85, 0.691, 0.691, False),  # together in 38 % of the cells at least
        (1.749, 0.691, 0.691, True),  # 16h of Li10GeP2S12: nearer than two lithium ions ever are
        (1.749, 0.95, 0.95, True),
        (1.749, 1.0, 0.691, False),
        (1.85, 1.0, 1.0, False),
        (1.85, 1.0, 0.05, False),  # a full site has no alternative
        (1.9, 0.5, 0.5, False),  # as far as the limit is not nearer
        (1.91, 0.5, 0.5, False),
        (0.3, 0.2, 0.3, True),
    ],
)
def test_both_distance_and_occupancies_decide(distance, first, second, split):
    pairs = split_pairs(chain(distance, first, second))
    assert len(pairs.centres) == (2 if split else 0)
    assert pairs.distances == pytest.approx([distance] * len(pairs.centres))


def test_ions_of_unlike_charge_are_neighbours_and_not_alternatives_unless_nearer_than_any_bond():
    salt = {"elements": ("Li", "F"), "charges": (1, -1)}
    assert not len(split_pairs(chain(1.6, 0.5, 0.5, **salt)).centres)
    assert len(split_pairs(chain(0.5, 0.5, 0.5, **salt)).centres) == 2
    assert len(split_pairs(chain(1.6, 0.5, 0.5, elements=("Li", "Zn"), charges=(1, 2))).centres) == 2


def test_atoms_that_bond_are_filled_together_however_near():
    """Two nitrogen atoms of an azide, two hydrogen atoms of one water molecule, each site 0.7 filled."""
    for element, charge, distance in (("N", -1, 1.18), ("H", 1, 1.51)):
        assert not len(split_pairs(chain(distance, 0.7, 0.7, elements=(element,) * 2, charges=(charge,) * 2)).centres)
    assert len(split_pairs(chain(1.51, 0.7, 0.7, elements=("Na", "Na"))).centres) == 2


def test_stated_uncertainties_widen_the_margin():
    from dataclasses import replace

    crystal = chain(1.8, 0.7, 0.5)
    assert not len(split_pairs(crystal).centres)
    unsure = tuple(
        replace(orbit, occupants=tuple(replace(one, uncertainty=0.06) for one in orbit.occupants))
        for orbit in crystal.orbits
    )
    assert len(split_pairs(replace(crystal, orbits=unsure)).centres) == 2


def test_sites_of_one_orbit_are_asked_like_any_others():
    """In the garnet each 96h site has its twin 0.790 angstrom away and one 24d site 1.606 away; each 24d has four."""
    from nitrivac import load

    crystal = load(str(shared("cases/migration/LLZO.cif")))
    pairs = split_pairs(crystal)
    found: dict[tuple[str, str, float], int] = {}
    for first, second, distance in zip(pairs.centres, pairs.neighbours, pairs.distances, strict=True):
        key = (*(crystal.orbits[crystal.orbit_of_site[site]].label for site in (first, second)), round(float(distance), 3))
        found[key] = found.get(key, 0) + 1
    assert found == {("Li1", "Li2", 1.606): 96, ("Li2", "Li1", 1.606): 96, ("Li2", "Li2", 0.79): 96}
    assert (np.bincount(pairs.centres)[crystal.orbits[0].indices] == 4).all()

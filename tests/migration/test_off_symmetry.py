"""Structures a little off their symmetry: the group's classes of hops are whole at every longest distance."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.crystal.document import to_structure
from nitrivac.crystal.from_structure import crystal_from_structure
from nitrivac.migration import find_hops
from nitrivac.migration.paths.path import vacancy_path


def shaken(identifier, by, seed=0):
    """A catalogue compound with every atom moved by up to so many angstrom, found in its group again."""
    exact = load(identifier)
    structure = to_structure(exact)
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=(len(structure), 3))
    steps *= by * rng.random((len(structure), 1)) / np.linalg.norm(steps, axis=1)[:, None]
    for index, step in enumerate(steps):
        structure.translate_sites([index], step, frac_coords=False)
    crystal = crystal_from_structure(structure, symprec=0.03)
    assert crystal.space_group.number == exact.space_group.number
    return exact, crystal


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "beta-Li3N", "gamma-Li3N", "Li3AlN2"])
def test_hops_are_those_of_the_exact_structure(identifier):
    exact, crystal = shaken(identifier, 0.004)
    expected = find_hops(exact, max_distance=3.4, widest_paths=False).hops
    found = find_hops(crystal, max_distance=3.4, widest_paths=False).hops
    assert sum(hop.multiplicity for hop in found) == sum(hop.multiplicity for hop in expected)
    assert sorted(hop.multiplicity for hop in found) == sorted(hop.multiplicity for hop in expected)
    by_length = [sorted((hop.distance, hop.multiplicity) for hop in hops) for hops in (found, expected)]
    for one, other in zip(*by_length, strict=True):
        assert one[0] == pytest.approx(other[0], abs=0.01)


@pytest.mark.parametrize("identifier", ["beta-Li3N", "gamma-Li3N", "Li3AlN2", "alpha-Li3N"])
def test_the_default_list_is_that_of_the_exact_structure(identifier):
    exact, crystal = shaken(identifier, 0.004)
    expected, found = find_hops(exact, widest_paths=False), find_hops(crystal, widest_paths=False)
    assert len(found.hops) == len(expected.hops)
    assert found.max_distance == pytest.approx(expected.max_distance, abs=0.01)


@pytest.mark.parametrize("identifier", ["beta-Li3N", "Li3AlN2"])
def test_classes_are_whole_at_every_longest_distance(identifier):
    """Some members of a class are shorter than the longest hop and some longer: all of them are listed or none."""
    exact, crystal = shaken(identifier, 0.004)
    shells = {hop.distance: hop.multiplicity for hop in find_hops(exact, max_distance=3.2, widest_paths=False).hops}
    whole = set(shells.values()) | {0}
    for length in shells:
        for off in np.linspace(-0.006, 0.006, 9):
            hops = find_hops(crystal, max_distance=length + off, widest_paths=False).hops
            near = [hop.multiplicity for hop in hops if abs(hop.distance - length) < 0.02]
            assert set(near) <= whole


def test_paths_of_such_structures_are_made():
    _, crystal = shaken("beta-Li3N", 0.004)
    network = find_hops(crystal, max_distance=2.5)
    for hop in network.hops:
        assert vacancy_path(crystal, network, hop.id, images=3, method="linear").length == pytest.approx(hop.distance)

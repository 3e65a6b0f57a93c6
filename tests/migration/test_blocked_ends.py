"""Hops of configurations of split sites: into a half that may be filled, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.crystal.from_structure import crystal_without_symmetry
from nitrivac.errors import UnsupportedError
from nitrivac.migration import find_hops
from nitrivac.migration.host import host_percolation, make_host
from nitrivac.migration.paths.path import vacancy_path
from tests.elsewhere import shared


def distance(lattice, one, other):
    """Nearest distance of two points, over the cells next to the first."""
    shifts = np.array(np.meshgrid(*[[-1, 0, 1]] * 3)).reshape(3, -1).T
    return np.linalg.norm((other - one + shifts) @ lattice, axis=1).min()


def argyrodite(vacant_doublets, seed=0):
    """The average argyrodite, and a configuration: one half of each doublet filled but of some, S and Cl as they come."""
    parent = load(str(shared("cases/migration/argyrodite48h.cif")))
    rng = np.random.default_rng(seed)
    species, coords, filled = [], [], []
    for orbit in parent.orbits:
        points = parent.frac_coords[orbit.indices]
        if "Li" not in orbit.elements:
            for point in points:
                species.append(rng.choice(orbit.elements))
                coords.append(point)
            continue
        left = list(range(len(points)))
        doublets = []
        while left:
            one = left.pop(0)
            other = next(index for index in left if distance(parent.lattice, points[one], points[index]) < 1.9)
            left.remove(other)
            doublets.append((one, other))
        filled += [points[doublet[rng.integers(2)]] for doublet in doublets[vacant_doublets:]]
    atoms = crystal_without_symmetry(
        parent.lattice, np.array([*coords, *filled]), [*species, *["Li"] * len(filled)], source="configuration"
    )
    return parent, atoms, np.array(filled)


def expected_jumps(parent, filled, reach):
    """Pairs of a filled and a vacant site of which the vacant one has no filled site but that one within 1.9 angstrom."""
    lithium = next(orbit for orbit in parent.orbits if "Li" in orbit.elements)
    points = parent.frac_coords[lithium.indices]
    is_filled = np.array([min(distance(parent.lattice, point, one) for one in filled) < 1e-3 for point in points])
    lengths = []
    shifts = np.array(np.meshgrid(*[[-1, 0, 1]] * 3)).reshape(3, -1).T
    for end in points[~is_filled]:
        for start in points[is_filled]:
            others = [one for one in points[is_filled] if distance(parent.lattice, one, start) > 1e-3]
            if min(distance(parent.lattice, one, end) for one in others) < 1.9:
                continue
            ways = np.linalg.norm((end - start + shifts) @ parent.lattice, axis=1)
            lengths += ways[ways <= reach].tolist()
    return sorted(lengths)


@pytest.mark.parametrize("vacant_doublets", [0, 1, 2])
def test_jumps_are_those_of_a_brute_force_search(vacant_doublets):
    parent, atoms, filled = argyrodite(vacant_doublets)
    host = make_host(parent, atoms)
    network = find_hops(host.crystal, host=host, max_distance=3.1, widest_paths=False)
    found = sorted(hop.distance for hop in network.hops for _ in range(hop.multiplicity))
    assert found == pytest.approx(expected_jumps(parent, filled, 3.1), abs=1e-6)
    assert all(hop.id.startswith("h") and not hop.exclusive for hop in network.hops)
    if not vacant_doublets:  # nothing but to the other half of the own site
        assert {round(length, 3) for length in found} == {1.592}


def test_no_image_brings_two_ions_onto_one_split_site():
    parent, atoms, _ = argyrodite(1)
    host = make_host(parent, atoms)
    network = find_hops(host.crystal, host=host, max_distance=3.1, widest_paths=False)
    for hop in network.hops:
        path = vacancy_path(host.crystal, network, hop.id, images=1, method="linear", host=host)
        for image in path.atoms():
            lithium = [index for index, symbol in enumerate(image.symbols) if symbol == "Li"]
            lengths = image[lithium].get_all_distances(mic=True)
            assert lengths[~np.eye(len(lithium), dtype=bool)].min() > 1.9


def test_what_free_halves_span_leaves_blocked_ones_out():
    parent, atoms, _ = argyrodite(0)
    spanned = host_percolation(make_host(parent, atoms), "Li", 4.0)
    assert [one.value for one in spanned.vacant] == [None, None, None]


def test_a_configuration_with_both_halves_filled_is_refused():
    parent = load(str(shared("cases/migration/LLZO.cif")))
    with pytest.raises(UnsupportedError, match=r"pairs of filled sites are halves of one split site .* 1\.606 angstrom"):
        make_host(parent, load(str(shared("cases/migration/LLZO_sample.vasp"))))

"""Hops of known structures to 1e-4 angstrom, and their independence of how the crystal is described."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from pymatgen.core.lattice import Lattice
from pymatgen.core.structure import Structure

from nitrivac import load
from nitrivac.catalog import materials
from nitrivac.crystal import crystal_from_structure
from nitrivac.crystal.build import AsymmetricSite, crystal_from_asymmetric_unit
from nitrivac.crystal.orbit import Occupant, Provenance
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration import find_hops
from nitrivac.symmetry.space_group import parse_space_group

WITH_SITES = [material.id for material in materials() if material.sites]


def beta(z):
    """beta-Li3N with another z of Li on 4f."""
    parent = load("beta-Li3N")
    sites = [
        AsymmetricSite(
            label="N1", occupants=(Occupant(element="N", occupancy=1.0, oxidation=-3),), xyz=(1 / 3, 2 / 3, 0.25)
        ),
        AsymmetricSite(label="Li1", occupants=(Occupant(element="Li", occupancy=1.0, oxidation=1),), xyz=(0, 0, 0.25)),
        AsymmetricSite(label="Li2", occupants=(Occupant(element="Li", occupancy=1.0, oxidation=1),), xyz=(1 / 3, 2 / 3, z)),
    ]
    return crystal_from_asymmetric_unit(parent.lattice, parse_space_group(194), sites, Provenance(source="beta-Li3N"))


# End sites, distance, pairs per cell, hops per site, clearance to N, clearance to other Li, shared ligands (within 2.66
# angstrom). By hand from the Wyckoff sites; equal to an independent brute-force program.
ALPHA = [
    ("Li@2c", "Li@2c", 2.1062, 3, {"Li@2c": 3}, 1.8240, 2.1062, "edge"),
    ("Li@1b", "Li@2c", 2.8618, 12, {"Li@1b": 12, "Li@2c": 6}, 1.4259, 1.9584, "corner"),
    ("Li@1b", "Li@1b", 3.6480, 3, {"Li@1b": 6}, 1.9375, 2.2052, "nothing"),
    ("Li@2c", "Li@2c", 3.6480, 6, {"Li@2c": 6}, 1.0531, 1.0531, "corner"),
    ("Li@1b", "Li@1b", 3.8750, 1, {"Li@1b": 2}, 0.0, 2.1062, "corner"),
    ("Li@2c", "Li@2c", 3.8750, 2, {"Li@2c": 2}, 2.1062, 2.1062, "nothing"),
]
BETA = [
    ("Li@4f", "Li@4f", 2.0864, 2, {"Li@4f": 1}, 2.0507, 2.0507, "face"),
    ("Li@2b", "Li@4f", 2.3008, 12, {"Li@2b": 6, "Li@4f": 3}, 1.8358, 1.8596, "edge"),
    ("Li@4f", "Li@4f", 2.3127, 6, {"Li@4f": 3}, 1.8731, 2.0864, "edge"),
    ("Li@2b", "Li@4f", 2.9440, 12, {"Li@2b": 6, "Li@4f": 3}, 1.4714, 1.7760, "corner"),
    ("Li@2b", "Li@2b", 3.1555, 2, {"Li@2b": 2}, 2.0507, 2.0507, "nothing"),
]


@pytest.mark.parametrize(
    ("crystal", "reach", "expected"), [(lambda: load("alpha-Li3N"), 3.9, ALPHA), (lambda: beta(0.5847), 3.2, BETA)]
)
def test_hops_of_lithium_nitride(crystal, reach, expected):
    found = find_hops(crystal(), max_distance=reach).hops
    assert [(hop.start, hop.end, hop.multiplicity, hop.per_site, hop.shared) for hop in found] == [
        (start, end, pairs, per_site, shared) for start, end, _, pairs, per_site, _, _, shared in expected
    ]
    for hop, (_, _, distance, _, _, to_anion, to_lithium, _) in zip(found, expected, strict=True):
        assert hop.distance == pytest.approx(distance, abs=1e-4)
        assert hop.straight.clearance["N"] == pytest.approx(to_anion, abs=1e-4)
        assert hop.straight.clearance["mobile"] == pytest.approx(to_lithium, abs=1e-4)


@pytest.mark.parametrize(
    ("z", "along_c", "to_2b", "zigzag", "thresholds"),
    [
        (0.59096, 2.007, 2.2832, 2.3503, (2.2832, 2.2832, 2.3503)),
        (0.5847, 2.0864, 2.3008, 2.3127, (2.3008, 2.3008, 2.3127)),
        (0.58, 2.1457, 2.3144, 2.2859, (2.2859, 2.2859, 2.2859)),
        (0.57723, 2.1807, 2.3226, 2.2706, (2.2706, 2.2706, 2.2706)),
    ],
)
def test_z_of_4f_decides_the_order_of_hops_and_how_percolation_sets_in(z, along_c, to_2b, zigzag, thresholds):
    network = find_hops(beta(z))
    by_ends = [(hop.start, hop.end, hop.distance) for hop in network.hops]
    distances = {
        "along": min(d for start, end, d in by_ends if start == end == "Li@4f"),
        "to_2b": min(d for start, end, d in by_ends if start != end),
        "zigzag": sorted(d for start, end, d in by_ends if start == end == "Li@4f")[1],
    }
    assert distances["along"] == pytest.approx(along_c, abs=6e-4)
    assert distances["to_2b"] == pytest.approx(to_2b, abs=1e-4)
    assert distances["zigzag"] == pytest.approx(zigzag, abs=1e-4)
    assert [one.value for one in network.by_distance] == pytest.approx(thresholds, abs=1e-4)


def test_2b_4f_and_zigzag_hops_are_equal_at_seven_twelfths():
    hops = find_hops(beta(7 / 12), max_distance=2.5).hops
    assert hops[1].distance == pytest.approx(hops[2].distance, abs=1e-9)


def test_thresholds_and_directions_of_alpha():
    network = find_hops(load("alpha-Li3N"))
    assert [one.value for one in network.by_distance] == pytest.approx([2.1062, 2.1062, 2.8618], abs=1e-4)
    assert network.by_distance[1].directions == ("(001)",)


def test_the_one_hop_of_the_antifluorite():
    network = find_hops(load("Li9N2Cl3"), max_distance=3.0)
    (hop,) = network.hops
    a = 5.39
    assert hop.distance == pytest.approx(a / 2)
    assert (hop.multiplicity, hop.per_site, hop.shared, hop.shared_anions) == (24, {"Li@8c": 6}, "edge", ("N/Cl", "N/Cl"))
    assert hop.straight.clearance["N/Cl"] == pytest.approx(a / (2 * np.sqrt(2)))
    assert [one.value for one in network.by_distance] == pytest.approx([a / 2] * 3)


def test_windows_name_the_anions_passed():
    hop = find_hops(beta(0.5847)).hops[0]
    assert [element for element, _ in hop.straight.window] == ["N", "N", "N"]
    side = 3.552
    assert hop.straight.window_area == pytest.approx(np.sqrt(3) / 4 * side**2, abs=1e-6)
    assert hop.straight.radius == pytest.approx(side / np.sqrt(3) - 1.46, abs=1e-6)  # Shannon: N3- 1.46, coordination IV
    assert hop.straight.at == pytest.approx(0.5)


def test_a_hop_over_a_third_site_is_not_elementary():
    hops = find_hops(load("alpha-Li3N"), max_distance=3.7).hops
    assert [hop.elementary for hop in hops] == [True, True, True, False]


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "beta-Li3N", "Li9N2Cl3", "LiPN2", "Li3AlN2", "Li6NBr3", "Li4NCl"])
def test_the_widest_path_is_no_narrower_than_the_straight_one(identifier):
    for hop in find_hops(load(identifier)).hops:
        if not hop.exclusive:
            assert hop.widest.radius >= hop.straight.radius - 1e-6
            assert hop.widest.length >= hop.distance - 1e-6


def test_radius_and_clearance_of_the_widest_path_differ_by_the_radius_of_the_one_anion():
    for hop in find_hops(load("alpha-Li3N"), max_distance=3.9).hops:
        assert hop.widest.clearance_to_ions() - hop.widest.radius == pytest.approx(1.46, abs=1e-6)


def test_split_sites_are_exclusive_and_no_hops():
    network = find_hops(load("Li6NBr3"))
    pairs = [hop for hop in network.hops if hop.exclusive]
    assert [round(hop.distance, 2) for hop in pairs] == [0.95, 1.35, 1.47]
    assert [hop.id for hop in pairs] == ["s1", "s2", "s3"]
    assert all(hop.distance > 1.9 for hop in network.hops if not hop.exclusive)


@pytest.mark.parametrize("identifier", WITH_SITES)
def test_every_compound_has_a_network_whose_pairs_add_up(identifier):
    crystal = load(identifier)
    network = find_hops(crystal)
    names = [hop.id for hop in network.hops if not hop.exclusive]
    assert names == [f"h{number}" for number in range(1, len(names) + 1)]
    distances = [round(hop.distance, 5) for hop in network.hops]
    assert distances == sorted(distances)
    lithium = {crystal.address(orbit): len(orbit.indices) for orbit in crystal.orbits if "Li" in orbit.elements}
    for hop in network.hops:
        ends = sum(count * lithium[address] for address, count in hop.per_site.items())
        assert ends == 2 * hop.multiplicity
    values = [one.value for one in network.by_distance if one.value is not None]
    assert values == sorted(values)


def signature(crystal, reach=3.3):
    """Hops per formula unit and thresholds, free of names."""
    network = find_hops(crystal, max_distance=reach)
    lithium = sum(len(orbit.indices) for orbit in crystal.orbits if "Li" in orbit.elements)
    hops = Counter()
    for hop in network.hops:
        hops[round(hop.distance + 1e-5, 2), hop.shared, round(hop.straight.radius + 1e-5, 2)] += hop.multiplicity / lithium
    return {key: round(value, 6) for key, value in hops.items()}, [
        one.value and round(one.value, 4) for one in network.by_distance
    ]


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "beta-Li3N", "Li4NCl", "Li3AlN2", "Li9S3N"])
def test_hops_do_not_depend_on_how_the_crystal_is_described(identifier):
    crystal = load(identifier)
    expected = signature(crystal)
    structure = crystal.structure
    assert signature(crystal_from_structure(structure.get_primitive_structure())) == expected
    moved = structure.copy()
    moved.translate_sites(range(len(moved)), [0.11, 0.23, 0.37])
    shuffled = type(moved).from_sites([moved[index] for index in np.random.default_rng(0).permutation(len(moved))])
    assert signature(crystal_from_structure(shuffled)) == expected
    bigger = structure.copy()
    bigger.make_supercell([[1, 1, 0], [-1, 1, 0], [0, 0, 2]] if len(structure) < 20 else [1, 1, 2])
    assert signature(crystal_from_structure(bigger)) == expected


def test_a_lower_stated_symmetry_splits_hops_but_not_their_sum():
    crystal = load("beta-Li3N")
    bare = replace(crystal, space_group=parse_space_group("P1"), orbits=tuple(
        replace(orbit, label=f"{orbit.label}-{index}", indices=np.array([index]), letter="a", multiplicity=1)
        for orbit in crystal.orbits for index in orbit.indices
    ))  # fmt: skip
    split, whole = find_hops(bare, max_distance=3.0).hops, find_hops(crystal, max_distance=3.0).hops
    assert len(split) == sum(hop.multiplicity for hop in whole)
    assert all(hop.multiplicity == 1 for hop in split)


def test_another_species_and_what_is_not_there():
    assert find_hops(load("alpha-Li3N"), species="N").hops[0].distance == pytest.approx(3.648)
    with pytest.raises(UnsupportedError, match="Na"):
        find_hops(load("alpha-Li3N"), species="Na")
    for reach in (0.0, -1.0, 100.0, float("nan")):
        with pytest.raises(SpecificationError):
            find_hops(load("alpha-Li3N"), max_distance=reach)


def test_thresholds_beyond_the_longest_hop_are_unknown():
    network = find_hops(load("alpha-Li3N"), max_distance=2.5)
    assert network.plain()["percolation"][2]["distance_A"] is None
    assert network.by_distance[1].value == pytest.approx(2.1062, abs=1e-4)


def test_a_reach_below_the_shortest_distance_has_no_hops():
    network = find_hops(load("alpha-Li3N"), max_distance=2.0)
    assert network.hops == ()
    assert [one.value for one in network.by_distance] == [None, None, None]


@pytest.mark.parametrize("identifier", ["beta-Li3N", "Li2SiN2", "Li9N2Cl3"])
def test_hops_measured_together_are_those_measured_one_by_one(identifier, monkeypatch):
    together = find_hops(load(identifier)).plain()
    for name in ("_AT_ONCE", "_CURVED_AT_ONCE"):
        monkeypatch.setattr(f"nitrivac.migration.bottlenecks.hop_geometry.{name}", 1)
    assert find_hops(load(identifier)).plain() == together


@pytest.mark.parametrize("room", [1.5, 4.0, 6.0])
def test_straight_ways_are_as_wide_without_widest_ones(room):
    """In cells so wide that the nearest ion is beyond what is looked at first, too."""
    a = 2 * room
    structure = Structure(Lattice.tetragonal(a, 3.0), ["Li", "O"], [[0.5, 0.5, 0.5], [0, 0, 0]])
    crystal = crystal_from_structure(structure)
    both, straight = (find_hops(crystal, species="Li", widest_paths=paths) for paths in (True, False))
    assert [hop.straight.radius for hop in straight.hops] == [hop.straight.radius for hop in both.hops]
    along = next(hop for hop in straight.hops if hop.distance == pytest.approx(3.0))
    assert along.straight.clearance["O"] == pytest.approx(room * np.sqrt(2))

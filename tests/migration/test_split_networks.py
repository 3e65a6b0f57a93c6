"""What networks with split sites span, against a search of the graph's own walks and values derived by hand."""

from __future__ import annotations

import itertools
import json
from collections import deque

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from nitrivac import load
from nitrivac.migration import find_hops
from nitrivac.migration.hop_shells import summarise_hops
from tests.elsewhere import shared, shared_table
from tests.robustness.harness import run

CASES = [case for case in shared_table("cases/migration/cases.json") if case["kind"] == "perc"]


def brute_force(n_sites, links):
    """Highest rank of the closed walks of a graph, by a breadth-first search that unfolds it cell by cell."""
    near = {}
    for first, second, image in links:
        near.setdefault(first, []).append((second, np.array(image)))
        near.setdefault(second, []).append((first, -np.array(image)))
    best = 0
    for root in range(n_sites):
        place, walks, queue = {root: np.zeros(3, int)}, [np.zeros(3, int)], deque([root])
        while queue:
            site = queue.popleft()
            for other, image in near.get(site, []):
                if other not in place:
                    place[other] = place[site] + image
                    queue.append(other)
                walks.append(place[site] + image - place[other])
        best = max(best, int(np.linalg.matrix_rank(np.array(walks))))
    return best


def thresholds_by_brute_force(n_sites, links):
    values = {}
    for length in sorted({round(one[0], 4) for one in links}):
        rank = brute_force(n_sites, [one[1:] for one in links if one[0] <= length + 1e-4])
        for dimension in range(1, rank + 1):
            values.setdefault(dimension, length)
        if rank == 3:
            break
    return [values.get(dimension) for dimension in (1, 2, 3)]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_thresholds_of_the_shared_cases(case):
    document = json.loads(
        run(
            "hops", str(shared(f"cases/migration/{case['src']}")), "--species", case["sp"], *case.get("args", []), "--json"
        ).out
    )
    for row, (low, high) in zip(document["percolation"], case["expect"], strict=True):
        assert low <= row["distance_A"] <= high


@pytest.mark.parametrize("reach", [4.7, 5.5, 7.0, None])
@pytest.mark.parametrize("step", [1.85, 1.91])
def test_a_chain_spans_by_its_own_steps_however_long_the_list(step, reach):
    chain = Structure(
        Lattice.orthorhombic(2 * step, 4.6, 4.6),
        [{"Li": 0.5}, {"Li": 0.5}, {"O": 0.5}],
        [[0, 0, 0], [0.5, 0, 0], [0.25, 0.5, 0.5]],
    )
    found = find_hops(load(chain), max_distance=reach)
    assert [one.value for one in found.by_distance] == pytest.approx([step, 4.6, 4.6])
    assert found.by_distance[0].directions == ("[100]",)
    if step < 1.9:  # two halves of one split site: without them the next-but-one site is the nearest
        assert [one.value for one in found.spanned.split_alone] == [pytest.approx(step), None, None]
        assert [one.value for one in found.spanned.hops_alone] == pytest.approx([2 * step, 4.6, 4.6])
    else:
        assert found.spanned.split_alone == ()


def test_a_threshold_beyond_the_list_is_no_threshold_of_the_list_but_is_known():
    chain = Structure(Lattice.orthorhombic(3.7, 4.6, 4.6), [{"Li": 0.5}, {"Li": 0.5}], [[0, 0, 0], [0.5, 0, 0]])
    rows = find_hops(load(chain), max_distance=3.0).plain()["percolation"]
    assert [row["distance_A"] for row in rows] == [1.85, None, None]
    assert [row["beyond_list_A"] for row in rows] == [None, 4.6, 4.6]


@pytest.mark.parametrize("occupancy", [0.5, 1.0])
def test_two_full_sites_are_no_split_pair_however_near(occupancy):
    chain = Structure(Lattice.orthorhombic(3.7, 4.6, 4.6), [{"Li": occupancy}] * 2, [[0, 0, 0], [0.5, 0, 0]])
    first = find_hops(load(chain)).hops[0]
    assert (first.exclusive, first.id) == ((True, "s1") if occupancy < 1 else (False, "h1"))


@pytest.mark.parametrize("name", ["LLZO", "argyrodite48h", "Li5La3Nb2O12"])
def test_thresholds_with_and_without_split_pairs_are_those_of_a_search_of_walks(name):
    crystal = load(str(shared(f"cases/migration/{name}.cif")))
    primitive = crystal.lattice
    lithium = np.concatenate([orbit.indices for orbit in crystal.orbits if "Li" in orbit.elements])
    points = crystal.frac_coords[lithium]
    found = find_hops(crystal, widest_paths=False)
    reach = (found.spanned.hops_alone[2].value or 3.0) + 0.01
    network = find_hops(crystal, max_distance=reach, widest_paths=False)
    pairs = [
        (network.hops[number].distance, int(first), int(second), image, network.hops[number].exclusive)
        for first, second, image, number in zip(
            network.links.first, network.links.second, network.links.images, network.hop_of_link, strict=True
        )
    ]
    assert len(pairs) == len(near(primitive, points, reach))
    together = thresholds_by_brute_force(len(points), [one[:4] for one in pairs])
    alone = thresholds_by_brute_force(len(points), [one[:4] for one in pairs if one[4]])
    without = thresholds_by_brute_force(len(points), [one[:4] for one in pairs if not one[4]])
    for thresholds, expected in (
        (found.spanned.together, together), (found.spanned.split_alone, alone), (found.spanned.hops_alone, without)
    ):  # fmt: skip
        for one, value in zip(thresholds, expected, strict=True):
            assert one.value == (None if value is None else pytest.approx(value, abs=1e-4))


def near(lattice, points, reach):
    """All pairs, by trying every cell next to the first."""
    shifts = np.array(list(itertools.product((-1, 0, 1), repeat=3)))
    vectors = (points[None, :, None] + shifts[None, None] - points[:, None, None]) @ lattice
    lengths = np.linalg.norm(vectors, axis=-1)
    return np.argwhere((lengths > 1e-6) & (lengths <= reach))


def test_named_split_pairs_take_part_and_others_do_not():
    chain = Structure(
        Lattice.orthorhombic(3.7, 4.6, 5.0), [{"Li": 0.5}, {"Li": 0.5}], [[0, 0, 0], [0.5, 0, 0]]
    )  # s1 along a, h1 3.7 along a, h2 4.6 along b, h3 5.0 along c
    network = find_hops(load(chain), max_distance=5.1)
    along_b = next(hop.id for hop in network.hops if abs(hop.distance - 4.6) < 1e-6)
    assert network.percolation([along_b]).dimension == 2  # with the split pairs
    assert network.percolation(["s1"]).dimension == 1
    assert network.percolation(["s1"]).hops == ("s1",)


def test_a_summary_has_the_same_thresholds_as_the_list():
    crystal = load("Li6NBr3")
    assert summarise_hops(crystal, max_distance=3.0).by_distance == find_hops(crystal, max_distance=3.0).by_distance


def test_the_list_of_alpha_li3n_goes_on_to_the_straight_way_between_its_layers():
    """3.875 angstrom along c: by three of four potentials the cheapest way between layers."""
    network = find_hops(load("alpha-Li3N"))
    across = [hop for hop in network.hops if hop.elementary and hop.distance == pytest.approx(3.875)]
    assert {hop.pair for hop in across} == {"Li@2c - Li@2c", "Li@1b - Li@1b"}
    assert "layers or chains of like sites are crossed at 3.875" in network.reach
    assert [hop.id for hop in network.hops[:4]] == ["h1", "h2", "h3", "h4"]


def test_layers_of_one_site_are_crossed_but_sites_without_likes_nearby_add_nothing():
    """In beta-Li3N 4f alone spans three dimensions and 2b nothing: the list ends with the second shells."""
    network = find_hops(load("beta-Li3N"))
    assert network.max_distance == pytest.approx(2.911, abs=1e-3)
    assert "crossed" not in network.reach

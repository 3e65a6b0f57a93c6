"""Diffusion through split sites, against a second solver, values by hand, and rates that differ by twenty powers of ten."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure

from nitrivac import load
from nitrivac.errors import SpecificationError
from nitrivac.migration import arrhenius, find_hops
from nitrivac.migration.diffusion.anisotropy import principal_axes
from nitrivac.migration.diffusion.resistors import network_conductivity
from nitrivac.migration.diffusion.tensor import BOLTZMANN_EV_K, diffusion_tensor, with_split_pairs
from nitrivac.migration.percolation.thresholds import Links
from tests.elsewhere import shared, shared_table
from tests.robustness.harness import run

CASES = [case for case in shared_table("cases/migration/cases.json") if case["kind"] in ("diff", "sigma")]


def doublets(a=5.0, within=1.6, b=4.6):
    """A chain along [100] of split sites, each of two halves, a and b far from other chains."""
    half = within / a / 2
    return Structure(Lattice.orthorhombic(a, b, b), [{"Li": 0.5}] * 2, [[0.5 - half, 0, 0], [0.5 + half, 0, 0]])


def second_solver(lattice, points, rate_of_length):
    """Diffusion tensor of one carrier by Kirchhoff's laws: potentials of a grounded network in a field along x, y and z.

    Pairs are found by trying every cell next to the first; rates are a function of the distance.
    """
    n = len(points)
    shifts = np.array(list(itertools.product((-1, 0, 1), repeat=3)))
    vectors = (points[None, :, None] + shifts[None, None] - points[:, None, None]) @ lattice
    rates = rate_of_length(np.linalg.norm(vectors, axis=-1))
    laplacian = np.diag(rates.sum(axis=(1, 2))) - rates.sum(axis=2)
    push = np.einsum("ijs,ijsx->ix", rates, vectors)
    potentials = np.zeros((n, 3))
    potentials[1:] = np.linalg.solve(laplacian[1:, 1:], push[1:])
    bent = vectors + potentials[None, :, None] - potentials[:, None, None]
    return np.einsum("ijs,ijsx,ijsy->xy", rates, bent, bent) / (2 * n)


def arrhenius_rates(barriers, width=0.01):
    """Rates at 300 K by length: {distance: barrier}."""

    def rate(lengths):
        found = np.zeros_like(lengths)
        for distance, barrier in barriers.items():
            found[np.abs(lengths - distance) < width] = 1e13 * np.exp(-barrier / (BOLTZMANN_EV_K * 300))
        return found

    return rate


@pytest.mark.parametrize(
    ("name", "barriers", "by_length", "known"),
    [
        ("argyrodite48h", {"h1": 0.1, "h2": 0.3, "s1": 0.05}, {2.3398: 0.1, 3.0398: 0.3, 1.5924: 0.05}, 1.478e-7),
        ("argyrodite48h", {"h1": 0.2, "h2": 0.3}, {2.3398: 0.2, 3.0398: 0.3, 1.5924: 0.0}, 1.448e-7),
        ("LLZO", {"s1": 0.05, "s2": 0.3}, {0.7905: 0.05, 1.6063: 0.3}, 9.555e-9),
    ],
)
def test_conductors_with_split_sites_agree_with_a_second_solver(name, barriers, by_length, known):
    crystal = load(str(shared(f"cases/migration/{name}.cif")))
    (row,), _ = arrhenius(find_hops(crystal, widest_paths=False), barriers, temperatures=[300])
    lithium = np.concatenate([orbit.indices for orbit in crystal.orbits if "Li" in orbit.elements])
    expected = second_solver(crystal.lattice, crystal.frac_coords[lithium], arrhenius_rates(by_length))
    assert row.diffusion.tensor == pytest.approx(expected, rel=1e-6, abs=1e-9 * expected.max())
    assert row.coefficient_cm2_s == pytest.approx(known, rel=5e-4)
    assert row.diffusion.anisotropy == pytest.approx(1)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_shared_cases(case):
    source = shared(f"cases/migration/{case['src']}")
    found = run("diffusion", source, "--species", case["sp"], *case["args"], "--carriers", "1e21", "--json").json
    key = {"diff": "diffusion_cm2_s", "sigma": "conductivity_S_cm"}[case["kind"]]
    low, high = case["expect"]
    assert low <= found["temperatures"][0][key] <= high


@pytest.mark.parametrize(("inside", "between"), [(1.0, 1.0), (1e13, 1e-7), (1e-7, 1e13), (3.0, 0.2)])
def test_a_chain_of_split_sites_is_two_resistors_in_series(inside, between):
    """Two sites in a cell of length a with rates g and h in turn: D = a^2 g h / (2 (g + h)), and nothing across."""
    network = find_hops(load(doublets()), max_distance=3.5)
    found = diffusion_tensor(network, {"s1": inside, "h1": between})
    along = 25.0 * inside * between / (2 * (inside + between))
    assert found.tensor[0, 0] == pytest.approx(along, rel=1e-12)
    assert found.tensor.ravel()[1:].tolist() == [0.0] * 8
    assert found.principal_values.tolist()[1:] == [0.0, 0.0]
    assert (found.dimension, found.directions) == (1, "[100]")


def test_split_pairs_without_a_barrier_are_named_and_as_quick_as_the_attempt():
    network = find_hops(load(doublets()), max_distance=3.5)
    barriers, assumed = with_split_pairs(network, {"h1": 0.3})
    assert (barriers, assumed) == ({"h1": 0.3, "s1": 0.0}, ("s1",))
    quick, given = (arrhenius(network, one, temperatures=[300])[0][0] for one in ({"h1": 0.3}, {"h1": 0.3, "s1": 0.0}))
    assert quick.coefficient_cm2_s == given.coefficient_cm2_s > 0
    assert quick.conductivity_S_cm is None


def test_split_pairs_that_span_by_themselves_need_a_barrier():
    chain = Structure(Lattice.orthorhombic(3.7, 4.6, 4.6), [{"Li": 0.5}] * 2, [[0, 0, 0], [0.5, 0, 0]])
    network = find_hops(load(chain))
    with pytest.raises(SpecificationError, match=r"give a barrier for s1 \(Li@1a - Li@1a, 1.8500\)"):
        with_split_pairs(network, {"h1": 0.3})
    assert with_split_pairs(network, {"s1": 0.2})[1] == ()


def test_hops_that_span_nothing_carry_exactly_nothing_and_it_is_said():
    """h1 of beta-Li3N joins pairs of 4f along c, with or without a temperature at which rounding would show."""
    shown = run("diffusion", "beta-Li3N", "--barrier", "h1=0.3", "--carriers", "1e21")
    assert "Nothing is spanned by h1 alone" in shown.out
    found = run("diffusion", "beta-Li3N", "--barrier", "h1=0.3", "--carriers", "1e21", "--json").json
    for row in found["rows"]:
        assert row["conductivity_S_cm"] == row["diffusion_cm2_s"] == 0.0
        assert np.array(row["tensor_cm2_s"]).tolist() == np.zeros((3, 3)).tolist()
        assert row["diffusion_A2_s"]["directions"] == "nothing"
    assert found["activation_energy_eV"] is None


def test_layers_carry_exactly_nothing_across_them():
    network = find_hops(load("alpha-Li3N"))
    found = diffusion_tensor(network, {"h1": 1e13, "h4": 1e-3})
    assert found.tensor[2].tolist() == found.tensor[:, 2].tolist() == [0.0] * 3
    assert (found.dimension, found.directions, found.principal_values[2]) == (2, "(001)", 0.0)


def test_a_slow_way_across_quick_layers_is_not_lost_in_rounding():
    """alpha-Li3N: layers at 1e13 per s, straight hops along c at 1e-9: D along c = rate * c^2, two thirds of the sites."""
    network = find_hops(load("alpha-Li3N"))
    straight = next(hop.id for hop in network.hops if hop.start == hop.end == "Li@2c" and abs(hop.distance - 3.875) < 1e-6)
    found = diffusion_tensor(network, {"h1": 1e13, straight: 1e-9})
    assert found.tensor[2, 2] == pytest.approx(2 / 3 * 1e-9 * 3.875**2, rel=1e-12)
    assert found.principal_values[2] == pytest.approx(2 / 3 * 1e-9 * 3.875**2, rel=1e-12)


def test_small_principal_values_beside_large_ones_and_axes_of_any_tensor():
    """Of ((1, e), (e, f)) with e^2 far below f the small value is f - e^2."""
    steep = np.array([[1.0, 1e-12, 0.0], [1e-12, 2e-20, 0.0], [0.0, 0.0, 3e-30]])
    values, _ = principal_axes(steep)
    assert values == pytest.approx([1.0, 2e-20 - 1e-24, 3e-30], rel=1e-9)
    rng = np.random.default_rng(0)
    for _ in range(20):
        half = rng.normal(size=(3, 3))
        tensor = half @ half.T
        values, axes = principal_axes(tensor)
        assert values == pytest.approx(np.linalg.eigvalsh(tensor)[::-1], abs=1e-12)
        assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-12)
        assert axes.T @ np.diag(values) @ axes == pytest.approx(tensor, abs=1e-12)


def test_temperatures_are_lists_and_carriers_may_be_left_out():
    found = run(
        "diffusion", "alpha-Li3N", "--barrier", "h1=0.1", "--temperature", "300,350", "--temperature", "400", "--json"
    )
    assert [row["temperature_K"] for row in found.json["temperatures"]] == [300, 350, 400]
    assert {row["conductivity_S_cm"] for row in found.json["temperatures"]} == {None}
    assert found.json["activation_energy_eV"] == pytest.approx(0.1)
    refused = run("diffusion", "alpha-Li3N", "--barrier", "h1=0.1", "--temperature", "warm")
    assert (refused.code, "--temperature warm" in refused.err) == (2, True)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 5),
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.tuples(*[st.integers(-1, 1)] * 3), st.floats(0.1, 10)),
        min_size=1,
        max_size=12,
    ),
)
def test_eliminating_sites_solves_the_same_equations(n_sites, edges):
    rows, values = [], []
    for first, second, image, value in edges:
        one, other = first % n_sites, second % n_sites
        if one != other or any(image):
            rows += [(one, other, *image), (other, one, *(-step for step in image))]
            values += [value, value]
    links, rates = Links.of(rows), np.array(values, dtype=float)
    laplacian, push = np.zeros((n_sites, n_sites)), np.zeros((n_sites, 3))
    np.add.at(laplacian, (links.first, links.first), rates)
    np.add.at(laplacian, (links.first, links.second), -rates)
    np.add.at(push, links.first, rates[:, None] * links.images)
    shift = np.linalg.pinv(laplacian) @ push
    bent = links.images + shift[links.second] - shift[links.first]
    expected = np.einsum("k,ki,kj->ij", rates, bent, bent) / 2
    assert network_conductivity(n_sites, links, rates, np.eye(3)) == pytest.approx(expected, abs=1e-9)

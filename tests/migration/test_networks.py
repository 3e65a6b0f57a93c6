"""Networks whose answer is known: lattices, random fillings, subsets of hops, a million sites in small."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nitrivac import load
from nitrivac.errors import SpecificationError
from nitrivac.migration import find_hops
from nitrivac.migration.percolation.box import repeated
from nitrivac.migration.percolation.percolation_by_anions import percolation_by_anions
from nitrivac.migration.percolation.points import jump_kinds, links_of_points, thresholds_of_points
from nitrivac.migration.percolation.random_filling import filling_hops, fillings_of, random_filling, random_occupation
from nitrivac.migration.percolation.thresholds import Links, PeriodicComponents
from nitrivac.neighbours import neighbour_pairs
from nitrivac.vacancies import ConfigurationSpace, parse_specification, plan_supercells
from nitrivac.vacancies.as_crystal import configuration_crystal
from tests.elsewhere import shared
from tests.robustness.harness import run

CUBE = np.eye(3)
FCC = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) / 2
BCC = np.array([[-1, 1, 1], [1, -1, 1], [1, 1, -1]]) / 2
HEXAGONAL = np.array([[1, 0, 0], [-0.5, np.sqrt(3) / 2, 0], [0, 0, 3.0]])
ORIGIN = np.zeros((1, 3))
DIAMOND = np.array([[0, 0, 0], [0.25, 0.25, 0.25]])
HONEYCOMB = np.array([[1 / 3, 2 / 3, 0], [2 / 3, 1 / 3, 0]])


@pytest.mark.parametrize(
    ("lattice", "sites", "pairs", "expected"),
    [
        (CUBE, ORIGIN, 3, (1, 1, 1)),
        (FCC, ORIGIN, 6, (np.sqrt(0.5),) * 3),
        (BCC, ORIGIN, 4, (np.sqrt(0.75),) * 3),
        (FCC, DIAMOND, 4, (np.sqrt(3) / 4,) * 3),
        (HEXAGONAL, HONEYCOMB, 3, (1 / np.sqrt(3), 1 / np.sqrt(3), 3.0)),
        (np.diag([1.0, 1, 2.5]), ORIGIN, 2, (1, 1, 2.5)),
        (np.diag([1.0, 1.7, 2.5]), ORIGIN, 1, (1, 1.7, 2.5)),
    ],
    ids=["simple cubic", "fcc", "bcc", "diamond", "honeycomb", "layers", "chains"],
)
def test_thresholds_of_lattices(lattice, sites, pairs, expected):
    thresholds = thresholds_of_points(lattice, sites, 3.2)
    assert [one.value for one in thresholds] == pytest.approx(expected)
    _, distances = links_of_points(lattice, sites, 3.2)
    assert (distances < distances.min() + 1e-6).sum() == pairs


@settings(max_examples=40, deadline=None)
@given(st.tuples(*[st.integers(25, 155)] * 3), st.integers(0, 2**31))
def test_neighbours_in_skewed_cells_are_those_of_brute_force(angles, seed):
    cosines = np.cos(np.radians(angles))
    gram = np.eye(3)
    gram[1, 2], gram[0, 2], gram[0, 1] = cosines
    gram = np.triu(gram) + np.triu(gram, 1).T
    if np.linalg.eigvalsh(gram)[0] < 0.01:  # these angles make no cell, or nearly none
        return
    rng = np.random.default_rng(seed)
    lattice = np.linalg.cholesky(gram) * rng.uniform(2, 4, 3)[:, None]
    points = rng.random((4, 3))
    radius = 3.0
    found = neighbour_pairs(lattice, points, radius)
    reach = np.ceil(radius * np.linalg.norm(np.linalg.inv(lattice), axis=0)).astype(int) + 1
    expected = set()
    for image in itertools.product(*(range(-n, n + 1) for n in reach)):
        vectors = (points[None, :] + np.array(image) - points[:, None]) @ lattice
        for first, second in np.argwhere(np.linalg.norm(vectors, axis=2) <= radius):
            if first != second or any(image):
                expected.add((first, second, *image))
    pairs = zip(found.centres.tolist(), found.neighbours.tolist(), found.images.tolist(), strict=True)
    assert {(first, second, *image) for first, second, image in pairs} == expected


@pytest.mark.parametrize(
    ("lattice", "sites", "reach", "dimension", "sizes", "known"),
    [
        (CUBE, ORIGIN, 1.01, 3, (10, 24), 0.3116),
        (FCC, ORIGIN, 0.75, 3, (10, 24), 0.1992),
        (HEXAGONAL, HONEYCOMB, 0.6, 2, (16, 48), 0.6970),
    ],
    ids=["simple cubic", "fcc", "honeycomb"],
)
def test_random_filling_spans_at_the_known_threshold(lattice, sites, reach, dimension, sizes, known):
    """Two boxes, extrapolated with the known exponents (4/3 and 0.8765), within the statistical error.

    0.0015 are allowed for the corrections that two sizes cannot show.
    """
    half, _ = links_of_points(lattice, sites, reach)
    both = Links(
        first=np.concatenate([half.first, half.second]),
        second=np.concatenate([half.second, half.first]),
        images=np.concatenate([half.images, -half.images]),
    )
    exponent = {2: 3 / 4, 3: 1 / 0.8765}[dimension]
    boxes = [(size,) * dimension + (1,) * (3 - dimension) for size in sizes]
    small, large = (random_filling(both, len(sites), box=box, runs=500, seed=1) for box in boxes)
    weights = np.array(sizes) ** exponent / (sizes[1] ** exponent - sizes[0] ** exponent) * [-1, 1]
    values, errors = np.array([filling.threshold(dimension) for filling in (small, large)]).T
    error = float(np.hypot(*(weights * errors)))
    assert 0 < error < 0.002
    assert abs(weights @ values - known) < 0.0015 + 3 * error
    assert large.spanning_probability(1.0, dimension) == (1.0, 0.0)
    assert large.spanning_probability(known / 2, dimension)[0] == 0
    assert large.largest_component(1.0) == (1.0, 0.0)
    low, high = large.largest_component(known / 2), large.largest_component(min(1, known * 1.2))
    assert low[0] + 3 * low[1] < high[0]


def test_a_network_that_cannot_span_never_does():
    filling = random_filling(Links.of([(0, 0, 1, 0, 0), (0, 0, -1, 0, 0)]), 1, box=(5, 1, 1), runs=3)
    assert filling.threshold(1) == (1.0, 0.0)  # a ring of five needs all five
    assert filling.threshold(2)[0] == np.inf
    with pytest.raises(SpecificationError):
        random_filling(Links.of([]), 1, box=(0, 1, 1))


def test_a_box_of_cells_has_the_ranks_of_the_cell():
    links = Links.of([(0, 0, 1, 1, 0), (0, 0, 1, -1, 0)])
    components = PeriodicComponents(8)
    components.join(repeated(links, 1, (2, 2, 2)))
    assert components.ranks() == [2, 2, 2, 2]


def test_subsets_of_hops_of_alpha():
    network = find_hops(load("alpha-Li3N"))
    layers = network.percolation(["h1"])
    assert (layers.dimension, layers.share) == (2, pytest.approx(2 / 3))
    assert layers.thresholds[2].value is None
    assert network.percolation(["h2"]).dimension == 3
    assert network.percolation().share == 1.0
    assert "h4" not in network.percolation(elementary=True).hops
    with pytest.raises(SpecificationError, match="h1 "):
        network.percolation(["h9"])


def test_the_graph_holds_every_hop_in_both_directions():
    network = find_hops(load("beta-Li3N"), max_distance=2.4)
    graph = network.graph()
    assert graph.number_of_nodes() == 6
    assert graph.number_of_edges() == 2 * sum(hop.multiplicity for hop in network.hops)
    for first, second, data in graph.edges(data=True):
        points = load("beta-Li3N").frac_coords
        vector = (points[second] + data["image"] - points[first]) @ load("beta-Li3N").lattice
        assert np.linalg.norm(vector) == pytest.approx(data["distance"])
    assert len(network.rows()) == len(network.hops)
    assert [row["dimension"] for row in network.percolation_rows()] == [1, 2, 3]


def test_radii_can_be_replaced():
    usual = find_hops(load("alpha-Li3N")).hops[0]
    network = find_hops(load("alpha-Li3N"), radii={"N": 1.3})
    assert network.hops[0].straight.radius == pytest.approx(usual.straight.radius + 0.16)
    assert "N 1.3 as given" in network.radii
    with pytest.raises(SpecificationError):
        find_hops(load("alpha-Li3N"), radii={"Cl": 1.8})


def test_symmetry_elements_in_the_middle_of_a_hop():
    """Ends on one Wyckoff position may be swapped, ends on different ones never are."""
    alpha = {hop.id: hop.reversed_by for hop in find_hops(load("alpha-Li3N")).hops}
    assert "-1" in alpha["h1"]  # 2c sites of one honeycomb bond
    assert alpha["h2"] == ()
    beta = find_hops(load("beta-Li3N"), max_distance=2.2)
    assert "m" in next(hop for hop in beta.hops if hop.start == hop.end == "Li@4f").reversed_by  # across z = 1/4


@pytest.mark.slow
def test_which_jumps_of_the_mixed_antifluorite_percolate():
    """64,000 lithium sites, N and Cl at random: numbers of an independent program with another seed."""
    n, rng = 20, np.random.default_rng(3)
    cells = np.array(np.meshgrid(*[np.arange(n)] * 3)).reshape(3, -1).T
    crystal = load("Li9N2Cl3")
    mobile, fixed = (
        ((crystal.frac_coords[orbit.indices][:, None] + cells) / n).reshape(-1, 3)
        for orbit in (crystal.find("Li@8c"), crystal.find("4a"))
    )
    elements = np.where(rng.random(len(fixed)) < 0.4, "N", "Cl").tolist()
    jumps = jump_kinds(crystal.lattice * n, mobile, fixed, elements, max_distance=2.8, ligand_cutoff=2.6)
    shares = jumps.shares()
    assert shares == pytest.approx({"N-N": 0.16, "Cl-N": 0.48, "Cl-Cl": 0.36}, abs=0.01)
    assert jumps.percolation(["N-N"])[0] == 0
    for names, share in ((["Cl-N"], 0.85), (["Cl-Cl"], 0.74), (["N-N", "Cl-N"], 0.87), (["Cl-N", "Cl-Cl"], 0.97)):
        assert jumps.percolation(names) == (3, pytest.approx(share, abs=0.015))


def test_random_occupation_of_a_layered_crystal():
    """Full sites span what the perfect crystal spans; layers alone span two dimensions."""
    links, _ = links_of_points(CUBE, ORIGIN, 1.01)
    full = random_occupation(links, [1.0], box=(4, 4, 4), runs=3)
    assert (full.filled, full.spanning[2], full.largest) == (1.0, (1.0, 0.0), (1.0, 0.0))
    empty = random_occupation(links, [0.0], box=(4, 4, 4), runs=3)
    assert (empty.filled, empty.spanning[0], empty.largest) == (0.0, (0.0, 0.0), (0.0, 0.0))
    alpha = load("alpha-Li3N")
    network = find_hops(alpha, max_distance=3.0)
    _, own = fillings_of(alpha, network, ["h1"], box=(4, 4, 4), runs=5)
    assert [share for share, _ in own.spanning] == [1.0, 1.0, 0.0]
    assert own.largest[0] == pytest.approx(2 / 3 / 4)  # one of four layers, of the two thirds of the sites in layers
    with pytest.raises(SpecificationError):
        random_occupation(links, [1.2])


def test_runs_at_an_occupancy_agree_with_runs_site_by_site():
    links, _ = links_of_points(CUBE, ORIGIN, 1.01)
    both = Links(
        first=np.concatenate([links.first, links.second]),
        second=np.concatenate([links.second, links.first]),
        images=np.concatenate([links.images, -links.images]),
    )
    grown = random_filling(both, 1, box=(8, 8, 8), runs=400, seed=2)
    at_once = random_occupation(both, [0.33], box=(8, 8, 8), runs=400, seed=3)
    share, error = grown.spanning_probability(0.33, 3)
    assert abs(share - at_once.spanning[2][0]) < 4 * np.hypot(error, at_once.spanning[2][1]) + 0.02


def test_hops_of_a_configuration_by_the_anions_they_pass():
    # A 2x2x1 cell of the antifluorite: kinds, shares and dimensions must be those of the array routine.
    crystal = load("Li9N2Cl3")
    plan = plan_supercells(crystal, parse_specification(crystal, []), supercell=np.diag([2, 2, 1]), nearest=True)[0]
    space = ConfigurationSpace(crystal=crystal, plan=plan)
    made = configuration_crystal(space, space.sample(1, seed=5)[0])
    network = find_hops(made, max_distance=2.75)
    found = {one.kinds: one for one in percolation_by_anions(network)}
    lithium = np.concatenate([orbit.indices for orbit in made.orbits if orbit.elements == ("Li",)])
    fixed = [(index, orbit.elements[0]) for orbit in made.orbits if "Li" not in orbit.elements for index in orbit.indices]
    jumps = jump_kinds(
        made.lattice,
        made.frac_coords[lithium],
        made.frac_coords[[index for index, _ in fixed]],
        [element for _, element in fixed],
        max_distance=2.75,
        ligand_cutoff=2.6,
    )
    shares = jumps.shares()
    assert {kinds[0]: one.share_of_hops for kinds, one in found.items() if len(kinds) == 1} == pytest.approx(shares)
    for kinds, one in found.items():
        assert (one.percolation.dimension, one.percolation.share) == (
            jumps.percolation(kinds)[0],
            pytest.approx(jumps.percolation(kinds)[1]),
        )
    assert sum(one.share_of_hops for kinds, one in found.items() if len(kinds) == 1) == pytest.approx(1)


def test_one_half_of_each_split_site_is_filled_and_no_more():
    """A ring of pairs a-b: sites 0 and 1 exclude each other, 1 joins the next 0; half of all sites are filled in the end."""
    exclusive = Links.of([(0, 1, 0, 0, 0), (1, 0, 0, 0, 0)])
    joins = Links.of([(1, 0, 1, 0, 0), (0, 1, -1, 0, 0)])
    filling = random_filling(joins, 2, box=(7, 1, 1), runs=30, seed=4, exclusive=exclusive)
    assert filling.most_filled == pytest.approx(0.5)
    assert filling.threshold(1) == (np.inf, np.inf)  # no ring without both halves of some site
    free = random_filling(joins, 2, box=(7, 1, 1), runs=30, seed=4)
    assert (free.most_filled, np.isinf(free.threshold(1)[0])) == (1.0, True)  # 0 and 1 of one cell are not joined
    own = random_occupation(joins, [0.5, 0.5], box=(7, 2, 2), runs=30, seed=4, exclusive=exclusive)
    assert (own.filled, own.wanted) == (pytest.approx(0.5), pytest.approx(0.5))
    full = random_occupation(joins, [1.0, 0.0], box=(7, 2, 2), runs=3, seed=4, exclusive=exclusive, kinds=[0, 1])
    assert full.filled == pytest.approx(0.5)


def brute_force_jam(links, order):
    """Sites filled one by one unless a filled one excludes them."""
    partners = {}
    for one, other in zip(links.first.tolist(), links.second.tolist(), strict=True):
        partners.setdefault(one, set()).add(other)
    filled = set()
    for site in order:
        if not partners.get(site, set()) & filled:
            filled.add(site)
    return filled


def test_jammed_fillings_are_as_full_as_those_of_a_plain_loop():
    """A chain in which every site excludes both neighbours: the jammed share is (1 - exp(-2)) / 2 (Flory)."""
    chain = Links.of([(0, 0, 1, 0, 0), (0, 0, -1, 0, 0)])
    filling = random_filling(Links.of([]), 1, box=(400, 1, 1), runs=60, seed=5, exclusive=chain)
    assert filling.most_filled == pytest.approx((1 - np.exp(-2)) / 2, abs=0.004)
    wide = repeated(chain, 1, (400, 1, 1))
    rng = np.random.default_rng(6)
    shares = [len(brute_force_jam(wide, rng.permutation(400).tolist())) / 400 for _ in range(60)]
    assert np.mean(shares) == pytest.approx(filling.most_filled, abs=0.006)


def test_argyrodites_span_in_no_filling_and_would_with_both_halves_filled():
    crystal = load(str(shared("cases/migration/argyrodite48h.cif")))
    network = find_hops(crystal, widest_paths=False)
    assert filling_hops(network) == ("h1", "h2")
    grown, own = fillings_of(crystal, network, box=(3, 3, 3), runs=20, seed=1)
    assert grown.most_filled == own.filled == pytest.approx(0.5)
    assert [share for share, _ in own.spanning] == [0.0, 0.0, 0.0]
    assert np.isinf(grown.threshold(1)[0])


def test_fillings_that_fall_short_of_the_occupancies_say_so():
    shown = run("hops", shared("cases/migration/LLZO.cif"), "--random", "5", "--box", "2x2x2", "--only", "h1,h2").out
    assert "joined by h1, h2;" in shown
    assert "only one half is ever filled" in " ".join(shown.split())
    assert "The occupancies ask for 46.7%" in " ".join(shown.split())

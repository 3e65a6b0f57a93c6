"""Hop networks against programs and numbers that others made."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from nitrivac import load
from nitrivac.catalog import materials
from nitrivac.crystal import crystal_from_structure
from nitrivac.migration import find_hops
from nitrivac.migration.percolation.points import links_of_points
from nitrivac.migration.percolation.thresholds import PeriodicComponents
from tests.migration.test_hops import beta

SYSTEMS = json.loads((Path(__file__).parents[1] / "data" / "hops.json").read_text())["systems"]
CRYSTALS = {
    "alpha": lambda: load("alpha-Li3N"),
    "beta": lambda: beta(0.5847),
    "beta577": lambda: beta(0.57723),
    "li9n2cl3": lambda: load("Li9N2Cl3"),
}
WITH_SITES = [material.id for material in materials() if material.sites]


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_hop_of_a_brute_force_program(name):
    expected = SYSTEMS[name]["unique_hops"]
    reach = max(one["d"] for one in expected) + 0.001
    found = find_hops(CRYSTALS[name](), max_distance=reach)
    rows = Counter(
        (
            "-".join(sorted(end.partition("@")[2] for end in (hop.start, hop.end))),
            hop.multiplicity,
            tuple(sorted((end.partition("@")[2], count) for end, count in hop.per_site.items())),
        )
        for hop in found.hops
    )
    wanted = Counter((one["pair"], one["per_cell"], tuple(sorted(one["z"].items()))) for one in expected)
    assert rows == wanted

    ours = sorted([hop.distance, hop.straight.clearance_to_ions(), hop.straight.clearance["mobile"]] for hop in found.hops)
    theirs = sorted([one["d"], one["clear_anion"], one["clear_li"]] for one in expected)
    used: set[int] = set()
    for one in theirs:  # each of theirs is one of ours, to 1e-4
        match = next(k for k, row in enumerate(ours) if k not in used and np.allclose(row, one, atol=1e-4, rtol=0))
        used.add(match)
    thresholds = [one.value for one in found.by_distance]
    assert thresholds == pytest.approx(list(SYSTEMS[name]["percolation_cutoff_A"].values()), abs=1e-4)


@pytest.mark.parametrize("name", SYSTEMS)
def test_components_of_a_brute_force_program(name):
    crystal = CRYSTALS[name]()
    sites = np.sort(np.concatenate([orbit.indices for orbit in crystal.orbits if "Li" in orbit.elements]))
    links, distances = links_of_points(crystal.lattice, crystal.frac_coords[sites], 5.0)
    for row in SYSTEMS[name]["profile"]:
        near = distances <= row["cutoff"] + 2e-4
        components = PeriodicComponents(len(sites))
        components.join(links[near])
        assert (int(near.sum()), components.ranks()) == (row["hops_per_cell"], row["ranks"])


@pytest.mark.parametrize("identifier", WITH_SITES)
def test_dimensions_agree_with_pymatgen_on_the_whole_catalogue(identifier):
    """pymatgen's structure components of the lithium sublattice alone, at every distance that changes something."""
    get_structure_components = pytest.importorskip("pymatgen.analysis.dimensionality").get_structure_components
    StructureGraph = pytest.importorskip("pymatgen.analysis.graphs").StructureGraph
    from pymatgen.core import Structure

    crystal = load(identifier)
    sites = np.sort(np.concatenate([orbit.indices for orbit in crystal.orbits if "Li" in orbit.elements]))
    points = crystal.frac_coords[sites]
    lithium = Structure(crystal.lattice, ["Li"] * len(points), points)
    links, distances = links_of_points(crystal.lattice, points, 4.0)
    ladder = np.unique(np.round(distances, 3)) + 1.5e-3
    if len(ladder) > 4:
        ladder = ladder[np.linspace(0, len(ladder) - 1, 4).astype(int)]
    for cutoff in ladder:
        near = links[distances <= cutoff]
        if len(near) > 600:  # pymatgen takes long beyond
            break
        graph = StructureGraph.from_empty_graph(lithium)
        for first, second, image in zip(near.first.tolist(), near.second.tolist(), near.images.tolist(), strict=True):
            graph.add_edge(first, second, from_jimage=(0, 0, 0), to_jimage=tuple(image), warn_duplicates=False)
        components = PeriodicComponents(len(points))
        components.join(near)
        expected = sorted((one["dimensionality"] for one in get_structure_components(graph)), reverse=True)
        assert components.ranks() == expected, cutoff


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "beta-Li3N", "LiPN2", "Li3AlN2", "Li2CN2"])
def test_distinct_hops_agree_with_migration_graph(identifier):
    """pymatgen-analysis-diffusion, run here: as many distinct hops, of the same lengths.

    For Li2SiN2 too (20 distinct hops), which takes the other program minutes.
    """
    mapper = pytest.importorskip("pymatgen.analysis.diffusion.neb.full_path_mapper")
    crystal = load(identifier)
    structure = crystal.structure
    structure.remove_oxidation_states()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = mapper.MigrationGraph.with_distance(structure, migrating_specie="Li", max_distance=3.0)
        theirs = sorted(float(hop["hop_distance"]) for hop in graph.unique_hops.values())
    ours = [hop.distance for hop in find_hops(crystal, max_distance=3.0).hops]
    assert ours == pytest.approx(theirs, abs=1e-3)


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "beta-Li3N", "LiPN2"])
def test_a_change_of_basis_changes_no_hop(identifier):
    crystal = load(identifier)
    expected = find_hops(crystal, max_distance=3.2)
    structure = crystal.structure
    structure.make_supercell([[1, 1, 0], [0, 1, 2], [0, 0, 1]])  # the same lattice, skewed
    found = find_hops(crystal_from_structure(structure), max_distance=3.2)
    key = [(round(hop.distance, 4), hop.multiplicity, hop.shared, hop.elementary) for hop in found.hops]
    assert key == [(round(hop.distance, 4), hop.multiplicity, hop.shared, hop.elementary) for hop in expected.hops]
    assert [one.value for one in found.by_distance] == pytest.approx([one.value for one in expected.by_distance])

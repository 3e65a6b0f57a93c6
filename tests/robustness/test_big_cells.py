"""Large cells: limits that are said before any work, and summaries that agree with what is listed for smaller ones."""

from __future__ import annotations

import re
from functools import partial

import ase.io
import numpy as np
import pytest

from nitrivac import load, verify
from nitrivac import size_limits as limits
from nitrivac.crystal.distances import shortest_distances
from nitrivac.crystal.split_sites import are_split
from nitrivac.crystal.supercells.supercell import make_supercell
from nitrivac.errors import UnsupportedError
from nitrivac.io.ase_atoms import crystal_from_atoms, to_atoms
from nitrivac.migration import distinct, find_hops
from nitrivac.migration.hop_range import default_reach, mobile_sites
from nitrivac.migration.hop_shells import HopSummary, hops_or_summary, summarise_hops
from nitrivac.neighbours import neighbour_pairs
from nitrivac.symmetry import search
from nitrivac.vacancies.choosing.ewald import ewald_sum
from tests.robustness.harness import run


@pytest.fixture(scope="module")
def snapshot():
    """6,912 atoms less a twentieth, displaced by 0.05 angstrom."""
    rng = np.random.default_rng(0)
    atoms = to_atoms(load("beta-Li3N")).repeat((12, 12, 6))
    for name in set(atoms.arrays) - {"numbers", "positions"}:
        del atoms.arrays[name]
    atoms = atoms[rng.random(len(atoms)) >= 0.05]
    atoms.positions += rng.normal(scale=0.05, size=atoms.positions.shape)
    return atoms


def test_sites_of_large_cells_stand_alone_and_that_is_said(snapshot):
    crystal = crystal_from_atoms(snapshot, source="snapshot")
    assert crystal.space_group.number == 1
    assert "more than 5000" in crystal.provenance.note
    assert len(crystal.orbits) == len(snapshot)
    assert crystal.contents == pytest.approx(dict(snapshot.symbols.formula.count()))


def test_every_command_takes_a_large_cell_or_says_why_not(tmp_path, snapshot):
    path = tmp_path / "snapshot.extxyz"
    ase.io.write(path, snapshot)
    checked = run("verify", path, "--json")
    assert checked.code == 0
    assert (checked.json[0]["found"]["number"], checked.json[0]["program"]) == (1, "moyo")
    assert checked.json[0]["second_opinion"]["number"] == 1
    assert checked.json[0]["min_distance_A"]["Li-N"] < 2.05
    assert run("build", path, "--format", "poscar", "-o", tmp_path).code == 0
    assert run("polyhedra", path).code == 0
    listed = run("hops", path)
    assert listed.code == 0
    assert "too many to describe each" in " ".join(listed.out.split())
    assert re.search(r"^2\.\d-2\.\d +\d[\d,]* +\d\.\d{3}", listed.out, re.MULTILINE)
    assert all(len(line) <= 80 for line in listed.out.splitlines())
    done = run("analyze", path, "-o", tmp_path / "out")
    assert done.code == 0
    assert re.search(r"^Li +[\d,]+ +\d: ", done.out, re.MULTILINE)  # coordination by element
    assert "too many to list the bonds of all" in " ".join(done.out.split())
    assert (tmp_path / "out" / "hops.csv").read_text(encoding="utf-8").startswith("distance_from_A,")
    refused = run("path", path, "--hop", "h1")
    assert refused.code == 2
    assert "are more than the 3000 that are described" in refused.err
    assert load(tmp_path / "snapshot.extxyz.vasp").contents == pytest.approx(dict(snapshot.symbols.formula.count()))


def test_a_large_perfect_supercell_is_verified(tmp_path):
    atoms = to_atoms(load("beta-Li3N")).repeat((9, 9, 9))
    ase.io.write(tmp_path / "perfect.vasp", atoms, sort=True)
    checked = run("verify", tmp_path / "perfect.vasp", "--json")
    assert checked.code == 0
    (one,) = checked.json
    assert (one["found"]["number"], one["second_opinion"]["number"], one["program"]) == (194, 194, "spglib")
    assert (one["plateau"][0], one["plateau"][1] > 0.1) == (1e-5, True)
    # c and d are one position seen from two origins, and no origin is stated.
    assert sorted(position["found"].replace("d", "c") for position in one["wyckoff"]) == ["2b", "2c", "4f"]
    assert run("verify", tmp_path / "perfect.vasp", "--expect", "P6_3/mmc").code == 0
    refused = run("verify", tmp_path / "perfect.vasp", "--expect", "P-6m2", "--json")
    assert refused.code == 1
    assert "P6_3/mmc is a" in refused.json[0]["problems"][0]


def test_a_search_that_would_not_end_is_not_begun(monkeypatch):
    crystal = load("beta-Li3N")
    rng = np.random.default_rng(0)
    atoms = to_atoms(crystal).repeat((9, 9, 9))
    atoms.positions += rng.normal(scale=0.05, size=atoms.positions.shape)
    monkeypatch.setattr(search, "MOST_TRIALS", 1000)
    found = verify(crystal_from_atoms(atoms, source="crowd"))
    assert (found.searched, found.found.number, found.agrees) == (False, None, None)
    assert "the space group is not looked for" in found.problems[0]


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "beta-Li3N", "Li9N2Cl3", "Li2SiN2"])
def test_a_summary_spans_where_the_listed_hops_do(identifier):
    crystal = load(identifier)
    listed, summary = find_hops(crystal), summarise_hops(crystal)
    for one, other in zip(summary.by_distance, listed.by_distance, strict=True):
        assert (one.dimension, one.directions) == (other.dimension, other.directions)
        assert one.value == pytest.approx(other.value, abs=1e-9)
    assert summary.max_distance == listed.max_distance
    assert sum(one.pairs for one in summary.shells) == sum(one.multiplicity for one in listed.hops)
    assert summary.distinct <= len(listed.hops)


def test_hops_are_summarised_only_where_they_are_too_many(monkeypatch):
    crystal = load("Li2SiN2")
    assert not isinstance(hops_or_summary(crystal), HopSummary)
    monkeypatch.setattr(distinct, "DESCRIBED_HOPS", 3)
    with pytest.raises(UnsupportedError, match="distinct hops up to"):
        find_hops(crystal)


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "beta-Li3N", "Li12P3N9", "LiPN2", "Li6NI3"])
def test_the_default_distance_is_that_of_a_search_to_8_angstrom(identifier):
    """The search that begins nearer must end with what the whole one finds."""
    from nitrivac.migration import hop_range

    crystal = load(identifier)
    nodes = mobile_sites(crystal, "Li")
    split = partial(are_split, crystal)
    near = default_reach(crystal, nodes, split).distance
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hop_range, "_FIRST_SEARCH_A", 8.0)
        assert default_reach(crystal, nodes, split).distance == near


def test_neighbours_do_not_depend_on_the_cubes_they_are_sorted_into(monkeypatch):
    crystal = load("Li12P3N9")
    expected = neighbour_pairs(crystal.lattice, crystal.frac_coords, 3.0)
    monkeypatch.setattr("nitrivac.neighbours._CUBES", 2.0)
    found = neighbour_pairs(crystal.lattice, crystal.frac_coords, 3.0)
    assert np.array_equal(found.centres, expected.centres)
    assert np.allclose(found.distances, expected.distances)


def test_configurations_of_a_large_cell_are_counted_and_not_listed():
    arguments = ["vacancies", "beta-Li3N", "Li@4f=2/50688", "--allow-charge", "--supercell", "24x24x22"]
    counted = run(*arguments, "--count")
    assert counted.code == 0
    assert "1,284,611,328 configurations" in counted.out
    listed = run(*arguments, "--enumerate")
    assert listed.code == 2
    assert "beta-Li3N" in listed.err
    assert "304128 operations on 101376 sites" in listed.err


def test_supercells_and_energies_beyond_their_limits_are_refused(monkeypatch):
    crystal = load("alpha-Li3N")
    with pytest.raises(UnsupportedError, match=f"more than the {limits.MAXIMUM_SITES}"):
        make_supercell(crystal, np.diag([50, 50, 50]))
    monkeypatch.setattr("nitrivac.vacancies.choosing.ewald.LARGEST_TABLE", 10_000)
    with pytest.raises(UnsupportedError, match="energies of 5324 sites, 4 of them in the primitive cell"):
        ewald_sum(make_supercell(crystal, np.diag([11, 11, 11])))


def test_a_path_on_the_pair_potential_is_refused_in_a_large_cell():
    outcome = run("path", "beta-Li3N", "--hop", "h1", "--supercell", "15x15x14")
    assert outcome.code == 2
    assert "--method linear" in outcome.err


def test_the_shortest_distances_of_many_orbits_are_those_of_few():
    crystal = load("Li12P3N9")
    atoms = to_atoms(crystal)
    from nitrivac.crystal.from_structure import crystal_without_symmetry

    alone = crystal_without_symmetry(
        crystal.lattice, crystal.frac_coords, atoms.get_chemical_symbols(), source="every atom an orbit"
    )
    assert shortest_distances(alone).by_pair == shortest_distances(crystal).by_pair

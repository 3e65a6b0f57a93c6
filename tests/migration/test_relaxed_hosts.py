"""Hosts as calculations leave them: relaxed, strained, drifted, with another origin, an interstitial, a foreign ion."""

from __future__ import annotations

import json

import numpy as np
import pytest
from pymatgen.core import Structure
from pymatgen.io.vasp import Poscar

from nitrivac import load
from nitrivac.crystal.from_structure import crystal_without_symmetry
from nitrivac.errors import UnsupportedError
from nitrivac.migration import find_hops
from nitrivac.migration.host import make_host
from nitrivac.migration.paths.path import vacancy_path
from tests.elsewhere import shared, shared_table
from tests.robustness.harness import run

CASES = [case for case in shared_table("cases/migration/cases.json") if case["kind"] in ("hostcell", "accept")]


def beta(removed=(0,), *, moved=0.0, strain=0.0, shift=(0, 0, 0), seed=0):
    """beta-Li3N in 3x3x2 cells without some 4f atoms: the crystal of what is left, moved, strained and shifted."""
    structure = load("beta-Li3N").structure
    structure.make_supercell((3, 3, 2))
    lithium = [index for index, site in enumerate(structure) if site.label == "Li2" or site.properties.get("label") == "Li2"]
    places = structure.frac_coords[[lithium[number] for number in removed]]
    structure.remove_sites([lithium[number] for number in removed])
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=(len(structure), 3))
    steps *= moved / np.linalg.norm(steps, axis=1)[:, None]
    steps -= steps.mean(axis=0)
    lattice = structure.lattice.matrix * (1 + strain)
    frac = structure.frac_coords + steps @ np.linalg.inv(lattice) + np.array(shift)
    names = [site.specie.symbol for site in structure]
    return crystal_without_symmetry(lattice, frac, names, source="host"), places + np.array(shift)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"moved": 0.1},
        {"moved": 0.22},
        {"strain": 0.02},
        {"strain": -0.03, "moved": 0.1},
        {"strain": 0.095, "moved": 0.1},
        {"shift": (0.013, 0.02, -0.01)},
        {"shift": (0.31, 0.17, 0.23)},
        {"shift": (0.31, 0.17, 0.23), "moved": 0.15, "strain": 0.01},
    ],
)
def test_the_vacancy_is_found_and_the_atoms_stay_where_they_are(how):
    atoms, places = beta(**how)
    host = make_host(load("beta-Li3N"), atoms)
    (vacant,) = host.vacant.tolist()
    away = host.crystal.frac_coords[vacant] - places[0]
    if how.get("shift", (0, 0, 0))[0] < 0.1:  # other origins may be another, equal one of the crystal's
        assert np.linalg.norm((away - np.round(away)) @ atoms.lattice) < 0.05
    assert np.array_equal(host.crystal.lattice, atoms.lattice)
    filled = np.delete(np.arange(host.crystal.n_sites), vacant)
    kept = {tuple(row) for row in host.crystal.frac_coords[filled].tolist()}
    assert kept == {tuple(row) for row in atoms.frac_coords.tolist()}
    between = 2.61 * (1 + how.get("strain", 0.0))  # between the hops of up to 2.32 angstrom and those of 2.91
    network = find_hops(host.crystal, host=host, max_distance=between, widest_paths=False)
    assert sum(hop.multiplicity for hop in network.hops) == 1 + 3 + 3  # 4f has one 4f along c, three round it and three 2b


def test_images_keep_the_places_and_the_cell_of_the_file():
    atoms, _ = beta(moved=0.2, strain=0.015)
    host = make_host(load("beta-Li3N"), atoms)
    network = find_hops(host.crystal, host=host, max_distance=2.9, widest_paths=False)
    path = vacancy_path(host.crystal, network, network.hops[0].id, images=3, method="linear", host=host)
    first = path.atoms()[0]
    assert np.array_equal(np.array(first.cell), atoms.lattice)
    assert sorted(map(tuple, np.round(first.get_positions(), 9).tolist())) == sorted(
        map(tuple, np.round(atoms.frac_coords @ atoms.lattice, 9).tolist())
    )
    assert path.length == pytest.approx(network.hops[0].distance)


def test_an_unrelaxed_host_keeps_its_symmetry_and_a_relaxed_one_that_of_its_displacements():
    parent = load("beta-Li3N")
    assert make_host(parent, beta()[0]).crystal.space_group.symbol == "P3m1"  # 3m., the site symmetry of 4f
    assert make_host(parent, beta(strain=0.02)[0]).crystal.space_group.symbol == "P3m1"
    assert make_host(parent, beta(shift=(0.1, 0.05, 0.2))[0]).crystal.space_group.order == 6
    assert make_host(parent, beta(moved=0.2)[0]).crystal.space_group.order == 1


def test_a_breathing_relaxation_keeps_the_symmetry():
    """Atoms moved straight away from the vacancy, by less the farther they are."""
    atoms, places = beta()
    away = atoms.frac_coords - places[0]
    away = (away - np.round(away)) @ atoms.lattice
    lengths = np.linalg.norm(away, axis=1)
    steps = away / lengths[:, None] * (0.3 * np.exp(-((lengths / 2.5) ** 2)))[:, None]
    relaxed = crystal_without_symmetry(
        atoms.lattice,
        atoms.frac_coords + steps @ np.linalg.inv(atoms.lattice),
        [orbit.elements[0] for orbit in atoms.orbits],
        source="breathing",
    )
    host = make_host(load("beta-Li3N"), relaxed)
    assert host.crystal.space_group.symbol == "P3m1"
    network = find_hops(host.crystal, host=host, max_distance=2.9, widest_paths=False)
    assert sorted(hop.multiplicity for hop in network.hops) == [1, 3, 3]


def test_what_lies_beyond_the_limits_is_refused():
    parent = load("beta-Li3N")
    with pytest.raises(UnsupportedError, match="within 10% of every length"):
        make_host(parent, beta(strain=0.12)[0])
    with pytest.raises(UnsupportedError, match=r"of 143 atoms are on no site|root mean square"):
        make_host(parent, beta(moved=1.4)[0])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Li2O_frenkel", "atom 64 (Li) is on no site"),
        ("Li2O_Mg_vac", "atom 63 (Mg) is on a site of Li, Li@8c"),
    ],
)
def test_an_interstitial_or_a_foreign_ion_is_named_and_not_refused(name, words):
    found = run(
        "hops", shared("cases/migration/Li2O.cif"), "--host", shared(f"cases/migration/{name}.vasp"), "--max-distance", "2.4"
    )
    assert found.code == 0
    assert words in found.err
    assert "h1" in found.out


@pytest.mark.parametrize("name", ["ideal", "r10", "r15", "r30", "e10", "e20", "drift", "shift02"])
def test_six_hops_into_the_one_vacancy_of_the_shared_hosts(name):
    parent = load(str(shared("cases/migration/Li2O.cif")))
    host = make_host(parent, load(str(shared(f"cases/migration/Li2O_vac_{name}.vasp"))))
    network = find_hops(host.crystal, host=host, max_distance=2.8, widest_paths=False)
    assert len(host.vacant) == 1
    assert sum(hop.multiplicity for hop in network.hops) == 6


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_shared_cases(case, tmp_path):
    files = [shared(f"cases/migration/{case[name]}") for name in ("src", "host")]
    found = run(
        "path", files[0], "--host", files[1], "--hop", "h1", "--images", "1", "--method", "linear", "-o", tmp_path / "p"
    )
    assert found.code == 0
    edge = float((tmp_path / "p" / "00" / "POSCAR").read_text().splitlines()[2].split()[0])
    low, high = case["expect"]
    assert (low <= edge <= high) if case["kind"] == "hostcell" else edge > 5


def test_images_keep_the_order_and_the_selective_dynamics_of_the_file(tmp_path):
    """Lithium and nitrogen in turns, as no program would sort them."""
    structure = load("beta-Li3N").structure.make_supercell((3, 3, 2), in_place=False)
    structure.remove_sites([120]).perturb(0.08)
    order = np.random.default_rng(3).permutation(len(structure))
    mixed = Structure(structure.lattice, [structure.species[n] for n in order], structure.frac_coords[order])
    flags = np.random.default_rng(4).random((len(order), 3)) > 0.2
    Poscar(mixed, selective_dynamics=flags.tolist()).write_file(tmp_path / "CONTCAR")
    out = tmp_path / "neb"
    found = run(
        "path", "beta-Li3N", "--host", tmp_path / "CONTCAR", "--hop", "h1", "--images", "1", "--method", "linear", "-o", out
    )
    assert found.code == 0, found.err
    image = Poscar.from_file(out / "00" / "POSCAR")
    assert [site.specie.symbol for site in image.structure] == [site.specie.symbol for site in mixed]
    away = image.structure.frac_coords - mixed.frac_coords
    assert np.abs(away - np.round(away)).max() < 1e-8
    assert np.array_equal(np.array(image.selective_dynamics), flags)
    assert json.loads((out / "profile.json").read_text())["incar"] == {"IMAGES": 1}


def test_ideal_distances_stand_beside_the_real_ones():
    atoms, _ = beta(moved=0.15, strain=0.03)
    host = make_host(load("beta-Li3N"), atoms)
    network = find_hops(host.crystal, host=host, max_distance=2.75, widest_paths=False)
    known = [hop.distance for hop in find_hops(load("beta-Li3N"), max_distance=2.6, widest_paths=False).hops]
    for hop in network.hops:
        assert min(abs(hop.ideal_distance - distance) for distance in known) < 1e-6
        assert abs(hop.distance - 1.03 * hop.ideal_distance) < 0.35
    assert {row["ideal_distance_A"] for row in network.rows()} == {round(hop.ideal_distance, 4) for hop in network.hops}
    assert all(hop.ideal_distance is None for hop in find_hops(load("beta-Li3N"), widest_paths=False).hops)

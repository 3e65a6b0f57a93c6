"""Vacancy paths: whole, ordered alike, unwrapped; and what free coordinates decide."""

from __future__ import annotations

import json

import numpy as np
import pytest
from ase.io import read
from ase.mep import NEB
from pymatgen.io.vasp import Poscar

from nitrivac import load
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration import find_hops
from nitrivac.migration.paths.path import default_supercell, vacancy_path
from nitrivac.migration.paths.path_files import path_texts
from nitrivac.migration.sensitivity import hop_sensitivity
from tests.migration.test_hops import beta


@pytest.fixture(scope="module")
def network():
    return find_hops(load("beta-Li3N"))


@pytest.mark.parametrize("name", ["h1", "h2", "h3", "h4"])
def test_a_path_loses_no_atom_and_moves_one_by_the_hop(network, name):
    made = vacancy_path(load("beta-Li3N"), network, name, supercell=np.diag([4, 4, 3]), method="linear")
    assert made.positions.shape == (9, 4 * 4 * 3 * 8 - 1, 3)
    assert made.symbols.count("N") == 96
    steps = made.positions[-1] - made.positions[0]
    moved = np.flatnonzero(np.abs(steps).max(axis=1) > 1e-9)
    assert moved.tolist() == [made.moving]
    assert np.linalg.norm(steps[made.moving]) == pytest.approx(network.hop(name).distance)
    assert made.length == pytest.approx(network.hop(name).distance)
    assert made.symbols[made.moving] == "Li"
    assert made.addresses[made.moving] in (network.hop(name).start, network.hop(name).end)
    ends = [made.atoms()[index].get_all_distances(mic=True) for index in (0, -1)]
    for distances in ends:  # the vacancy was taken out: no two atoms on one place
        assert distances[np.triu_indices(len(distances), 1)].min() > 2.0


def test_the_middle_of_the_face_between_two_4f_sites(network):
    """The ion passes the middle of a triangle of nitrogen: a / sqrt(3) from each, on a mirror plane."""
    crystal = load("beta-Li3N")
    made = vacancy_path(crystal, network, "h1", supercell=np.diag([3, 3, 2]), method="linear", images=3)
    middle = made.profile[2]
    assert middle.nearest["N"] == pytest.approx(np.linalg.norm(crystal.lattice[0]) / np.sqrt(3))
    assert middle.coordination == 3
    assert "m" in made.reversed_by
    assert [point.bond_valence_sum for point in made.profile] == pytest.approx(
        [point.bond_valence_sum for point in made.profile[::-1]]
    )
    # By hand: three N at 2.0507 with R0 = 1.61 and b = 0.37 (Brese and O'Keeffe 1991), the rest beyond 2.80, no bonds.
    nearest = 3 * np.exp((1.61 - middle.nearest["N"]) / 0.37)
    assert nearest == pytest.approx(0.9116, abs=2e-4)
    assert middle.bond_valence_sum == pytest.approx(nearest)
    assert "Brese" in made.plain()["bond_valence_parameters"]


def test_half_a_band_needs_a_supercell_that_keeps_the_symmetry(network):
    crystal = load("beta-Li3N")
    skewed = np.array([[3, 0, 0], [1, 3, 0], [0, 1, 2]])
    assert vacancy_path(crystal, network, "h1", supercell=skewed, method="linear").reversed_by == ()
    assert vacancy_path(crystal, network, "h3", method="linear").reversed_by == ()


def test_idpp_moves_the_neighbours_aside_and_keeps_the_ends(network):
    crystal = load("beta-Li3N")
    cell = np.diag([3, 3, 2])
    straight, relaxed = (
        vacancy_path(crystal, network, "h1", supercell=cell, method=m, images=3) for m in ("linear", "idpp")
    )
    assert relaxed.positions[[0, -1]] == pytest.approx(straight.positions[[0, -1]])
    assert relaxed.profile[2].nearest["N"] > straight.profile[2].nearest["N"] + 0.01
    assert relaxed.symbols == straight.symbols


def test_files_are_read_back_by_other_programs(network, tmp_path):
    made = vacancy_path(load("beta-Li3N"), network, "h2", method="linear", images=2)
    folder = tmp_path / "neb"
    for path, text in path_texts(made, folder, "vasp").items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    structures = [Poscar.from_file(folder / f"{number:02d}" / "POSCAR").structure for number in range(4)]
    for structure, points in zip(structures, made.positions, strict=True):
        assert [site.specie.symbol for site in structure] == list(made.symbols)
        assert structure.cart_coords == pytest.approx(points, abs=1e-8)
    profile = json.loads((folder / "profile.json").read_text(encoding="utf-8"))
    assert len(profile["images"]) == len(profile["profile"]) == 4
    ((name, text), _) = path_texts(made, folder, "extxyz").items()
    name.write_text(text, encoding="utf-8")
    frames = read(name, index=":")
    assert len(frames) == 4
    assert frames[1].positions == pytest.approx(made.positions[1], abs=1e-8)
    assert frames[0].arrays["moving"].sum() == 1
    with pytest.raises(UnsupportedError):
        path_texts(made, folder, "xyz")


def test_ase_takes_the_images_as_they_are(network):
    images = vacancy_path(load("beta-Li3N"), network, "h2", method="linear", images=2).atoms()
    band = NEB(images, method="improvedtangent")
    assert band.nimages == 4
    assert images[0].get_tags().sum() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hop": "h77"}, "h1 "),
        ({"images": 0}, "images"),
        ({"method": "cubic"}, "linear"),
        ({"supercell": np.eye(3, dtype=int)}, "supercell"),
    ],
)
def test_what_makes_no_path(network, change, words):
    arguments = {"hop": "h1", "method": "linear"} | change
    with pytest.raises(SpecificationError, match=words):
        vacancy_path(load("beta-Li3N"), network, arguments.pop("hop"), **arguments)


def test_a_disordered_crystal_has_no_path():
    crystal = load("Li9N2Cl3")
    with pytest.raises(UnsupportedError, match="Li@8c"):
        vacancy_path(crystal, find_hops(crystal), "h1")


def test_the_default_supercell_keeps_images_apart():
    assert np.diag(default_supercell(load("beta-Li3N"))).tolist() == [3, 3, 2]


def test_z_of_4f_decides_the_order_at_seven_twelfths():
    crystal = beta(0.5847)
    result = hop_sensitivity(crystal, find_hops(crystal, max_distance=2.35), 0.01)
    assert {one.coordinate for one in result.shifts} == {"Li@4f z"}  # the one free coordinate
    flip = next(one for one in result.crossings if (one.first, one.second) == ("h2", "h3"))
    assert 0.5847 + flip.amount == pytest.approx(7 / 12, abs=1e-9)
    down, up = result.shifts
    assert down.thresholds[0] == down.thresholds[2]  # 4f alone, three dimensions at once
    assert up.thresholds[1] < up.thresholds[2]  # sheets first
    moved = find_hops(beta(0.5947), max_distance=2.5)
    assert sorted(up.distances.values()) == pytest.approx([hop.distance for hop in moved.hops[:3]])


def test_what_symmetry_fixes_is_not_shifted():
    crystal = load("alpha-Li3N")
    assert hop_sensitivity(crystal, find_hops(crystal), 0.01).shifts == ()
    with pytest.raises(SpecificationError):
        hop_sensitivity(crystal, find_hops(crystal), 0.5)


@pytest.mark.parametrize("identifier", ["Li3AlN2", "Li2SiN2", "LiPN2"])
def test_shifted_sites_keep_the_symmetry(identifier):
    """A shift along a free coordinate leaves the group: the shifted crystal has as many classes of hops."""
    crystal = load(identifier)
    network = find_hops(crystal, max_distance=3.0)
    result = hop_sensitivity(crystal, network, 0.001)
    assert result.shifts
    for shift in result.shifts:
        changes = [abs(shift.distances[name] - result.distances[name]) for name in result.distances]
        assert max(changes) < 0.001 * 2 * np.linalg.norm(crystal.lattice, axis=1).max() * 3


def test_numbers_of_a_relaxed_path_have_the_digits_that_have_come_to_rest(network):
    crystal = load("beta-Li3N")
    relaxed = vacancy_path(crystal, network, "h2", images=1, method="idpp").plain()
    straight = vacancy_path(crystal, network, "h2", images=1, method="linear").plain()
    assert relaxed["length_A"] == 2.27
    assert all(round(value, 2) == value for point in relaxed["profile"] for value in point["nearest"].values())
    assert straight["length_A"] == 2.2706

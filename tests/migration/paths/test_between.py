"""Images between two relaxed ends: the truth about who moved is known, since the ends are made here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure
from pymatgen.io.vasp import Poscar

from nitrivac import find_hops, load, path_between
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration.paths.between import ends_of
from nitrivac.migration.paths.path_files import path_texts
from tests.robustness.harness import run


def ends(rng, *, moved=0.1, drift=(0, 0, 0), shuffled=True, name="beta-Li3N", box=(3, 3, 2), length=2.6):
    """Two structures of one vacancy each: an ion of the first sits in the second where the first has its vacancy.

    Returns:
        The structures; for each atom of the first the number of the same one in the second; the atom that moves; and the
        displacements between them, cartesian, the drift left out.
    """
    ideal = load(name).structure.make_supercell(box, in_place=False)
    lattice, points = ideal.lattice, ideal.frac_coords
    symbols = np.array([site.specie.symbol for site in ideal])
    lithium = np.flatnonzero(symbols == "Li")
    mover = int(rng.choice(lithium))
    near = [one for one in ideal.get_neighbors(ideal[mover], length) if one.specie.symbol == "Li"]
    target = near[int(rng.integers(len(near)))]
    stay = np.setdiff1d(np.arange(len(ideal)), [target.index])  # the atom on the target is left out of both
    first = rng.normal(scale=moved / np.sqrt(3), size=(len(stay), 3))
    second = rng.normal(scale=moved / np.sqrt(3), size=(len(stay), 3))
    place = int(np.flatnonzero(stay == mover)[0])
    way = target.coords - ideal[mover].coords
    steady = symbols[stay] != "Li"
    first -= first[steady].mean(axis=0)  # relaxations that leave the framework where it is on average
    second -= second[steady].mean(axis=0)
    begin = points[stay] @ lattice.matrix + first
    end = points[stay] @ lattice.matrix + second
    end[place] += way
    orders = [rng.permutation(len(stay)) if shuffled else np.arange(len(stay)) for _ in range(2)]
    made = [
        Structure(lattice, symbols[stay][order], np.mod(lattice.get_fractional_coords(some[order] + off), 1))
        for order, some, off in ((orders[0], begin, np.zeros(3)), (orders[1], end, np.array(drift)))
    ]
    partner = np.argsort(orders[1])[orders[0]]
    return made[0], made[1], partner, int(np.flatnonzero(orders[0] == place)[0]), (end - begin)[orders[0]]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    moved=st.floats(0, 0.2),
    drift=st.tuples(*[st.floats(-0.6, 0.6)] * 3),
    name=st.sampled_from(["beta-Li3N", "alpha-Li3N", "Li2ZrN2"]),
)
def test_the_moving_atom_the_partners_and_the_steps_are_found(seed, moved, drift, name):
    box = {"beta-Li3N": (3, 3, 2), "alpha-Li3N": (3, 3, 3), "Li2ZrN2": (3, 3, 2)}[name]
    length = {"beta-Li3N": 2.6, "alpha-Li3N": 2.3, "Li2ZrN2": 3.1}[name]
    start, end, partner, mover, steps = ends(
        np.random.default_rng(seed), moved=moved, drift=drift, name=name, box=box, length=length
    )
    found = ends_of(load(name), start, end)
    assert found.moved == (mover,)
    assert np.array_equal(found.partner, partner)
    assert found.steps == pytest.approx(steps, abs=1e-6)
    assert found.drift == pytest.approx(np.array(drift), abs=1e-6)


def test_images_are_those_of_the_files_without_a_jump():
    start, end, partner, mover, steps = ends(np.random.default_rng(7), drift=(0.4, -0.3, 0.2))
    path = path_between(load("beta-Li3N"), start, end, images=5, method="linear")
    lattice = start.lattice.matrix
    assert list(path.symbols) == [site.specie.symbol for site in start]  # the order of the first
    assert path.moving == mover
    assert path.positions[0] == pytest.approx(start.cart_coords)
    away = path.positions[-1] @ np.linalg.inv(lattice) - end.frac_coords[partner]
    away -= away.mean(axis=0) - np.round(away.mean(axis=0))
    shift = path.positions[-1] - path.positions[0]
    assert np.linalg.norm(shift, axis=1).max() < 3.5
    assert shift == pytest.approx(steps, abs=1e-6)
    back = (path.positions[-1] + [0.4, -0.3, 0.2] - end.cart_coords[partner]) @ np.linalg.inv(lattice)
    assert back == pytest.approx(np.round(back), abs=1e-6)
    assert path.drift == pytest.approx(np.linalg.norm([0.4, -0.3, 0.2]), abs=1e-6)
    assert np.diff(path.positions, axis=0) == pytest.approx(np.broadcast_to(steps / 6, (6, *steps.shape)), abs=1e-6)


def test_the_hop_is_named_as_nitrivac_hops_names_it():
    crystal = load("beta-Li3N")
    known = {round(hop.distance, 3): hop for hop in find_hops(crystal, max_distance=3.0, widest_paths=False).hops}
    met = set()
    for seed in range(12):
        start, end, _, _, steps = ends(np.random.default_rng(seed), moved=0.0, length=3.0)
        path = path_between(crystal, start, end, images=1, method="linear")
        hop = known[round(float(np.linalg.norm(steps, axis=1).max()), 3)]
        assert path.hop.id == hop.id
        assert set(path.addresses_of_ends) == {hop.start, hop.end}
        assert bool(path.reversed_by) == (hop.start == hop.end)  # else the ends are different sites
        met.add(hop.id)
    assert len(met) > 2


def test_pair_potential_keeps_the_ends_and_moves_neighbours_aside():
    start, end, _, mover, _ = ends(np.random.default_rng(3), moved=0.05, name="alpha-Li3N", box=(3, 3, 3), length=2.3)
    crystal = load("alpha-Li3N")
    straight = path_between(crystal, start, end, images=3, method="linear")
    relaxed = path_between(crystal, start, end, images=3)
    assert relaxed.converged
    for image in (0, -1):
        assert relaxed.positions[image] == pytest.approx(straight.positions[image])

    def nearest(path):
        atoms = path.atoms()[2]
        return np.delete(atoms.get_distances(mover, range(len(atoms)), mic=True), mover).min()

    assert nearest(relaxed) > nearest(straight)


def test_selective_dynamics_fix_the_drift_and_are_written():
    start, end, partner, _, _ = ends(np.random.default_rng(5), moved=0.1)
    nitrogen = [number for number, site in enumerate(start) if site.specie.symbol == "N"]
    free = np.ones((len(start), 3), dtype=bool)
    free[nitrogen[:4]] = False
    free[nitrogen[5], 2] = False
    points = end.frac_coords.copy()
    points[partner[nitrogen[:4]]] = start.frac_coords[nitrogen[:4]]  # what may not move did not
    end = Structure(end.lattice, end.species, points)
    path = path_between(load("beta-Li3N"), start, end, images=2, free=free)
    for image in path.positions:
        assert image[nitrogen[:4]] == pytest.approx(path.positions[0][nitrogen[:4]], abs=1e-9)
    assert path.drift == pytest.approx(0, abs=1e-9)
    text = path_texts(path, Path("n"), "vasp")[Path("n/01/POSCAR")].splitlines()
    assert text[7] == "Selective dynamics"
    assert text[9 + nitrogen[0]].split()[3:] == ["F", "F", "F"]
    assert text[9 + nitrogen[5]].split()[3:] == ["T", "T", "F"]
    assert len(path.atoms()[0].constraints) == 2
    assert path.plain()["incar"] == {"IMAGES": 2}


def test_species_stay_in_the_runs_of_the_file():
    start, end, _, _, _ = ends(np.random.default_rng(2), moved=0.05)
    path = path_between(load("beta-Li3N"), start, end, images=1, method="linear")
    text = path_texts(path, Path("n"), "vasp")[Path("n/00/POSCAR")]
    again = Structure.from_str(text, fmt="poscar")
    assert [site.specie.symbol for site in again] == [site.specie.symbol for site in start]
    assert again.frac_coords == pytest.approx(start.frac_coords, abs=1e-9)


def test_two_atoms_that_follow_each_other_are_both_named():
    """An interstitialcy step: the atom behind takes the site that the first leaves."""
    ideal = load("alpha-Li3N").structure.make_supercell((3, 3, 3), in_place=False)
    first = next(number for number, site in enumerate(ideal) if site.properties["wyckoff"] == "2c")
    near = sorted(
        (one for one in ideal.get_neighbors(ideal[first], 2.3) if one.specie.symbol == "Li"), key=lambda x: x.index
    )
    start, end = ideal.copy(), ideal.copy()
    for structure in (start, end):
        structure.remove_sites([near[0].index])
    number = first - (near[0].index < first)
    way = near[0].frac_coords - ideal[first].frac_coords
    between = ideal[first].frac_coords - 0.55 * way + np.array([0, 0, 0.05])  # behind it, on no site
    end.translate_sites([number], way)
    start.append("Li", between)
    end.append("Li", ideal[first].frac_coords)
    path = path_between(load("alpha-Li3N"), start, end, images=1, method="linear")
    assert {path.moving, *path.others} == {number, len(start) - 1}
    end = Structure(end.lattice, end.species[::-1], end.frac_coords[::-1])
    again = path_between(load("alpha-Li3N"), start, end, images=1, method="linear")
    assert (again.moving, again.others) == (path.moving, path.others)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda start, _: start.copy(), SpecificationError, r"hold the same sites"),
        (lambda _, end: end.remove_sites([0]), UnsupportedError, r"same atoms"),
        (lambda _, end: end.apply_strain([0.03, 0.0, 0.0]), UnsupportedError, r"different cells"),
        (lambda *_: load("alpha-Li3N").structure, UnsupportedError, r"none of the parent|on no site"),
    ],
)
def test_what_makes_no_path_is_refused(change, error, words):
    start, end, _, _, _ = ends(np.random.default_rng(1))
    end = change(start, end)
    with pytest.raises(error, match=words):
        path_between(load("beta-Li3N"), start, end, images=1, method="linear")


def test_cells_that_differ_a_little_are_said():
    start, end, _, _, _ = ends(np.random.default_rng(1))
    other = Structure(Lattice(end.lattice.matrix * 1.004), end.species, end.frac_coords)
    path = path_between(load("beta-Li3N"), start, other, images=1, method="linear")
    assert any("differ by 0.40%" in remark for remark in path.remarks)
    assert path.lattice == pytest.approx(start.lattice.matrix)


def test_the_command_writes_what_the_function_makes(tmp_path):
    start, end, _, mover, _ = ends(np.random.default_rng(9), moved=0.05)
    for name, structure in (("A", start), ("B", end)):
        Poscar(structure).write_file(tmp_path / f"CONTCAR_{name}")
    files = ("--start", tmp_path / "CONTCAR_A", "--end", tmp_path / "CONTCAR_B")
    found = run("path", "beta-Li3N", *files, "--images", "3", "-o", tmp_path / "neb", "--json")
    assert found.code == 0, found.err
    document = json.loads(found.out)
    assert document["moving_atom"] == mover + 1
    assert document["incar"] == {"IMAGES": 3}
    assert document["hop"].startswith("h")
    assert document["ideal_distance_A"] == pytest.approx(document["distance_A"], abs=0.4)
    assert sorted(path.name for path in (tmp_path / "neb").iterdir()) == ["00", "01", "02", "03", "04", "profile.json"]
    made = path_between(load("beta-Li3N"), start, end, images=3)
    image = Structure.from_file(tmp_path / "neb" / "02" / "POSCAR")
    away = image.frac_coords @ image.lattice.matrix - made.positions[2]
    assert np.abs(away - np.round(away @ image.lattice.inv_matrix) @ image.lattice.matrix).max() < 1e-5


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "--hop names the hop"),
        (("--start", "A"), "go together"),
        (("--start", "A", "--end", "B", "--hop", "h1"), "go together"),
        (("--start", "nothing.vasp", "--end", "nothing.vasp"), "no such file"),
    ],
)
def test_bad_options_are_one_line(options, words):
    found = run("path", "beta-Li3N", *options)
    assert found.code == 2
    assert words in found.err
    assert len(found.err.strip().splitlines()) == 1

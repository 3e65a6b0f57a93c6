"""`nitrivac map`: what it prints of structures whose truth is known."""

from __future__ import annotations

import json

import numpy as np
import pytest
from pymatgen.io.vasp import Poscar

from nitrivac import Occupation, load
from tests.crystal.occupation.disturbed import OTHER_VECTORS, disturbed
from tests.elsewhere import shared
from tests.robustness.harness import run


@pytest.fixture
def relaxed(tmp_path):
    """beta-Li3N in 2x2x2 with a vacancy and a dopant, strained, turned and shifted: a POSCAR and the truth about it."""
    truth = disturbed(
        load("beta-Li3N"),
        np.random.default_rng(11),
        moved=0.1,
        strain=0.04,
        turned=True,
        shift=(0.3, 0.1, 0.2),
        vacancies=1,
        vectors=OTHER_VECTORS,
    )
    structure = truth.structure
    structure.replace(next(n for n, site in enumerate(structure) if site.specie.symbol == "Li"), "Mg")
    Poscar(structure.get_sorted_structure()).write_file(tmp_path / "CONTCAR")
    return tmp_path / "CONTCAR", truth


def test_the_keys_and_what_they_hold(relaxed):
    path, truth = relaxed
    found = run("map", "beta-Li3N", path, "--json")
    assert found.code == 0, found.err
    document = json.loads(found.out)
    assert set(document) >= {
        "source", "file", "matrix", "strain", "drift_A", "vacant", "interstitials", "displacement", "ambiguous"
    }  # fmt: skip
    assert document["source"] == "beta-Li3N"
    assert round(np.linalg.det(document["matrix"])) == document["cells"] == 8
    assert np.linalg.eigvalsh(document["strain"]) == pytest.approx(np.linalg.eigvalsh(truth.strain), abs=2e-6)
    assert document["largest_strain"] == pytest.approx(0.04, abs=1e-6)
    assert [one["site"] for one in document["vacant"]] in (["Li@4f"], ["Li@2b"])
    assert document["interstitials"] == document["antisites"] == []
    assert [(one["element"], one["site"][:2]) for one in document["dopants"]] == [("Mg", "Li")]
    assert {one["site"] for one in document["displacement"]} == {"N@2c", "Li@2b", "Li@4f"}
    for one in document["displacement"]:
        assert 0 < one["mean_A"] <= one["max_A"] < 0.2
    assert sum(one["atoms"] for one in document["displacement"]) == 63
    assert document["space_group"]["parent"] == {"number": 194, "symbol": "P6_3/mmc"}
    assert document["space_group"]["relaxed"]["number"] == 1


def test_an_index_is_that_of_the_occupation_and_the_position_is_empty(relaxed):
    path, _ = relaxed
    document = json.loads(run("map", "beta-Li3N", path, "--json").out)
    atoms = load(str(path))
    occupation = Occupation.of(load("beta-Li3N"), atoms)
    assert [one["index"] for one in document["vacant"]] == occupation.vacant.tolist()
    place = np.array(document["vacant"][0]["position"])
    away = atoms.frac_coords - place
    assert np.linalg.norm((away - np.round(away)) @ atoms.lattice, axis=1).min() > 1.5


def test_the_atom_displaced_farthest_is_named(tmp_path):
    structure = load("alpha-Li3N").structure.make_supercell(3, in_place=False)
    number = next(n for n, site in enumerate(structure) if site.properties["wyckoff"] == "2c")
    structure.translate_sites([number], [0.3, 0, 0], frac_coords=False)
    Poscar(structure).write_file(tmp_path / "POSCAR")
    document = json.loads(run("map", "alpha-Li3N", tmp_path / "POSCAR", "--json").out)
    row = next(one for one in document["displacement"] if one["site"] == "Li@2c")
    assert (row["atom"], row["max_A"]) == (number + 1, pytest.approx(0.3, abs=1e-6))
    assert row["mean_A"] == pytest.approx(0.3 / row["atoms"], abs=1e-4)


@pytest.mark.parametrize(
    ("name", "vacant", "interstitials", "dopants"),
    [("Li2O_frenkel", 1, 1, 0), ("Li2O_Mg_vac", 1, 0, 1), ("Li2O_vac_r30", 1, 0, 0), ("Li2O_vac_shift02", 1, 0, 0)],
)
def test_the_shared_structures(name, vacant, interstitials, dopants):
    found = run("map", shared("cases/migration/Li2O.cif"), shared(f"cases/migration/{name}.vasp"), "--json")
    document = json.loads(found.out)
    assert [len(document[key]) for key in ("vacant", "interstitials", "dopants")] == [vacant, interstitials, dopants]
    for one in document["interstitials"]:
        assert one["nearest"][0]["distance_A"] > 1.0


def test_an_interstitial_is_shown_with_all_sites_as_near_as_the_nearest():
    """Between eight lithium sites of antifluorite, at half of the body diagonal of their cube: 4.62 * sqrt(3) / 4."""
    found = run("map", shared("cases/migration/Li2O.cif"), shared("cases/migration/Li2O_frenkel.vasp"))
    assert "8 x Li@8c 2.001" in found.out


def test_the_terminal_says_the_same(relaxed):
    path, _ = relaxed
    found = run("map", "beta-Li3N", path)
    assert found.code == 0
    for words in ("8 cells", "turned by", "at most 4.000%", "dopant", "Space group P1"):
        assert words in " ".join(found.out.split()), words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("map", "beta-Li3N", "nothing.vasp"), "there is no such file"),
        (("map", "beta-Li3N", "alpha-Li3N-Li2c-vacancies"), "partly filled"),
        (("map", "beta-Li3N", "Li2ZrN2"), "of their own"),
    ],
)
def test_bad_input_is_one_line(arguments, words):
    found = run(*arguments)
    assert found.code == 2
    assert words in found.err or "none of the parent" in found.err or "on no site" in found.err
    assert len(found.err.strip().splitlines()) == 1


def test_a_frenkel_pair_is_named_with_its_site_and_how_far_it_is(tmp_path):
    beta = load("beta-Li3N")
    atoms = beta.atoms().repeat((3, 3, 2))
    moved = next(number for number, symbol in enumerate(atoms.symbols) if symbol == "Li") + 2
    home, away = atoms.positions[moved].copy(), np.array([1.0, 1.0, 1.0]) @ np.array(beta.atoms().cell)  # 2a
    atoms.positions[moved] = away
    atoms.wrap()
    atoms.write(tmp_path / "POSCAR", format="vasp")
    document = json.loads(run("map", "beta-Li3N", tmp_path / "POSCAR", "--json").out)
    (vacant,), (stray,), (pair,) = (document[key] for key in ("vacant", "interstitials", "frenkel_pairs"))
    assert (pair["element"], pair["site"], pair["atom"]) == ("Li", vacant["site"], stray["atom"])
    cell = np.array(atoms.cell)
    apart = (home - away) @ np.linalg.inv(cell)
    assert pair["distance_A"] == pytest.approx(np.linalg.norm((apart - np.round(apart)) @ cell), abs=0.02)
    assert "Frenkel pair" in run("map", "beta-Li3N", tmp_path / "POSCAR").out


def test_a_vacancy_beside_a_dopant_between_sites_is_no_frenkel_pair(tmp_path):
    beta = load("beta-Li3N")
    atoms = beta.atoms().repeat((3, 3, 2))
    del atoms[next(number for number, symbol in enumerate(atoms.symbols) if symbol == "Li")]
    atoms.append("O")
    atoms.positions[-1] = np.array([1.0, 1.0, 1.0]) @ np.array(beta.atoms().cell)
    atoms.write(tmp_path / "POSCAR", format="vasp", sort=True)
    document = json.loads(run("map", "beta-Li3N", tmp_path / "POSCAR", "--json").out)
    assert (len(document["vacant"]), len(document["interstitials"]), document["frenkel_pairs"]) == (1, 1, [])

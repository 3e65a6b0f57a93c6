"""Displaced atoms are found on the sites they came from, whatever was done to their cell."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nitrivac import load
from nitrivac.catalog import material_ids
from nitrivac.crystal import Occupation, crystal_from_structure
from nitrivac.errors import NitrivacError, UnsupportedError
from nitrivac.io.ase_atoms import to_atoms
from tests.crystal.occupation.disturbed import OTHER_VECTORS, disturbed


def resolved():
    for name in material_ids():
        try:
            yield load(name)
        except NitrivacError:  # amorphous or unresolved
            continue


@pytest.mark.slow
@pytest.mark.parametrize("moved", [0.1, 0.2, 0.3])
def test_every_compound_in_2x2x2_maps_back_site_by_site(moved):
    rng = np.random.default_rng(int(10 * moved))
    number = 0
    for crystal in resolved():
        truth = disturbed(crystal, rng, moved=moved)
        found = Occupation.of(crystal, truth.structure)
        assert not found.interstitials, crystal.provenance.source
        assert np.array_equal(found.atoms[truth.sites], np.arange(len(truth.sites))), crystal.provenance.source
        number += 1
    assert number > 50


@pytest.mark.slow
def test_every_compound_is_found_strained_turned_shifted_and_in_other_vectors():
    rng = np.random.default_rng(5)
    for crystal in resolved():
        truth = disturbed(
            crystal, rng, moved=0.1, strain=0.095, turned=True, shift=rng.random(3), vacancies=1, vectors=OTHER_VECTORS
        )
        found = Occupation.of(crystal, truth.structure)
        names = np.full(len(found.occupants), "vacancy", dtype="U8")
        names[truth.sites] = [site.specie.symbol for site in truth.structure]
        expected = Occupation.ideal(crystal, found.supercell, names)
        addresses = expected.orbits[truth.sites]
        assert not found.interstitials, crystal.provenance.source
        assert not len(found.antisites), crystal.provenance.source
        assert sorted(Counter(found.orbits[found.atoms >= 0]).values()) == sorted(Counter(addresses.tolist()).values())
        assert found.largest_strain == pytest.approx(0.095, abs=1e-6)
        assert np.linalg.eigvalsh(found.strain) == pytest.approx(np.linalg.eigvalsh(truth.strain), abs=1e-9)
        lengths = np.linalg.norm(found.displacements[found.atoms >= 0], axis=1)
        assert lengths.mean() == pytest.approx(0.1, abs=0.03), crystal.provenance.source


SMALL = ("beta-Li3N", "alpha-Li3N", "Li9N2Cl3", "Li2ZrN2", "Li5NCl2-ordered", "Li3BN2-I41amd")


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(SMALL),
    seed=st.integers(0, 2**31),
    moved=st.floats(0, 0.25),
    strain=st.floats(0, 0.09),
    turned=st.booleans(),
    shifted=st.booleans(),
    vacancies=st.integers(0, 3),
    matrix=st.sampled_from([2, [[2, 1, 0], [0, 2, 0], [0, -1, 2]], [[3, 0, 0], [0, 2, 0], [1, 0, 2]]]),
)
def test_vacancies_and_strain_come_back(name, seed, moved, strain, turned, shifted, vacancies, matrix):
    crystal, rng = load(name), np.random.default_rng(seed)
    shift = rng.random(3) if shifted else (0, 0, 0)
    truth = disturbed(
        crystal, rng, matrix=matrix, moved=moved, strain=strain, turned=turned, shift=shift, vacancies=vacancies
    )
    found = Occupation.of(crystal, truth.structure)
    assert not found.interstitials
    assert len(found.vacant) == len(found.occupants) - len(truth.sites)
    assert found.largest_strain == pytest.approx(strain, abs=1e-6)
    expected = Counter(crystal.orbit_of_site[found.supercell.parent_site[truth.sites]].tolist())
    assert sorted(Counter(found.orbits[found.atoms >= 0].tolist()).values()) == sorted(expected.values())
    assert found.supercell.cells == round(np.linalg.det(np.eye(3) * matrix if np.isscalar(matrix) else matrix))


def test_strain_and_rotation_are_those_that_were_made():
    crystal, rng = load("Li5NCl2-ordered"), np.random.default_rng(3)
    truth = disturbed(crystal, rng, moved=0.05, strain=0.06, turned=True)
    found = Occupation.of(crystal, truth.structure)
    ideal = found.supercell.lattice @ (np.eye(3) + found.strain) @ found.rotation
    assert ideal == pytest.approx(truth.structure.lattice.matrix, abs=1e-9)
    assert found.rotation @ found.rotation.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(found.rotation) == pytest.approx(1)


def test_pymatgen_ase_and_crystals_are_taken_alike():
    crystal = load("beta-Li3N")
    truth = disturbed(crystal, np.random.default_rng(1), moved=0.1, vacancies=1)
    own = crystal_from_structure(truth.structure)
    found = [Occupation.of(crystal, one) for one in (truth.structure, own, to_atoms(own))]
    for one in found:
        assert one.atoms.tolist() == found[0].atoms.tolist()
        assert one.displacements == pytest.approx(found[0].displacements)


def test_the_origin_is_the_nearest_of_the_equivalent_ones():
    crystal = load("Li9N2Cl3")  # cubic F: there are four in each cell, as the operations without a rotation say
    group = crystal.space_group
    steps = group.translations[(group.rotations == np.eye(3)).all(axis=(1, 2))]
    assert len(steps) == 4
    around = np.array(np.meshgrid(*[[-1, 0, 1]] * 3)).reshape(3, -1).T
    for shift in ((0.01, 0.0, 0.02), (0.26, 0.24, 0.01), (0.49, 0.02, 0.24)):
        truth = disturbed(crystal, np.random.default_rng(2), moved=0.1, shift=shift)
        found = Occupation.of(crystal, truth.structure)
        away = np.array(shift) * 2 + (steps[:, None] + around).reshape(-1, 3)
        shortest = np.linalg.norm(away @ crystal.lattice, axis=1).min()
        assert np.linalg.norm(found.drift) == pytest.approx(shortest, abs=0.05)
        assert not found.interstitials


def test_like_keeps_the_supercell_and_the_origin():
    crystal, rng = load("beta-Li3N"), np.random.default_rng(4)
    first = disturbed(crystal, rng, moved=0.1, vacancies=1, shift=(0.3, 0.2, 0.1), turned=True)
    known = Occupation.of(crystal, first.structure)
    moved = first.structure.copy()
    moved.perturb(0.15)
    again = Occupation.of(crystal, moved, like=known)
    assert again.occupants.tolist() == known.occupants.tolist()
    assert again.supercell == known.supercell


def beta(change=None):
    """beta-Li3N in 3x3x2 cells and the numbers of its lithium atoms on 4f, changed."""
    structure = load("beta-Li3N").structure
    structure.make_supercell((3, 3, 2))
    lithium = [number for number, site in enumerate(structure) if site.properties["wyckoff"] == "4f"]
    if change:
        change(structure, lithium)
    return structure, lithium


def test_a_frenkel_pair_is_a_vacancy_and_an_interstitial():
    crystal = load("beta-Li3N")

    def pair(structure, lithium):
        structure.perturb(0.05)
        structure.translate_sites([lithium[5]], [0.1, 0.03, 0.09], frac_coords=True)

    structure, lithium = beta(pair)
    found = Occupation.of(crystal, structure)
    (between,) = found.interstitials
    assert between.atom == lithium[5]
    assert between.element == "Li"
    assert [found.address(site) for site in found.vacant.tolist()] == ["Li@4f"]
    nearest = structure.get_neighbors(structure[lithium[5]], 4)
    site, distance = between.nearest[0]
    assert distance == pytest.approx(min(one.nn_distance for one in nearest), abs=0.1)
    assert found.atoms[site] >= 0
    assert found.crystal.orbits[-1].label == "I-Li-1"
    assert found.crystal.n_sites == len(structure)


def test_dopants_and_antisites_are_named():
    def change(structure, lithium):
        nitrogen = [number for number, site in enumerate(structure) if site.specie.symbol == "N"]
        structure.replace(lithium[2], "Mg")
        structure.replace(nitrogen[3], "Li")
        structure.replace(lithium[9], "N")
        structure.remove_sites([lithium[-1]])

    structure, lithium = beta(change)
    found = Occupation.of(load("beta-Li3N"), structure)
    assert [found.elements[site] for site in found.dopants] == ["Mg"]
    assert sorted(found.elements[site] for site in found.antisites) == ["Li", "N"]
    assert found.atoms[found.dopants].tolist() == [lithium[2]]
    assert len(found.vacant) == 1


@pytest.mark.parametrize("share", [0.2, 0.45, 0.5, 0.55])
def test_an_atom_midway_is_said_and_not_guessed(share):
    crystal = load("beta-Li3N")
    structure, lithium = beta()
    first = lithium[-1]
    near = sorted(structure.get_neighbors(structure[first], 2.4), key=lambda one: one.nn_distance)
    target = next(one for one in near if one.properties["wyckoff"] == "4f")
    vector = (target.coords - structure[first].coords) * share
    structure.translate_sites([first], vector, frac_coords=False)
    structure.remove_sites([target.index])
    found = Occupation.of(crystal, structure)
    said = [one for one in found.ambiguities if first - (target.index < first) in one.atoms]
    assert len(said) == (share != 0.2)
    if share != 0.2:
        assert "vacant Li@4f" in said[0].words
        assert f"{target.nn_distance * min(share, 1 - share):.2f}" in said[0].words


def test_two_atoms_that_share_a_site_are_said():
    def change(structure, lithium):
        place = structure[lithium[3]].frac_coords
        structure.translate_sites([lithium[3]], [0, 0, 0.04])
        structure.append("Li", place - [0, 0, 0.045])

    structure, lithium = beta(change)
    found = Occupation.of(load("beta-Li3N"), structure)
    (between,) = found.interstitials
    assert any(set(one.atoms) == {between.atom, lithium[3]} or "share" in one.words for one in found.ambiguities)


@pytest.mark.parametrize(
    ("parent", "other", "words"),
    [
        ("beta-Li3N", "alpha-Li3N", "on no site|none of the parent's|root mean square"),
        ("beta-Li3N", "Li9N2Cl3", "on no site|none of the parent's|of their own"),
        ("Li2ZrN2", "beta-Li3N", "on no site|none of the parent's|of their own"),
    ],
)
def test_another_compound_is_refused(parent, other, words):
    truth = disturbed(load(other), np.random.default_rng(0))
    with pytest.raises(UnsupportedError, match=words):
        Occupation.of(load(parent), truth.structure)


def test_partly_filled_sites_are_refused():
    with pytest.raises(UnsupportedError, match="partly filled"):
        Occupation.of(load("alpha-Li3N"), load("Li9N2Cl3"))


@pytest.mark.parametrize("nitrogen", [8, 14, 26, 40])
def test_a_mixed_site_may_hold_any_share_of_its_elements(nitrogen):
    """48 anions are 12 cells of 4, however many of them are nitrogen; lithium vacancies do not tell."""
    crystal = load("Li9N2Cl3")
    structure = crystal.structure.make_supercell([2, 2, 3], in_place=False)
    anions = [number for number, site in enumerate(structure) if any(one.symbol == "Cl" for one in site.species)]
    rng = np.random.default_rng(nitrogen)
    for place, number in enumerate(rng.permutation(anions).tolist()):
        structure.replace(number, "N" if place < nitrogen else "Cl")
    lithium = [number for number in range(len(structure)) if number not in anions]
    for number in lithium:
        structure.replace(number, "Li")
    structure.remove_sites(rng.permutation(lithium)[:9].tolist())
    found = Occupation.of(crystal, structure.perturb(0.1))
    assert (found.supercell.cells, len(found.vacant), len(found.interstitials)) == (12, 9, 0)

"""Crystals from Wyckoff sites: contents, multiplicities, orbits; and the guards against sites typed wrong."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core.lattice import Lattice
from pymatgen.core.structure import Structure

import nitrivac.errors
from nitrivac import load
from nitrivac.catalog import get_material, materials
from nitrivac.crystal import Crystal, crystal_from_structure
from nitrivac.crystal.build import AsymmetricSite, crystal_from_asymmetric_unit
from nitrivac.crystal.orbit import Occupant, Provenance
from nitrivac.crystal.supercells.permutations import crystal_permutations
from nitrivac.errors import AddressError, BuildError, NitrivacError, RecordError, UnknownMaterialError
from nitrivac.symmetry.space_group import parse_space_group
from nitrivac.symmetry.wyckoff import wyckoff_positions
from tests.symmetry.test_wyckoff import invariant_lattice, point_on

WITH_SITES = [material.id for material in materials() if material.sites]


def assert_crystal(crystal):
    """What must hold for every crystal, however it was made."""
    owner = np.concatenate([orbit.indices for orbit in crystal.orbits])
    assert sorted(owner) == list(range(crystal.n_sites))
    permutations = crystal_permutations(crystal)
    assert len({tuple(row) for row in permutations.tolist()}) <= crystal.space_group.order
    for orbit in crystal.orbits:
        images = permutations[:, orbit.indices]
        assert set(np.unique(images)) == set(orbit.indices.tolist())
        reached = set(permutations[:, orbit.indices[0]].tolist())
        assert reached == set(orbit.indices.tolist())
        if crystal.space_group.is_tabulated:
            assert len(orbit.indices) == orbit.multiplicity
        assert 0 < orbit.total_occupancy <= 1 + 1e-9
        assert crystal.find(crystal.address(orbit)) is orbit
    assert not crystal.frac_coords.flags.writeable
    assert not crystal.lattice.flags.writeable


@pytest.mark.parametrize("identifier", WITH_SITES)
def test_every_record_builds_what_it_states(identifier):
    material, crystal = get_material(identifier), load(identifier)
    assert_crystal(crystal)
    assert crystal.space_group.number == material.space_group.number
    assert [orbit.wyckoff for orbit in crystal.orbits] == [site.wyckoff for site in material.sites]
    assert crystal.n_sites == sum(site.multiplicity for site in material.sites)
    if material.charge_neutral and crystal.charge is not None:
        assert abs(crystal.charge) < 1e-3


@pytest.mark.parametrize(
    ("identifier", "sites", "addresses"),
    [
        ("alpha-Li3N", 4, ["N@1a", "Li@1b", "Li@2c"]),
        ("beta-Li3N", 8, ["N@2c", "Li@2b", "Li@4f"]),
        ("gamma-Li3N", 16, ["N@4a", "Li@4b", "Li@8c"]),
        ("Li9N2Cl3", 12, ["N/Cl@4a", "Li@8c"]),
        ("alpha-Li10P4N10", 216, ["P@32e", "N@48f", "N@32e", "Li@48f", "Li@16c", "Li@8b", "Li@32e"]),
        ("Li5NBr2", 16, ["N@2a", "Li@2c", "Li@8n", "Br@4g"]),
    ],
)
def test_known_contents(identifier, sites, addresses):
    crystal = load(identifier)
    assert crystal.n_sites == sites
    assert [crystal.address(orbit) for orbit in crystal.orbits] == addresses


@pytest.mark.parametrize("address", ["Li@4f", "Li@f", "4f", "f", "Li2", " Li@4f "])
def test_addresses_of_one_site(address):
    assert load("beta-Li3N").find(address).label == "Li2"


def test_mixed_sites_answer_to_each_element():
    crystal = load("Li9N2Cl3")
    for address in ("N@4a", "Cl@4a", "N/Cl@4a", "4a", "X1"):
        assert crystal.find(address).label == "X1"


@pytest.mark.parametrize(
    ("address", "words"), [("Li@2c", ["Li@4f", "N@2c"]), ("Na@4f", ["Li@4f"]), ("", ["Li@4f"]), ("@", [])]
)
def test_unknown_addresses_list_what_there_is(address, words):
    with pytest.raises(AddressError) as error:
        load("beta-Li3N").find(address)
    for word in words:
        assert word in str(error.value)


def test_an_ambiguous_address_lists_the_labels():
    with pytest.raises(AddressError, match=r"Li1 .*Li2"):
        load("Li4PN3").find("Li@8e")


@pytest.mark.parametrize("identifier", ["Li5NI2", "LiPON", "Li2GeN2", "Li13N4Br"])
def test_what_has_no_structure_says_why(identifier):
    with pytest.raises(BuildError, match=get_material(identifier).status) as error:
        load(identifier)
    assert get_material(identifier).reason in str(error.value)


def site(label, element, xyz, wyckoff="", occupancy=1.0):
    return AsymmetricSite(label=label, occupants=(Occupant(element=element, occupancy=occupancy),), xyz=xyz, wyckoff=wyckoff)


HEXAGONAL = Lattice.hexagonal(3.552, 6.311).matrix


@pytest.mark.parametrize("third", [0.33, 0.3335, 0.334])
def test_thirds_typed_short_are_refused_where_they_double_sites(third):
    with pytest.raises(BuildError, match=r"symmetry element|not 2c"):
        crystal_from_asymmetric_unit(
            HEXAGONAL, parse_space_group(194), [site("N1", "N", (third, 2 * third, 0.25), "2c")], Provenance(source="test"),
            tolerance=1e-5,
        )  # fmt: skip


def test_the_other_origin_makes_another_compound_and_is_refused():
    material = get_material("alpha-Li10P4N10")
    sites = [
        site(one.label, next(iter(one.species)), one.xyz, one.wyckoff, next(iter(one.species.values())))
        for one in material.sites
    ]
    cell = Lattice.cubic(material.lattice.a).matrix
    built = crystal_from_asymmetric_unit(cell, parse_space_group("Fd-3m:2"), sites, Provenance(source="test"))
    assert built.n_sites == 216
    with pytest.raises(BuildError):
        crystal_from_asymmetric_unit(cell, parse_space_group("Fd-3m:1"), sites, Provenance(source="test"))


def test_two_atoms_on_one_spot_are_refused_but_a_split_site_is_not():
    group, cell = parse_space_group("P1"), np.eye(3) * 5
    close = [(0.1, 0.1, 0.1), (0.13, 0.1, 0.1)]
    with pytest.raises(BuildError, match="one spot"):
        crystal_from_asymmetric_unit(
            cell, group, [site("Li1", "Li", close[0]), site("Li2", "Li", close[1])], Provenance(source="test")
        )
    halves = [site("Li1", "Li", close[0], occupancy=0.5), site("Li2", "Li", close[1], occupancy=0.5)]
    assert crystal_from_asymmetric_unit(cell, group, halves, Provenance(source="test")).n_sites == 2


@pytest.mark.parametrize("identifier", ["beta-Li3N", "Li9N2Cl3", "Li5NBr2", "alpha-Li7VN4", "Li18P6N16", "Li4NCl"])
def test_a_structure_without_stated_symmetry_gives_the_same_crystal(identifier):
    published = load(identifier)
    found = crystal_from_structure(published.structure)
    assert found.space_group.setting == published.space_group.setting
    assert [orbit.wyckoff for orbit in found.orbits] == [orbit.wyckoff for orbit in published.orbits]
    assert_crystal(found)


@pytest.mark.parametrize("identifier", ["Li9N2Cl3", "alpha-Li10P4N10", "Li4NCl", "Li5NBr2"])
def test_the_primitive_cell_has_the_same_orbits(identifier):
    published = load(identifier)
    primitive = crystal_from_structure(published.structure.get_primitive_structure())
    assert primitive.n_sites < published.n_sites
    assert primitive.space_group.number == published.space_group.number
    assert sorted(orbit.multiplicity for orbit in primitive.orbits) == sorted(
        orbit.multiplicity for orbit in published.orbits
    )
    assert primitive.formula == crystal_from_structure(published.structure).formula
    assert_crystal(primitive)


def test_a_supercell_keeps_conventional_multiplicities():
    structure = load("beta-Li3N").structure
    structure.make_supercell([3, 3, 2])
    crystal = crystal_from_structure(structure)
    assert [crystal.address(orbit) for orbit in crystal.orbits] == ["N@2c", "Li@2b", "Li@4f"]
    assert [len(orbit.indices) for orbit in crystal.orbits] == [36, 36, 72]
    assert crystal.space_group.order == 24 * 18
    assert_crystal(crystal)


def test_the_origin_decides_the_letter_in_the_setting_as_given():
    structure = load("beta-Li3N").structure
    structure.translate_sites(range(8), [0, 0, 0.5])
    assert crystal_from_structure(structure).find("N@2d").elements == ("N",)


@pytest.mark.parametrize("identifier", ["beta-Li3N", "Li9N2Cl3", "LiC6N4"])
def test_plain_data_make_the_same_crystal(identifier):
    crystal = load(identifier)
    again = Crystal.from_dict(json.loads(json.dumps(crystal.as_dict())))
    assert again.as_dict() == crystal.as_dict()
    assert_crystal(again)


@pytest.mark.parametrize(
    "spoil", [{"schema_version": 99}, {"@class": "Structure"}, {"lattice": None}, {"orbits": [{"label": "x"}]}]
)
def test_foreign_data_are_refused(spoil):
    with pytest.raises((BuildError, ValueError)):
        Crystal.from_dict(load("beta-Li3N").as_dict() | spoil)


def test_every_error_survives_a_process_boundary():
    classes = [getattr(nitrivac.errors, name) for name in nitrivac.errors.__all__]
    for kind in classes:
        error = pickle.loads(pickle.dumps(kind("what, where, what instead")))
        assert type(error) is kind
        assert str(error) == "what, where, what instead"
        assert isinstance(error, NitrivacError)
        assert isinstance(error, (ValueError, OSError, RuntimeError, ImportError)) or kind is NitrivacError
    assert issubclass(UnknownMaterialError, ValueError)
    assert issubclass(RecordError, ValueError)


def test_occupancies_that_cannot_be_are_refused():
    for composition in ({"Li": 0.7, "Na": 0.4}, {"Li": 1.2}):
        with pytest.raises((BuildError, ValueError)):
            crystal_from_structure(Structure(Lattice.cubic(4), [composition], [[0, 0, 0]]))


@settings(max_examples=40, deadline=None)
@given(number=st.integers(1, 230), data=st.data())
def test_random_wyckoff_words_come_back_from_a_symmetry_search(number, data):
    """Build from random positions; spglib must find the group or one that contains it, with no fewer operations."""
    group = parse_space_group(number)
    lattice = invariant_lattice(group)
    rng = np.random.default_rng(data.draw(st.integers(0, 2**31)))
    positions = wyckoff_positions(number)
    chosen = [positions[-1], *data.draw(st.lists(st.sampled_from(positions), min_size=1, max_size=3))]
    elements = ["Li", "N", "P", "O"]
    sites = []
    for serial, position in enumerate(chosen):
        occupancy = float(rng.choice([1.0, 0.5, 0.3]))
        sites.append(
            AsymmetricSite(
                label=f"X{serial}",
                occupants=(Occupant(element=elements[serial], occupancy=occupancy),),
                xyz=tuple(point_on(group, position, rng)),
                wyckoff=position.symbol,
            )
        )
    try:
        crystal = crystal_from_asymmetric_unit(lattice, group, sites, Provenance(source="random"))
    except BuildError as error:
        if not any(words in str(error) for words in ("one spot", "one position", "symmetry element", "as stated")):
            raise
        return
    assert_crystal(crystal)
    found = crystal_from_structure(crystal.structure, symprec=1e-4)
    assert found.space_group.order % group.order == 0
    assert found.space_group.order >= group.order

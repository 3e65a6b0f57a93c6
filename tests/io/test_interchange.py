"""pymatgen, ASE and OPTIMADE: every crystal of the catalogue there and back, and what would fill a vacancy refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from ase.spacegroup import crystal as ase_crystal
from pymatgen.core import Structure

from nitrivac import load, materials
from nitrivac.crystal.model import Crystal
from nitrivac.crystal.orbit import Occupant, Orbit, Provenance
from nitrivac.errors import BuildError, ReadError, UnsupportedError
from nitrivac.io.ase_atoms import crystal_from_atoms, to_atoms
from nitrivac.io.optimade_read import crystal_from_optimade
from nitrivac.io.optimade_write import optimade_entry, whole_proportions
from nitrivac.symmetry.space_group import parse_space_group
from nitrivac.vacancies import average_crystal, parse_specification

WITH_SITES = [material.id for material in materials() if material.sites]


def what_is_where(crystal):
    """Labels, Wyckoff positions, occupancies and oxidation states, to the last digit."""
    return [
        (orbit.label, orbit.wyckoff, sorted((one.element, one.occupancy, one.oxidation) for one in orbit.occupants))
        for orbit in crystal.orbits
    ]


def assert_same_crystal(again, crystal):
    assert what_is_where(again) == what_is_where(crystal)
    assert again.space_group.setting == crystal.space_group.setting
    assert again.space_group.number == crystal.space_group.number
    assert np.allclose(again.lattice, crystal.lattice, atol=1e-12)
    away = again.frac_coords - crystal.frac_coords
    assert np.abs(away - np.round(away)).max() < 1e-12
    assert again.charge == crystal.charge


@pytest.mark.parametrize("identifier", WITH_SITES)
def test_every_crystal_comes_back_from_pymatgen_and_optimade(identifier):
    crystal = load(identifier)
    assert_same_crystal(load(crystal.structure), crystal)
    assert_same_crystal(load(Structure.from_dict(json.loads(json.dumps(crystal.structure.as_dict())))), crystal)
    assert_same_crystal(crystal_from_optimade(json.loads(json.dumps(optimade_entry(crystal)))), crystal)


@pytest.mark.parametrize("identifier", WITH_SITES)
def test_ase_takes_whole_atoms_there_and_back_and_no_others(identifier):
    crystal = load(identifier)
    if crystal.is_ordered:
        assert_same_crystal(load(to_atoms(crystal)), crystal)
        return
    with pytest.raises(UnsupportedError, match="whole atoms only") as error:
        to_atoms(crystal)
    partial = [orbit for orbit in crystal.orbits if not orbit.is_ordered]
    assert all(crystal.address(orbit) in str(error.value) for orbit in partial)


def test_pymatgen_sites_carry_label_wyckoff_and_oxidation_state():
    structure = load("beta-Li3N-vacancy-rich-refined").structure
    assert structure.site_properties["wyckoff"] == [site.properties["address"].rpartition("@")[2] for site in structure]
    assert set(structure.site_properties["label"]) == {"N1", "Li1", "Li2"}
    assert {species.oxi_state for site in structure for species in site.species} == {1, -3}
    assert min(sum(site.species.values()) for site in structure) == pytest.approx(0.919)


def test_a_structure_without_labels_of_its_own_gets_running_numbers():
    structure = load("beta-Li3N").structure
    plain = Structure(structure.lattice, [site.specie for site in structure], structure.frac_coords)
    assert [orbit.label for orbit in load(plain).orbits] == ["N1", "Li1", "Li2"]


def test_occupancies_that_ase_keeps_in_info_are_put_back():
    atoms = ase_crystal(
        ["N", "Cl", "Li"],
        [(0, 0, 0), (0, 0, 0), (0.25, 0.25, 0.25)],
        spacegroup=225,
        cellpar=[5.4, 5.4, 5.4, 90, 90, 90],
        occupancies=[0.4, 0.6, 0.9],
        onduplicates="keep",
    )
    assert str(atoms.symbols) == "Cl4Li8"  # what ASE shows: every site full
    crystal = crystal_from_atoms(atoms)
    assert crystal.contents == pytest.approx({"N": 1.6, "Cl": 2.4, "Li": 7.2})
    assert crystal.find("Li@8c").vacancy == pytest.approx(0.1)
    changed = atoms.copy()
    changed.symbols[5] = "Na"
    with pytest.raises(BuildError, match=r"atom 6 is Na.*holds Li"):
        crystal_from_atoms(changed)
    del atoms.arrays["spacegroup_kinds"]
    with pytest.raises(BuildError, match="spacegroup_kinds"):
        crystal_from_atoms(atoms)


def test_oxidation_states_that_ase_carries_may_be_missing_for_some():
    atoms = to_atoms(load("beta-Li3N"))
    atoms.arrays["oxidation"][atoms.symbols == "N"] = np.nan
    again = load(atoms)
    assert {one.element: one.oxidation for orbit in again.orbits for one in orbit.occupants} == {"N": None, "Li": 1}
    assert again.charge is None


def attributes_of(identifier):
    return optimade_entry(load(identifier))["attributes"]


def test_vacancies_are_species_whose_concentrations_add_up_to_one():
    beta = load("beta-Li3N")
    refined = average_crystal(beta, parse_specification(beta, ["Li@4f=8.1(2)%", "N@2c=5.4(1)%"]))
    attributes = optimade_entry(refined)["attributes"]
    assert [(one["name"], one["chemical_symbols"], one["concentration"]) for one in attributes["species"]] == [
        ("N-vacancy", ["N", "vacancy"], [0.946, 0.054]),
        ("Li", ["Li"], [1.0]),
        ("Li-vacancy", ["Li", "vacancy"], [0.919, 0.081]),
    ]
    assert attributes["structure_features"] == ["disorder"]
    assert attributes["elements"] == ["Li", "N"]
    assert attributes["elements_ratios"] == pytest.approx([0.75, 0.25])
    assert (attributes["chemical_formula_reduced"], attributes["chemical_formula_anonymous"]) == ("Li3N", "A3B")
    assert attributes["nsites"] == len(attributes["species_at_sites"]) == 8
    assert attributes["_nitrivac_grade"] == "B"


def test_mixed_sites_vacancies_and_symmetry_together():
    attributes = attributes_of("Li9N2Cl3")
    assert [one["chemical_symbols"] for one in attributes["species"]] == [["N", "Cl"], ["Li", "vacancy"]]
    assert attributes["chemical_formula_reduced"] == "Cl3Li9N2"
    assert attributes["space_group_symbol_hermann_mauguin"] == "F m -3 m"
    assert len(attributes["space_group_symmetry_operations_xyz"]) == 192
    assert attributes_of("beta-Li3N")["structure_features"] == []


def test_a_cell_in_no_tabulated_setting_states_the_type_of_group_alone():
    structure = load("beta-Li3N").structure
    structure.make_supercell([3, 3, 2])
    attributes = optimade_entry(load(structure))["attributes"]
    assert attributes["space_group_it_number"] == 194
    assert "space_group_symmetry_operations_xyz" not in attributes
    assert "space_group_symbol_hall" not in attributes


@pytest.mark.parametrize("identifier", WITH_SITES)
def test_every_species_is_whole_and_every_formula_consistent(identifier):
    attributes = attributes_of(identifier)
    assert all(sum(one["concentration"]) == pytest.approx(1, abs=1e-12) for one in attributes["species"])
    assert sum(attributes["elements_ratios"]) == pytest.approx(1, abs=1e-12)
    assert attributes["elements"] == sorted(attributes["elements"])
    assert set(attributes["species_at_sites"]) == {one["name"] for one in attributes["species"]}
    ratios = np.array(whole_proportions(attributes["elements_ratios"]), dtype=float)
    assert ratios / ratios.sum() == pytest.approx(attributes["elements_ratios"], rel=1e-3)


def test_an_isotope_is_an_element_with_its_own_mass():
    crystal = Crystal(
        lattice=4 * np.eye(3),
        frac_coords=[[0, 0, 0], [0.5, 0.5, 0.5]],
        orbits=tuple(
            Orbit(
                label=f"{element}1",
                occupants=(Occupant(element=element, occupancy=share),),
                letter=letter,
                multiplicity=1,
                site_symmetry="m-3m",
                indices=[index],
            )
            for index, (element, letter, share) in enumerate([("D", "a", 0.75), ("Li", "b", 1.0)])
        ),
        space_group=parse_space_group("Pm-3m"),
        provenance=Provenance(source="made up"),
    )
    entry = optimade_entry(crystal)
    assert entry["attributes"]["elements"] == ["H", "Li"]
    assert entry["attributes"]["species"][0]["mass"] == [pytest.approx(2.014, abs=1e-3), 0.0]
    assert_same_crystal(crystal_from_optimade(entry), crystal)
    assert_same_crystal(load(crystal.structure), crystal)


def test_the_file_is_a_source_like_any_other(nitrivac, tmp_path):
    outcome = nitrivac("build", "Li9N2Cl3", "--format", "optimade", "-o", tmp_path)
    path = tmp_path / "Li9N2Cl3.optimade.json"
    assert outcome.out == f"{path}\n"
    assert_same_crystal(load(path), load("Li9N2Cl3"))
    assert nitrivac("verify", path, "--expect", "225").code == 0
    entry = json.loads(path.read_text(encoding="utf-8"))
    for response in ({"data": entry}, {"data": [entry], "meta": {}}, entry["attributes"]):
        path.write_text(json.dumps(response), encoding="utf-8")
        assert_same_crystal(load(path), load("Li9N2Cl3"))


def spoiled(**changes):
    entry = optimade_entry(load("Li9N2Cl3"))
    entry["attributes"] |= changes
    return entry


SPECIES = optimade_entry(load("Li9N2Cl3"))["attributes"]["species"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (spoiled(structure_features=["assemblies", "disorder"]), "assemblies"),
        (spoiled(assemblies=[{"sites_in_groups": [[0], [1]], "group_probabilities": [0.5, 0.5]}]), "assemblies"),
        (spoiled(structure_features=["implicit_atoms"]), "implicit_atoms"),
        (spoiled(dimension_types=[1, 1, 0], nperiodic_dimensions=2), "periodic"),
        (spoiled(lattice_vectors=[[1, 0, 0], [0, 1, 0], [None, None, None]]), "lattice_vectors"),
        (spoiled(lattice_vectors=[[1, 0, 0], [0, 1, 0], [1, 1, 0]]), "volume"),
        (spoiled(cartesian_site_positions=[[0, 0, 0]]), "cartesian_site_positions"),
        (spoiled(species_at_sites=None), "species_at_sites"),
        (spoiled(species=SPECIES[:1]), "Li-vacancy"),
        (spoiled(species=[*SPECIES, SPECIES[0]]), "same name"),
        (spoiled(species=[SPECIES[0], SPECIES[1] | {"concentration": [0.9, 0.05]}]), "0.95"),
        (spoiled(species=[SPECIES[0], SPECIES[1] | {"chemical_symbols": ["Li"], "concentration": [0.9]}]), "vacancy"),
        (spoiled(species=[SPECIES[0], SPECIES[1] | {"chemical_symbols": ["X", "vacancy"]}]), "'X'"),
        (spoiled(species=[SPECIES[0], SPECIES[1] | {"concentration": [1.1, -0.1]}]), "0 to 1"),
        (spoiled(species=[SPECIES[0], SPECIES[1] | {"attached": ["H"], "nattached": [1]}]), "attached"),
        ({"data": []}, "0 entries"),
        ({"data": {"id": "1", "type": "references", "attributes": {}}}, "references"),
    ],
)
def test_what_is_no_average_structure_is_refused(tmp_path, entry, words):
    path = tmp_path / "it.json"
    path.write_text(json.dumps(entry), encoding="utf-8")
    with pytest.raises(ReadError, match=words) as error:
        load(path)
    assert str(path) in str(error.value)


def test_a_site_of_nothing_but_vacancy_is_no_site():
    attributes = attributes_of("beta-Li3N")
    empty = {"name": "gap", "chemical_symbols": ["vacancy"], "concentration": [1.0]}
    attributes["species"] = [*attributes["species"], empty]
    attributes["species_at_sites"] = [*attributes["species_at_sites"], "gap"]
    attributes["cartesian_site_positions"] = [*attributes["cartesian_site_positions"], [0.0, 0.0, 0.0]]
    assert crystal_from_optimade(attributes).n_sites == 8


def test_printed_thirds_that_miss_one_by_a_digit_are_read():
    attributes = attributes_of("Li9N2Cl3")
    attributes["species"] = [
        attributes["species"][0] | {"concentration": [0.3333333333, 0.6666666666]},
        attributes["species"][1],
    ]
    assert crystal_from_optimade(attributes).contents["N"] == pytest.approx(4 / 3)


def test_the_model_of_optimade_python_tools_accepts_every_structure():
    models = pytest.importorskip("optimade.models")
    for identifier in WITH_SITES:
        resource = models.StructureResource(**optimade_entry(load(identifier)))
        assert resource.attributes.nsites == load(identifier).n_sites

"""What averages may say: bounds of local cases, alternatives never counted together, molecular anions as one."""

from __future__ import annotations

import numpy as np
import pytest
from pymatgen.core.lattice import Lattice
from pymatgen.core.structure import Structure

from nitrivac import load
from nitrivac.crystal import crystal_from_structure
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.polyhedra import analyze_polyhedra
from nitrivac.vacancies import average_crystal, parse_specification


def test_vacant_anions_bound_the_coordination():
    beta = load("beta-Li3N")
    average = average_crystal(beta, parse_specification(beta, ["Li@4f=6/72", "N@2c=1/18"]))
    found = {one.site: one for one in analyze_polyhedra(average).polyhedra}
    assert found["Li@2b"].mean == pytest.approx(3 * 17 / 18)
    assert (found["Li@4f"].fewest, found["Li@4f"].most) == (0, 4)
    assert all(one.average for one in found.values())


def test_split_anions_are_alternatives():
    # A nitrogen split over two half-filled positions 0.5 angstrom apart beside three whole ones: never five ligands.
    lattice = Lattice.cubic(12)
    ring = 1.9 * np.array([[1, 0, 0], [-0.5, np.sqrt(0.75), 0], [-0.5, -np.sqrt(0.75), 0]])
    points = np.vstack([[0, 0, 0], ring, [0.25, 0, 1.9], [-0.25, 0, 1.9]]) / 12 + 0.5
    species = ["Li", "N", "N", "N", {"N": 0.5}, {"N": 0.5}]
    (found,) = analyze_polyhedra(crystal_from_structure(Structure(lattice, species, points))).polyhedra
    assert found.coordination == 5
    assert (found.fewest, found.mean, found.most) == (3, 4, 4)


def test_frameworks_of_split_sites_are_refused_by_name():
    lattice = Lattice.cubic(8)
    points = np.array([[0, 0, 0], [1.2, 0, 1.2], [-1.2, 0, 1.2], [0, 1.2, -1.2], [0.3, -1.2, -1.2], [-0.3, -1.2, -1.2]]) / 8
    species = ["P", "N", "N", "N", {"N": 0.5}, {"N": 0.5}]
    crystal = crystal_from_structure(Structure(lattice, species, points))
    report = analyze_polyhedra(crystal)
    assert report.frameworks == ()
    assert "cannot both be filled" in report.refused[0]
    with pytest.raises(UnsupportedError, match=r"0\.60 angstrom apart"):
        analyze_polyhedra(crystal, centres=["P"])


def test_bridging_of_a_mixed_framework_is_bounded():
    # (Si2/3Li1/3): each of the four nitrogens bridges to one other such site, which holds silicon two times in three.
    (found,) = analyze_polyhedra(load("Li5SiN3")).frameworks
    assert found.q == {4: 1.0}
    assert found.q_local == (0, 4, pytest.approx(8 / 3, abs=1e-5))
    (ordered,) = analyze_polyhedra(load("LiPN2")).frameworks
    assert ordered.q_local is None


def test_carbon_of_cyanide_is_a_ligand():
    report = analyze_polyhedra(load("LiCN"))
    (lithium,) = report.polyhedra
    assert lithium.ligand_elements.count("N") == 3
    assert lithium.ligand_elements.count("C") == 1
    assert report.frameworks == ()
    assert [(one.formula, one.name) for one in report.molecules] == [("CN", "cyanide")]


@pytest.mark.parametrize(
    ("identifier", "formula", "name", "per_cell"),
    [
        ("Li2CN2", "CN2", "linear NCN", 2),
        ("LiC2N3", "C2N3", "dicyanamide", 4),
        ("LiC6N4", "C6N4", "tetracyanoethylenide", 2),
        ("alpha-Li3BN2", "BN2", "linear NBN", 2),
    ],
)
def test_molecular_anions(identifier, formula, name, per_cell):
    (found,) = analyze_polyhedra(load(identifier)).molecules
    assert (found.formula, found.name, found.per_cell) == (formula, name, per_cell)


def test_carbon_inside_a_molecule_is_no_centre():
    assert {one.centre for one in analyze_polyhedra(load("LiC6N4")).polyhedra} == {"Li"}


def test_cutoffs_can_be_replaced_and_are_checked():
    crystal = load("beta-Li3N")
    shorter = {one.site: one.coordination for one in analyze_polyhedra(crystal, cutoffs={"Li-N": 2.2}).polyhedra}
    assert shorter == {"Li@2b": 3, "Li@4f": 1}
    with pytest.raises(SpecificationError, match="Li-N"):
        analyze_polyhedra(crystal, cutoffs={"Li-O": 2.2})
    with pytest.raises(SpecificationError, match="between 0 and 6"):
        analyze_polyhedra(crystal, cutoffs={"Li-N": -1.0})


def test_anion_polyhedra_of_the_antifluorite():
    # (N,Cl)Li8 cubes share all twelve edges.
    report = analyze_polyhedra(load("Li9N2Cl3"), anions=True)
    cube = next(one for one in report.polyhedra if one.is_anion)
    assert (cube.coordination, cube.shape) == (8, "cube")
    rows = [one for one in report.sharing if one.start == cube.site]
    assert [(one.corner, one.edge, one.face) for one in rows] == [(6, 12, 0)] or [one.edge for one in rows] == [12]


def test_ligands_are_named_with_their_images():
    crystal = load("alpha-Li3N")
    for one in analyze_polyhedra(crystal).polyhedra:
        centre = crystal.frac_coords[crystal.find(one.site).indices[0]]
        for (index, image), distance in zip(one.ligand_sites, one.distances, strict=True):
            vector = (crystal.frac_coords[index] + image - centre) @ crystal.lattice
            assert np.linalg.norm(vector) == pytest.approx(distance)


def test_both_numbers_of_a_partly_filled_neighbourhood_are_in_the_table():
    """Three positions of nitrogen round 2b, each filled to 0.946: 2.838 ligands on average."""
    import csv

    report = analyze_polyhedra(load("beta-Li3N-vacancy-rich-refined"))
    (row,) = (one for one in csv.DictReader(report.csv().splitlines()) if one["site"] == "Li@2b")
    assert (row["coordination"], row["mean_coordination"]) == ("3", "2.838")
    assert (row["fewest_ligands"], row["most_ligands"]) == ("0", "3")
    (shown,) = (one.coordination_text for one in report.polyhedra if one.site == "Li@2b")
    assert shown == "2.84/3"

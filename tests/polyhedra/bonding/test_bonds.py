"""Bond lengths and angles: against a refinement's own list, against pymatgen, and against what symmetry demands."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter

import numpy as np
import pytest

from nitrivac import crystal_from_structure, load
from nitrivac.errors import NitrivacError, SpecificationError
from nitrivac.polyhedra import bond_geometry
from nitrivac.uncertain_number import number_with_uncertainty, parsed_uncertainty
from tests.crystal.test_uncertainty import beta, cif

__all__ = ["beta"]  # a fixture

# A ring and its neighbours in the structure of CCDC 1979688 (doi 10.1021/acs.orglett.0c01078), refined and listed by SHELXL
# with the full covariance matrix: cell and coordinates, then _geom_bond_distance and _geom_angle.
CELL = ("19.678(3)", "37.0229(9)", "4.7720(4)", "90", "90", "90")
ATOMS = """
C3 C 0.12367(11) 0.34684(6) 0.3437(5)
C4 C 0.17159(12) 0.31982(6) 0.3825(5)
O4 O 0.14805(8) 0.28609(4) 0.4503(4)
O5 O 0.27337(9) 0.26484(4) 0.3552(5)
C5 C 0.24236(11) 0.32684(6) 0.3402(5)
O6 O 0.23152(8) 0.42552(4) 0.1932(3)
C6 C 0.29485(12) 0.29983(6) 0.3375(6)
C7 C 0.36205(12) 0.30935(6) 0.3087(6)
C8 C 0.38186(12) 0.34604(6) 0.2800(6)
C9 C 0.33258(11) 0.37240(6) 0.2656(5)
C10 C 0.26263(12) 0.36330(6) 0.2877(5)
C11 C 0.21156(11) 0.39014(6) 0.2511(5)
C12 C 0.14374(12) 0.38230(6) 0.2726(5)
"""
LENGTHS = """
C3 C4 1.387(3)
C3 C12 1.412(3)
C4 O4 1.371(3)
C4 C5 1.431(3)
O5 C6 1.365(3)
C5 C10 1.430(3)
C5 C6 1.438(3)
O6 C11 1.395(3)
C6 C7 1.376(3)
C7 C8 1.419(3)
C8 C9 1.378(3)
C9 C10 1.421(3)
C10 C11 1.424(3)
C11 C12 1.370(3)
"""
ANGLES = """
C4 C3 C12 120.8(2)
O4 C4 C3 117.3(2)
O4 C4 C5 121.8(2)
C3 C4 C5 120.8(2)
C10 C5 C4 117.9(2)
C10 C5 C6 117.0(2)
C4 C5 C6 125.0(2)
O5 C6 C7 123.2(2)
O5 C6 C5 115.9(2)
C7 C6 C5 120.9(2)
C6 C7 C8 121.3(2)
C9 C8 C7 119.3(2)
C8 C9 C10 120.7(2)
C9 C10 C11 120.6(2)
C9 C10 C5 120.5(2)
C11 C10 C5 118.9(2)
C12 C11 O6 119.2(2)
C12 C11 C10 122.0(2)
O6 C11 C10 118.74(19)
C11 C12 C3 119.2(2)
"""


@pytest.fixture
def refined(tmp_path):
    return load(cif(tmp_path, "P 21 21 2", CELL, [line.split() for line in ATOMS.strip().splitlines()]))


def seen_from(crystal, centre, label):
    """Site and cell of the image of an atom that is nearest to another."""
    site = int(crystal.find(label).indices[0])
    return site, -np.round(crystal.frac_coords[site] - crystal.frac_coords[centre]).astype(int)


def vector(crystal, centre, end):
    return (crystal.frac_coords[end[0]] + end[1] - crystal.frac_coords[centre]) @ crystal.lattice


def angle_between(one, other):
    return math.degrees(math.acos(one @ other / np.linalg.norm(one) / np.linalg.norm(other)))


@pytest.mark.parametrize("line", LENGTHS.strip().splitlines())
def test_lengths_are_those_that_shelxl_lists(refined, line):
    first, second, listed = line.split()
    centre = int(refined.find(first).indices[0])
    end = seen_from(refined, centre, second)
    (uncertainty,) = refined.distance_uncertainties([centre], [end[0]], [end[1]])
    assert np.linalg.norm(vector(refined, centre, end)) == pytest.approx(float(listed.partition("(")[0]), abs=1.1e-3)
    assert uncertainty == pytest.approx(parsed_uncertainty(listed), abs=0.6e-3)


@pytest.mark.parametrize("line", ANGLES.strip().splitlines())
def test_angles_are_those_that_shelxl_lists(refined, line):
    first, corner, second, listed = line.split()
    centre = int(refined.find(corner).indices[0])
    ends = [seen_from(refined, centre, label) for label in (first, second)]
    (uncertainty,) = refined.angle_uncertainties([centre], [[site for site, _ in ends]], [[cell for _, cell in ends]])
    value = angle_between(*(vector(refined, centre, end) for end in ends))
    assert value == pytest.approx(float(listed.partition("(")[0]), abs=0.11)
    assert uncertainty == pytest.approx(parsed_uncertainty(listed), rel=0.12)


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "beta-Li3N", "Li2PO2N", "alpha-Li3BN2", "LiPN2", "LiSi2N3", "Li9S3N"])
def test_every_bond_and_angle_of_pymatgen_is_listed_once(identifier):
    crystal = load(identifier)
    found = bond_geometry(crystal)
    structure = crystal.structure
    for orbit in crystal.orbits:
        address, site = crystal.address(orbit), int(orbit.indices[0])
        bonds = [bond for bond in found.bonds if bond.site == address]
        if not bonds:
            continue
        (element,) = orbit.elements
        ends = [
            one
            for one in structure.get_neighbors(structure[site], 3.5)
            if one.nn_distance <= found.cutoffs.get(f"{element}-{one.specie.symbol}", 0.0)
        ]
        listed = Counter(round(bond.distance, 3) for bond in bonds for _ in range(bond.count))
        assert listed == Counter(round(one.nn_distance, 3) for one in ends)
        vectors = [one.coords - structure[site].coords for one in ends]
        expected = sorted(angle_between(vectors[i], vectors[j]) for i in range(len(ends)) for j in range(i))
        angles = sorted(angle.angle for angle in found.angles if angle.site == address for _ in range(angle.count))
        assert angles == pytest.approx(expected, abs=1e-3)


def test_what_symmetry_fixes_has_no_uncertainty(beta):
    found = bond_geometry(load(beta))
    angles = {(angle.site, round(angle.angle)): angle for angle in found.angles}
    assert angles["Li@2b", 120].angle_su is None
    assert angles["Li@2b", 120].count == 3
    # Li stands at a height over a triangle of nitrogen: half the angle has the sine sqrt(3)/2 cos(tilt).
    a, c, z = 3.552, 6.311, 0.57723
    height, radius = abs(c * (0.75 - z)), a / math.sqrt(3)
    tilt = math.atan2(height, radius)
    expected = math.degrees(2 * math.asin(math.cos(tilt) * math.sqrt(3) / 2))
    flat = angles["Li@4f", round(expected)]
    assert flat.angle == pytest.approx(expected, abs=1e-3)
    slope = -math.sqrt(3) * math.sin(tilt) / math.sqrt(1 - 0.75 * math.cos(tilt) ** 2)  # of the angle with the tilt
    reach = height**2 + radius**2
    parts = (
        radius / reach * c * 0.00012,  # z
        radius / reach * abs(0.75 - z) * 0.003,  # c
        height / reach * 0.002 / math.sqrt(3),  # a
    )
    assert flat.angle_su == pytest.approx(math.degrees(abs(slope)) * math.sqrt(sum(part**2 for part in parts)), rel=1e-3)
    straight = next(angle for angle in bond_geometry(load("alpha-Li3N")).angles if angle.site == "Li@1b")
    assert (straight.angle, straight.angle_su) == (pytest.approx(180), None)


def test_halves_of_a_split_site_make_no_angle():
    from pymatgen.core import Lattice, Structure

    halves = [[0.5, 0.5, 0.5 + shift] for shift in (0.06, -0.06)]  # 0.6 angstrom apart
    split = Structure(Lattice.tetragonal(4.2, 5.0), ["Li", *[{"N": 0.5}] * 2], [[0.5, 0.5, 0.12], *halves])
    found = bond_geometry(crystal_from_structure(split))
    assert sum(bond.count for bond in found.bonds) == 2
    assert all(bond.average for bond in found.bonds)
    assert found.angles == ()


def test_sites_are_chosen_by_address_label_or_element():
    crystal = load("LiPN2")
    every = bond_geometry(crystal)
    assert {bond.site for bond in every.bonds} == {"Li@4b", "P@4a"}
    for sites in (["P@4a"], ["P1"], ["P"], ["4a"]):
        chosen = bond_geometry(crystal, sites)
        assert {bond.site for bond in chosen.bonds} == {"P@4a"}
        assert chosen.bonds == tuple(bond for bond in every.bonds if bond.site == "P@4a")
    around = bond_geometry(crystal, ["N"])
    assert {(bond.ligand, bond.count) for bond in around.bonds} == {("P@4a", 2), ("Li@4b", 2)}
    assert sum(angle.count for angle in around.angles) == 6
    with pytest.raises(NitrivacError, match="Li@4b"):
        bond_geometry(crystal, ["Q7"])
    with pytest.raises(SpecificationError, match="no site is named"):
        bond_geometry(crystal, [])


def test_the_command_says_the_same_in_every_form(nitrivac, beta, tmp_path):
    table = tmp_path / "bonds.csv"
    shown = nitrivac("bonds", beta, "--csv", table)
    assert shown.code == 0
    document = nitrivac("bonds", beta, "--json").json
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8"))))
    lengths = [row for row in rows if not row["other_ligand"]]
    for row, bond in zip(lengths, document["bonds"], strict=True):
        assert (float(row["distance_A"]), float(row["distance_A_su"])) == (bond["distance_A"], bond["distance_A_su"])
        assert number_with_uncertainty(bond["distance_A"], bond["distance_A_su"], 4) in shown.out
    for row, angle in zip([row for row in rows if row["other_ligand"]], document["angles"], strict=True):
        assert float(row["angle_deg"]) == angle["angle_deg"]
        assert (float(row["angle_deg_su"]) if row["angle_deg_su"] else None) == angle["angle_deg_su"]
    assert nitrivac("bonds", beta, "--csv", table).code == 2
    assert nitrivac("bonds", beta, "--sites", "").code == 2
    assert nitrivac("bonds", beta, "--cutoff", "Li-N=2.1", "--json").json["cutoff_A"] == {"Li-N": 2.1}


def test_the_main_job_its_page_and_a_screening_have_them(nitrivac, tmp_path):
    outcome = nitrivac("analyze", "LiPN2", "-o", tmp_path / "out")
    assert outcome.code == 0
    assert "Bond lengths" in outcome.out
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert '<section id="bonds">' in page
    assert page.count("1.6348") >= 1
    nitrivac("screen", "LiPN2", "-o", tmp_path / "t.csv", "--only", "bonds", "--workers", "1")
    (row,) = csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text("utf-8")))
    assert (row["shortest_bond"], row["shortest_bond_A"]) == ("P@4a - N@8d", "1.6348")
    assert row["bond_lengths"] == "Li-N 2.083; P-N 1.635"
    assert row["bond_angles"] == "N-Li-N 100.8-128.7; N-P-N 107.7-113.1"

"""One rule for the element that moves, wherever it is asked."""

from __future__ import annotations

import json

import pytest
from pymatgen.core import Lattice, Structure

from nitrivac import load
from nitrivac.chemistry.carrier import charge_carrier, mobile_species
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration import find_hops
from nitrivac.screening.row import ScreenOptions, structure_row


def sodium_nitride():
    """Na3N, anti-ReO3, a = 4.733 angstrom (D. Fischer, M. Jansen, Angew. Chem. Int. Ed. 41 (2002) 1755)."""
    return Structure.from_spacegroup("Pm-3m", Lattice.cubic(4.733), ["N", "Na"], [[0, 0, 0], [0.5, 0, 0]])


def rock_salt(cation, anion, edge):
    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(edge), [cation, anion], [[0, 0, 0], [0.5, 0.5, 0.5]])


def silver_iodide_of_potassium():
    """Sites of KAg4I5 need not be known for the rule: any crystal of the three elements."""
    return Structure(Lattice.cubic(8), ["K", "Ag", "I"], [[0, 0, 0], [0.5, 0, 0], [0.5, 0.5, 0.5]])


FLUORITE = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.463), ["Ca", "F"], [[0, 0, 0], [0.25, 0.25, 0.25]])


@pytest.mark.parametrize(
    ("structure", "element"),
    [
        (sodium_nitride(), "Na"),
        (rock_salt("K", "Cl", 6.29), "K"),
        (rock_salt("Ag", "Cl", 5.55), "Ag"),
        (rock_salt("Mg", "O", 4.21), "Mg"),
        (silver_iodide_of_potassium(), "Ag"),
        (FLUORITE, None),
    ],
)
def test_the_charge_carrier_is_found(structure, element):
    assert charge_carrier(load(structure)) == element


def test_who_names_an_element_gets_it():
    crystal = load(rock_salt("Mg", "O", 4.21))
    assert mobile_species(crystal, "O") == "O"
    assert find_hops(crystal, species="O").species == "O"
    with pytest.raises(UnsupportedError, match="has no Na"):
        find_hops(crystal, species="Na")


def test_without_a_carrier_it_is_asked_for():
    with pytest.raises(SpecificationError, match=r"--species.* one of Ca, F; only Li, Na, Ag, K, Mg, Cu"):
        find_hops(load(FLUORITE))
    assert find_hops(load(FLUORITE), species="F").hops[0].distance == pytest.approx(5.463 / 2)


@pytest.fixture
def cif(tmp_path):
    path = tmp_path / "Na3N.cif"
    sodium_nitride().to(str(path))
    return path


def test_every_command_finds_sodium(nitrivac, cif, tmp_path):
    shortest = pytest.approx(4.733 / 2**0.5, abs=1e-4)
    hops = nitrivac("hops", cif, "--json").json
    assert hops["species"] == "Na"
    assert hops["hops"][0]["distance_A"] == shortest
    assert nitrivac("path", cif, "--hop", "h1", "--json").json["species"] == "Na"
    assert nitrivac("diffusion", cif, "--barrier", "h1=0.3", "--carriers", "1e21").code == 0
    assert nitrivac("plot", "percolation", cif, "-o", tmp_path / "percolation.svg").code == 0
    assert nitrivac("analyze", cif, "-o", tmp_path / "out").code == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert summary["hops"]["species"] == "Na"
    assert summary["hops"]["hops"][0]["distance_A"] == shortest
    assert summary["no_hops"] is None
    row = structure_row(load(cif), ScreenOptions())
    assert (row["mobile_species"], row["shortest_hop_A"]) == ("Na", shortest)
    assert row["mobile_coordination"] == "2: 1"


def test_an_analysis_without_a_carrier_says_so(nitrivac, tmp_path):
    FLUORITE.to(str(tmp_path / "CaF2.cif"))
    outcome = nitrivac("analyze", tmp_path / "CaF2.cif", "-o", tmp_path / "out")
    assert outcome.code == 0
    assert "which element moves must be said (--species)" in " ".join(outcome.out.split())
    asked = nitrivac("analyze", tmp_path / "CaF2.cif", "--species", "F", "-o", tmp_path / "asked")
    assert "F hops" in asked.out
    missing = nitrivac("analyze", tmp_path / "CaF2.cif", "--species", "Li", "-o", tmp_path / "missing")
    assert missing.code == 2
    assert "has no Li" in missing.err
    assert not (tmp_path / "missing").exists()

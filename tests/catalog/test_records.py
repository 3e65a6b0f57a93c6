"""The catalogue holds every compound and measurement, with what is contested kept in sight."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from nitrivac.catalog import get_material, material_ids, materials, record_schema, to_dict
from nitrivac.errors import UnknownMaterialError

RESOLVED = """alpha-Li3N beta-Li3N gamma-Li3N Li5NCl2-ordered Li4NCl Li6NBr3-24e-ordered Li10N3Br Li5NBr2 Li6NI3
Li7N2I Li7N2I-Cm Li9S3N Li8SeN2 LiPN2 Li7PN4 Li13P4N10Br3 Li13P4N10Cl3 Li12P3N9 Li4PN3 Li18P6N16 Li2PO2N gamma-Li3PO4
beta-Li3PO4 Li14P2O3N6 LiSi2N3 Li2SiN2 LiGe2N3 LiCN Li2CN2 LiC2N3 LiC6N4 alpha-Li3BN2 beta-Li3BN2 Li3BN2-I41amd
Li3AlN2 Li3GaN2 Li3ScN2 Li2ZrN2 Li2HfN2 alpha-Li7VN4 beta-Li7VN4 gamma-Li7VN4 Li7NbN4 Li7TaN4 Li6MoN4 Li6WN4""".split()
DISORDERED = """alpha-Li3N-Li2c-vacancies beta-Li3N-vacancy-rich-refined beta-Li3N-vacancy-rich-Li2.92N0.97
beta-Li3N-vacancy-rich-Li2.83N0.94 Li9N2Cl3 Li9N2Cl3-vacancy-rich Li5NCl2-disordered Li6NBr3 Li2.5N0.5S0.5
alpha-Li10P4N10 Li2.88PO3.73N0.14 Li5SiN3 Li5GeN3 Li5TiN3""".split()
UNRESOLVED = """Li11N3Cl2 Li9N2Br3 Li13N4Br Li5NI2 Li7N2I-0.5LiOH Li3N-LiI-LiOH Li6.67N1.89I Li9.27N2.76I
beta-Li10P4N10 Li5P2N5 Li21Si3N11 Li18Si3N10 Li8SiN4 Li2GeN2 Li8GeN4 LiC4N3 Li3InN2 Li6MoN4-Li7NbN4
Li6WN4-Li7TaN4""".split()
AMORPHOUS = """Li3.3PO3.9N0.17 Li2.9PO3.3N0.46 Li1.35Si0.79P0.21O1.96N0.96 Li2.9Si0.35PO1.5N1.26 LiBPON LiPSON LiLaAlPON
LiPON Li3PO4-film Li3BN2-glass""".split()


def test_every_compound_has_a_record_of_its_status():
    by_status = {
        "resolved": RESOLVED,
        "disordered": DISORDERED,
        "unresolved": UNRESOLVED,
        "amorphous": AMORPHOUS,
    }
    for status, identifiers in by_status.items():
        assert {material.id for material in materials() if material.status == status} == set(identifiers)
    assert len(RESOLVED + DISORDERED + UNRESOLVED) == 79
    assert len(material_ids()) == 89


def test_grades_stand_with_sites_and_reasons_without():
    for material in materials():
        assert (material.grade is None) == (not material.sites)
        assert bool(material.reason) == (not material.sites)
        assert material.source is not None
        assert material.source.citation


def test_grades_are_those_of_the_sources():
    counts = Counter(material.grade for material in materials())
    assert counts == {"A": 8, "B": 38, "C": 9, "R": 5, None: 29}


def test_every_measurement_hangs_on_one_record():
    measured = [one for material in materials() for one in material.measurements]
    assert Counter(one.table for one in measured) == {1: 13, 2: 13, 3: 8, 4: 13, None: 10}
    assert Counter(one.section for one in measured if one.table is None) == {
        "2.1": 5,
        "2.2": 2,
        "2.3": 1,
        "3.3": 1,
        "4.2": 1,
    }


@pytest.mark.parametrize(
    ("identifier", "sigma", "energy", "temperature"),
    [
        ("alpha-Li3N", 1.2e-3, 0.290, 300),
        ("alpha-Li3N", 1e-5, 0.490, 300),
        ("beta-Li3N", 2.085e-4, 0.448, 298.15),
        ("beta-Li3N-vacancy-rich-refined", 2.14e-3, 0.371, 298.15),
        ("Li9N2Cl3-vacancy-rich", 4.3e-5, 0.378, 298.15),
        ("Li7PN4", 1.83e-7, 0.487, 298.15),
        ("Li8SiN4", 5.9e-6, 0.477, 298.15),
        ("Li2.9PO3.3N0.46", 3.3e-6, 0.54, 298.15),
        ("Li3BN2-glass", 3.1e-6, 0.455, 298.15),
    ],
)
def test_measured_values_of_the_review(identifier, sigma, energy, temperature):
    values = {(one.sigma_S_cm, one.activation_energy_eV, one.temperature_K) for one in get_material(identifier).measurements}
    assert (sigma, energy, temperature) in values


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("Li9N2Cl3", ["2.3e-6", "1e-6"]),
        ("Li9N2Cl3", ["60 % N", "Li1.8N0.4Cl0.6"]),
        ("Li2.9PO3.3N0.46", ["3.3e-6", "3.3e-5"]),
        ("Li7N2I", ["Fd-3m", "Cm", "1528849", "85713"]),
        ("beta-Li3N", ["2b and 4f", "2c and 4f"]),
        ("gamma-Li7VN4", ["P-4mn", "P-43n"]),
        ("Li5P2N5", ["zig-zag chains", "layers"]),
        ("alpha-Li3BN2", ["MN4", "linear BN2"]),
        ("Li2CN2", ["Li2CN2", "Li2NC2"]),
        ("Li5NI2", ["170", "200 to 250"]),
    ],
)
def test_contradictions_keep_both_values(identifier, words):
    texts = [" / ".join(one.values) for one in get_material(identifier).contradictions]
    assert any(all(word in text for word in words) for text in texts)


def test_the_misprinted_conductivity_of_lipon_is_kept_and_marked():
    values = {one.sigma_S_cm: one.notes for one in get_material("Li2.9PO3.3N0.46").measurements}
    assert set(values) == {3.3e-6, 3.3e-5}
    assert "do not use" in values[3.3e-5]


@pytest.mark.parametrize("spelling", ["beta-Li3N", "BETA-li3n", "β-Li3N", " beta_Li3N "])
def test_spellings_of_an_identifier(spelling):
    assert get_material(spelling).id == "beta-Li3N"


@pytest.mark.parametrize(("wrong", "near"), [("Li3N", "beta-Li3N"), ("alpha-Li3NN", "alpha-Li3N"), ("LiPN", "LiPN2")])
def test_an_unknown_identifier_offers_near_ones(wrong, near):
    with pytest.raises(UnknownMaterialError, match=near):
        get_material(wrong)


def test_the_catalogue_imports_nothing_heavy():
    script = (
        "import sys\nfrom nitrivac.catalog import materials\nassert len(materials()) == 89\n"
        "print(' '.join({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"numpy", "scipy", "pymatgen", "spglib", "moyopy", "gemmi", "ase", "rich"}


def test_plain_data_and_schema_name_the_same_keys():
    properties = record_schema()["$defs"]["Material"]["properties"]
    for material in materials():
        assert set(to_dict(material)) <= set(properties)

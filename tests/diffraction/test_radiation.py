"""Names of radiation, and their wavelengths."""

from __future__ import annotations

import pytest

from nitrivac.diffraction import parse_radiation
from nitrivac.errors import SpecificationError


@pytest.mark.parametrize(
    ("text", "probe", "wavelength"),
    [
        # International Tables for Crystallography C, table 4.2.2.4.
        ("CuKa1", "x-ray", 1.540593),
        ("Cu K alpha 2", "x-ray", 1.544427),
        ("MoKa1", "x-ray", 0.709317),
        ("AgKa1", "x-ray", 0.559422),
        ("CoKa1", "x-ray", 1.788996),
        ("FeKa1", "x-ray", 1.936041),
        ("CrKa1", "x-ray", 2.289726),
        ("Cu", "x-ray", 1.541871),
        ("cu", "x-ray", 1.541871),
        ("Mo", "x-ray", 0.710747),
        ("0.7 A", "x-ray", 0.7),
        ("0.7", "x-ray", 0.7),
        ("0.7Å", "x-ray", 0.7),
        ("12.39841984 keV", "x-ray", 1.0),
        ("neutron", "neutron", 1.541871),
        ("neutrons 1.594 A", "neutron", 1.594),
        ("neutron:1.594", "neutron", 1.594),
    ],
)
def test_a_name_is_a_wavelength(text, probe, wavelength):
    found = parse_radiation(text)
    assert (found.probe, found.wavelength) == (probe, pytest.approx(wavelength, abs=2e-6))
    assert sum(share for _, share in found.lines) == pytest.approx(1)
    assert parse_radiation(found.name).wavelength == pytest.approx(found.wavelength, rel=1e-5)


@pytest.mark.parametrize(
    "text", ["", "Xx", "x-ray", "0", "-1 A", "1e9 A", "neutron 5 keV", "nan", "1.5.3 A", "Cu 1.5", "electron"]
)
def test_what_is_none_is_refused_with_what_is(text):
    with pytest.raises(SpecificationError, match=r"accepted are|angstrom"):
        parse_radiation(text)


def test_x_rays_and_neutrons_of_one_wavelength():
    copper = parse_radiation("Cu")
    assert copper.of_probe("neutron") == parse_radiation("neutron")
    assert parse_radiation("neutron").of_probe("x-ray") == copper
    assert parse_radiation("0.7 A").of_probe("neutron").name == "neutron 0.7 A"
    assert copper.of_probe("x-ray") is copper

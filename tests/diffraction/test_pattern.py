"""Intensities: other programs' answers for 23 compounds, known facts, and what may not change them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import gemmi
import numpy as np
import pytest
from pymatgen.core.lattice import Lattice
from pymatgen.core.structure import Structure

from nitrivac import Crystal, crystal_from_structure, load
from nitrivac.crystal.orbit import Occupant
from nitrivac.diffraction import parse_radiation, powder_pattern, structure_factors
from nitrivac.errors import UnsupportedError

PEERS = json.loads((Path(__file__).parents[1] / "data" / "diffraction" / "peers.json").read_text("utf-8"))
COMPOUNDS = PEERS["compounds"]
ONE_LINE_DEG = 0.002  # peaks nearer than this are one to pymatgen


def peaks(angles, intensities):
    """Reflections at one angle added up; the highest is 100."""
    angles, intensities = np.asarray(angles, dtype=float), np.asarray(intensities, dtype=float)
    order = np.argsort(angles)
    parts = np.split(order, np.flatnonzero(np.diff(angles[order]) > ONE_LINE_DEG) + 1)
    total = np.array([intensities[part].sum() for part in parts])
    return np.array([angles[part].mean() for part in parts]), 100 * total / total.max()


@pytest.mark.parametrize("source", COMPOUNDS)
def test_x_ray_structure_factors_are_those_of_another_program(source):
    pattern = powder_pattern(load(source), f"{PEERS['wavelength_A']} A")
    found = {tuple(hkl): value for hkl, value in zip(pattern.hkl.tolist(), pattern.f_squared, strict=True)}
    for h, k, l, value in COMPOUNDS[source]["x_ray_f_squared"]:  # noqa: E741
        assert found[h, k, l] == pytest.approx(value, rel=2e-5)


@pytest.mark.parametrize("source", COMPOUNDS)
def test_neutron_intensities_are_those_of_another_program(source):
    pattern = powder_pattern(load(source), f"neutron {PEERS['wavelength_A']} A")
    expected = np.array(COMPOUNDS[source]["neutron_peaks"])
    angles, intensities = peaks(pattern.two_theta, pattern.intensity)
    for angle, height in expected:
        nearest = np.abs(angles - angle).argmin()
        assert angles[nearest] == pytest.approx(angle, abs=ONE_LINE_DEG)
        assert intensities[nearest] == pytest.approx(height, abs=0.02), angle


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("source", COMPOUNDS)
def test_pymatgen_makes_the_same_of_the_same_form_factors(source, monkeypatch):
    """Its own form factors differ from those of International Tables by up to 1.4 % of the strongest peak (Li7TaN4)."""
    theirs = pytest.importorskip("pymatgen.analysis.diffraction.xrd")

    def their_form_factor(element, s_squared, radiation, *, dispersion=False):
        assert radiation.probe == "x-ray"
        assert not dispersion
        a, b = np.array(theirs.ATOMIC_SCATTERING_PARAMS[element]).T
        number = gemmi.Element(element).atomic_number
        return (number - 41.78214 * s_squared * (np.exp(-np.outer(s_squared, b)) @ a)).astype(complex)

    monkeypatch.setattr(structure_factors, "scattering_amplitude", their_form_factor)
    crystal = load(source)
    pattern = powder_pattern(crystal, f"{PEERS['wavelength_A']} A")
    made = theirs.XRDCalculator(pattern.radiation.wavelength).get_pattern(crystal.structure)
    places = np.concatenate([pattern.two_theta, made.x])
    edges = np.sort(places)[1:][np.diff(np.sort(places)) > ONE_LINE_DEG]
    ours, other = (
        np.bincount(np.searchsorted(edges, x, side="right"), weights=y, minlength=len(edges) + 1)
        for x, y in ((pattern.two_theta, pattern.intensity), (made.x, made.y))
    )
    assert 100 * ours / ours.max() == pytest.approx(100 * other / other.max(), abs=0.0011)  # weaker ones it leaves out


def silicon() -> Crystal:
    return crystal_from_structure(Structure.from_spacegroup("Fd-3m", Lattice.cubic(5.43102), ["Si"], [[0, 0, 0]]))


def test_silicon_has_the_lines_of_the_standard():
    pattern = powder_pattern(silicon(), "CuKa1", two_theta=(0, 100))
    found = dict(zip(map(tuple, pattern.hkl.tolist()), pattern.two_theta, strict=True))
    # NIST SRM 640 certificates: positions for Cu K alpha 1 and this lattice parameter.
    for hkl, angle in {(1, 1, 1): 28.44, (2, 2, 0): 47.30, (3, 1, 1): 56.12, (4, 0, 0): 69.13, (3, 3, 1): 76.38}.items():
        assert found[hkl] == pytest.approx(angle, abs=0.01)
    assert pattern.multiplicity[:3].tolist() == [8, 12, 24]


def test_glide_planes_leave_200_out_and_special_positions_222_without_intensity():
    pattern = powder_pattern(silicon())
    assert [2, 0, 0] not in pattern.hkl.tolist()
    row = pattern.hkl.tolist().index([2, 2, 2])
    assert pattern.intensity[row] == pytest.approx(0, abs=1e-20)


def test_rock_salt_of_two_elements_that_scatter_alike_loses_its_odd_lines():
    """KCl by X-rays looks simple cubic with half the axis (W. L. Bragg, Proc. R. Soc. A89, 248 (1913))."""
    salt = crystal_from_structure(
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(6.29), ["K", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    )
    pattern = powder_pattern(salt)
    odd = (pattern.hkl % 2 == 1).all(axis=1)
    assert pattern.intensity[odd].max() < 1.5
    assert pattern.intensity[~odd].max() == 100


def lines(crystal: Crystal, radiation: str = "Cu") -> tuple[np.ndarray, np.ndarray]:
    pattern = powder_pattern(crystal, radiation)
    angles, heights = peaks(pattern.two_theta, pattern.intensity)
    return angles[heights > 1e-6], heights[heights > 1e-6]


@pytest.mark.parametrize("radiation", ["Cu", "neutron"])
@pytest.mark.parametrize("source", ["beta-Li3N", "LiPN2", "Li7N2I-Cm", "gamma-Li3N"])
def test_a_pattern_is_the_same_in_a_supercell_in_a_primitive_cell_and_without_symmetry(source, radiation):
    crystal = load(source)
    expected = lines(crystal, radiation)
    structure = crystal.structure
    others = [crystal_from_structure(structure.get_primitive_structure()), crystal_from_structure(structure * (2, 1, 1))]
    group = crystal.space_group
    everywhere = replace(
        crystal, space_group=replace(group, rotations=group.rotations[:1], translations=group.translations[:1])
    )
    for other in (*others, everywhere):
        angles, heights = lines(other, radiation)
        assert angles == pytest.approx(expected[0], abs=1e-3)
        assert heights == pytest.approx(expected[1], abs=1e-3)


def test_a_partly_filled_mixture_is_the_mean_of_what_fills_it():
    """F of Li9N2Cl3, whose sites are shared and partly vacant, by a sum over sites and species one at a time."""
    crystal = load("Li9N2Cl3")
    pattern = powder_pattern(crystal, "Mo", two_theta=(0, 60))
    for hkl, d, found in zip(pattern.hkl, pattern.d, pattern.f_squared, strict=True):
        total = 0j
        for orbit in crystal.orbits:
            for occupant in orbit.occupants:
                form = gemmi.Element(occupant.element).it92.calculate_sf(0.25 / d**2)
                for index in orbit.indices:
                    total += occupant.occupancy * form * np.exp(2j * np.pi * hkl @ crystal.frac_coords[index])
        assert found == pytest.approx(abs(total) ** 2, rel=1e-6, abs=1e-6)


def test_lithium_scatters_neutrons_with_the_other_sign():
    pattern = powder_pattern(load("gamma-Li3N"), "neutron")
    found = dict(zip(map(tuple, pattern.hkl.tolist()), pattern.f_squared, strict=True))
    lithium, nitrogen = -1.90, 9.36  # V. F. Sears, Neutron News 3(3), 26 (1992), fm
    assert found[2, 2, 0] == pytest.approx((4 * nitrogen + 12 * lithium) ** 2)
    assert found[1, 1, 1] == pytest.approx((4 * nitrogen - 4 * lithium) ** 2)
    assert found[2, 0, 0] == pytest.approx((4 * nitrogen + 4 * lithium - 8 * lithium) ** 2)


def test_dispersion_makes_friedel_pairs_differ_and_a_powder_has_their_mean():
    crystal = crystal_from_structure(
        Structure.from_spacegroup("F-43m", Lattice.cubic(5.41), ["Zn", "S"], [[0, 0, 0], [0.25, 0.25, 0.25]])
    )
    pattern = powder_pattern(crystal, dispersion=True)
    energy = 12398.41984 / pattern.radiation.wavelength
    form = {}
    for element in ("Zn", "S"):
        real, imaginary = gemmi.cromer_liberman(z=gemmi.Element(element).atomic_number, energy=energy)
        form[element] = gemmi.Element(element).it92.calculate_sf(0.25 / pattern.d[0] ** 2) + complex(real, imaginary)
    pair = [abs(4 * form["Zn"] + 4 * phase * form["S"]) ** 2 for phase in (1j, -1j)]
    assert pattern.hkl[0].tolist() == [1, 1, 1]
    assert abs(pair[0] - pair[1]) > 100
    assert pattern.f_squared[0] == pytest.approx(sum(pair) / 2)


def test_elements_without_a_table_are_refused():
    crystal = load("alpha-Li3N")
    first = replace(crystal.orbits[0], occupants=(Occupant(element="Po", occupancy=1.0),))
    with pytest.raises(UnsupportedError, match="no neutron scattering length of Po"):
        powder_pattern(replace(crystal, orbits=(first, *crystal.orbits[1:])), "neutron")


def test_deuterium_is_no_hydrogen():
    lengths = {}
    for element in ("H", "D"):
        cubic = crystal_from_structure(Structure(Lattice.cubic(4), ["Li"], [[0, 0, 0]]))
        orbit = replace(cubic.orbits[0], occupants=(Occupant(element=element, occupancy=1.0),))
        lengths[element] = powder_pattern(replace(cubic, orbits=(orbit,)), "neutron").f_squared[0] ** 0.5
    assert lengths == {"H": pytest.approx(3.739), "D": pytest.approx(6.671)}


def test_a_wavelength_moves_the_lines_by_braggs_law():
    for text in ("Cu", "Mo", "0.7 A", "17 keV", "neutron", "neutron 2.2 A"):
        pattern = powder_pattern(load("alpha-Li3N"), text)
        assert 2 * pattern.d * np.sin(np.radians(pattern.two_theta / 2)) == pytest.approx(parse_radiation(text).wavelength)

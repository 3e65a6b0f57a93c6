"""Vacancies of crystals whose energies are sums that can be made by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from nitrivac import crystal_from_structure
from nitrivac.energetics import VacancyEnergies, bulk_element, load_potential, vacancy_energies
from nitrivac.errors import SpecificationError
from tests.energetics.models import ARGON, Wells

EDGE = 5.26


def crystal(spacing_group, lattice, species, places, name):
    return crystal_from_structure(Structure.from_spacegroup(spacing_group, lattice, species, places), source=name)


@pytest.fixture(scope="module")
def argon():
    return crystal("Fm-3m", Lattice.cubic(EDGE), ["Ar"], [[0, 0, 0]], "argon")


@pytest.fixture(scope="module")
def pairs():
    return load_potential("tests.energetics.models:lennard_jones")


@pytest.fixture(scope="module")
def layers():
    return crystal(
        "P4/mmm", Lattice.tetragonal(4, 5), ["Li", "Li", "N"], [[0, 0, 0], [0, 0, 0.5], [0.5, 0.5, 0.5]], "layers"
    )


def bonds_of_an_atom(edge):
    """Energy of all pairs of one atom of the face-centred cubic crystal, and how it falls as the crystal grows."""
    reach = range(-3, 4)
    cells = np.array(np.meshgrid(reach, reach, reach)).reshape(3, -1).T
    basis = np.array([[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])
    distances = edge * np.linalg.norm((cells[:, None] + basis).reshape(-1, 3), axis=1)

    def pair(distance):
        ratio = (ARGON["sigma"] / distance) ** 6
        return 4 * ARGON["epsilon"] * (ratio**2 - ratio)

    within = distances[(distances > 0) & (distances < ARGON["rc"])]
    return float((pair(within) - pair(ARGON["rc"])).sum())


def test_a_vacancy_of_pairs_loses_the_bonds_of_its_atom(argon, pairs):
    (found,) = vacancy_energies(argon, pairs, species="Ar", supercells=[2], force=0.01).energies
    assert found.energy + found.relaxation == pytest.approx(-bonds_of_an_atom(EDGE), abs=1e-6)
    assert 0 <= found.relaxation < 0.02
    assert (found.became, found.remark, found.formation) == (None, None, None)


def test_formation_against_the_crystal_itself_is_half_the_bonds(argon, pairs):
    found = vacancy_energies(argon, pairs, species="Ar", supercells=[2], reference=argon, force=0.01)
    (one,) = found.energies
    assert one.formation == pytest.approx(one.energy + found.reference_energy, abs=1e-9)
    # At rest the crystal's edge is 5.26 angstrom within a tenth, where its energy is flat.
    assert found.reference_energy == pytest.approx(bonds_of_an_atom(EDGE) / 2, abs=2e-3)
    assert one.formation + one.relaxation == pytest.approx(-bonds_of_an_atom(EDGE) / 2, abs=2e-3)


def test_a_reference_holds_the_element_alone(layers, argon):
    potential = load_potential("tests.energetics.models:Wells")
    with pytest.raises(SpecificationError, match="a reference for Li holds Li alone, not Ar"):
        vacancy_energies(layers, potential, reference=argon)
    with pytest.raises(SpecificationError, match="no bulk structure of N"):
        bulk_element("N")


def test_a_vacancy_that_an_ion_of_another_site_fills_is_said_to_be_that_sites(layers):
    potential = load_potential("tests.energetics.models:Wells")
    stays, goes = vacancy_energies(layers, potential, supercells=[(2, 2, 2)]).energies
    filled = {layers.address(orbit): layers.frac_coords[orbit.indices[0]][2] == 0.5 for orbit in layers.orbits}
    if filled[stays.site]:
        stays, goes = goes, stays
    assert stays.became is None
    assert stays.relative == 0.0
    assert goes.became == stays.site
    assert goes.remark.startswith(f"no minimum: an ion of {stays.site}, 2.50 Å away, comes within 0.")
    # The ion falls down the spring of the site that it moves into.
    assert goes.relaxation == pytest.approx(0.5 * Wells.stiffness * 2.5**2, abs=0.01)


def test_sizes_are_two_by_default_and_their_difference_is_told(layers):
    found = vacancy_energies(layers, load_potential("tests.energetics.models:Wells"))
    assert [one.atoms for one in found.energies] == [23, 23, 53, 53]
    (effect,) = found.size_effects  # of the vacancy that stays; the other one is none
    assert effect.atoms == (23, 53)
    assert effect.change == pytest.approx(0.0, abs=1e-6)
    again = VacancyEnergies.from_dict(json.loads(json.dumps(found.as_dict())))
    assert again.plain() == found.plain()
    assert found.plain()["cell"] == "neutral"


def test_the_command_takes_a_reference(nitrivac, tmp_path):
    copper = crystal("Fm-3m", Lattice.cubic(3.59), ["Cu"], [[0, 0, 0]], "copper")
    source = copper.write(tmp_path / "copper.cif")
    common = (source, "--calculator", "ase.calculators.emt:EMT", "--species", "Cu", "--supercell", "2x2x2")
    run = nitrivac("defects", *common, "--reference", "bulk", "--json")
    assert run.code == 0
    (row,) = run.json["vacancies"]
    assert 0.5 < row["formation_eV"] < 1.5
    assert run.json["reference"] == "bulk Cu"
    assert run.json["trust"]["listed"] is False
    assert nitrivac("defects", *common, "--reference", "nowhere.cif").code == 2

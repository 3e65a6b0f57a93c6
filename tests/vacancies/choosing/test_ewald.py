"""Electrostatic energies are those of a separate Ewald sum, in cells of any shape and size, charged ones included."""

from __future__ import annotations

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from pymatgen.core.ewald import EwaldSummation
from scipy import constants

from nitrivac import load
from nitrivac.crystal import crystal_from_structure
from nitrivac.crystal.supercells.supercell import make_supercell
from nitrivac.errors import UnsupportedError
from nitrivac.vacancies.choosing import ewald as module
from nitrivac.vacancies.choosing.ewald import ewald_sum
from tests.vacancies.test_space import space

CELLS = [
    ("beta-Li3N", np.diag([2, 2, 1])),
    ("alpha-Li3N", [[1, 1, 0], [-3, 2, 0], [5, 0, 2]]),  # long and skewed
    ("Li9N2Cl3", np.eye(3)),  # face-centred
    ("Li9N2Cl3", [[1, 1, 0], [-1, 1, 0], [0, 0, 2]]),
    ("LiPN2", np.diag([1, 2, 1])),
    ("Li7PN4", np.eye(3)),
]


@pytest.mark.parametrize(("source", "matrix"), CELLS)
def test_energies_are_those_of_pymatgen(source, matrix):
    cell = make_supercell(load(source), matrix)
    sites = len(cell.frac_coords)
    rng = np.random.default_rng(0)
    charges = rng.integers(-3, 3, (3, sites)).astype(float)
    charges[0, -1] -= charges[0].sum()  # neutral; the others carry a charge
    found = ewald_sum(cell)
    for row, energy in zip(charges, found.energies(charges), strict=True):
        structure = Structure(Lattice(cell.lattice), ["Li"] * sites, cell.frac_coords)
        structure.add_oxidation_state_by_site(row.tolist())
        assert energy == pytest.approx(EwaldSummation(structure).total_energy, rel=1e-9)


@pytest.mark.parametrize(("source", "matrix"), CELLS)
def test_potential_and_single_interactions_make_up_the_energy(source, matrix):
    cell = make_supercell(load(source), matrix)
    charges = np.random.default_rng(1).normal(size=len(cell.frac_coords))
    found = ewald_sum(cell)
    energy = found.energies(charges)[0]
    every = np.arange(len(charges))
    matrix = found.block(every, every)
    assert matrix == pytest.approx(matrix.T)
    assert charges @ matrix @ charges == pytest.approx(energy)
    assert found.potential(charges) == pytest.approx(matrix @ charges)


@pytest.mark.parametrize("repeat", [1, 6, 17])
def test_madelung_of_rock_salt_in_a_cell_of_any_size(repeat):
    """A = 1.74756459463318 for the nearest distance (Y. Sakamoto, J. Chem. Phys. 28 (1958) 164); 39,304 ions at the end."""
    crystal = crystal_from_structure(
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.0), ["Na+", "Cl-"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    )
    cell = make_supercell(crystal, np.diag([repeat] * 3))
    charges = np.where(np.isin(cell.parent_site, crystal.orbits[0].indices), 1.0, -1.0)
    per_ion = ewald_sum(cell).energies(charges)[0] / len(charges)
    coulomb = constants.e / (4 * np.pi * constants.epsilon_0) * 1e10
    assert per_ion == pytest.approx(-1.74756459463318 * coulomb / 2.0 / 2, rel=1e-10)


def test_a_configuration_of_a_charged_cell_has_its_background():
    found = space("beta-Li3N", ["Li@4f=3/16"], "2x2x1")
    one = found.lowest(1)[0]
    from nitrivac.vacancies import configuration_crystal

    assert one.energy == pytest.approx(EwaldSummation(configuration_crystal(found, one).structure).total_energy, rel=1e-9)


def test_what_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_TABLE", 1000)
    with pytest.raises(UnsupportedError, match="1536 sites, 8 of them"):
        ewald_sum(make_supercell(load("beta-Li3N"), np.diag([8, 8, 3])))


@pytest.mark.slow
def test_annealing_of_a_large_cell_finds_lower_energies_than_chance():
    found = space("beta-Li3N", ["Li@4f=50/512", "N@2c=3/256"], "8x8x2")
    lowest = found.lowest(1, seed=1, time_limit=0.0)[0]
    assert lowest.certificate == "annealed"
    drawn = found.sample(20, seed=2)
    by_chance = found.ewald.energies(found.charges(np.array([one.codes for one in drawn])))
    assert lowest.energy < by_chance.min() - 2 * by_chance.std()
    assert lowest.energy == pytest.approx(float(found.ewald.energies(found.charges(lowest.codes))[0]), rel=1e-12)

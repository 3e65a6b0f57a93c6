"""The potentials whose weights are in their packages, where they are installed."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.energetics import load_potential, potential_trust
from nitrivac.energetics.forces import Shared
from nitrivac.io.ase_atoms import to_atoms

pytestmark = pytest.mark.potential


@pytest.fixture(params=[("sevennet", "sevenn"), ("chgnet", "chgnet")], ids=lambda one: one[0])
def potential(request):
    name, package = request.param
    pytest.importorskip(package)
    return load_potential(name)


def test_weights_and_licence_are_known(potential):
    assert len(potential.calculator.weights_sha256) == 64
    assert potential.calculator.licence


def test_forces_are_the_slope_of_the_energy(potential):
    atoms = to_atoms(load("beta-Li3N"))
    atoms.rattle(0.05, seed=1)
    atoms.calc = Shared(potential.make(), "beta-Li3N")
    force = atoms.get_forces()[0, 2]
    energies = []
    for step in (0.01, -0.01):
        moved = atoms.copy()
        moved.positions[0, 2] += step
        moved.calc = atoms.calc
        energies.append(moved.get_potential_energy())
    assert force == pytest.approx(-(energies[0] - energies[1]) / 0.02, abs=0.02)


def test_the_relaxed_cell_of_a_nitride_is_near_the_measured_one(potential, capsys):
    found = potential_trust(load("alpha-Li3N"), potential)
    assert np.abs(np.array(found.lengths) - 1).max() < 0.03
    assert capsys.readouterr().out == ""

"""Model potentials whose answers are known, each made by a name of `module:factory`."""

from __future__ import annotations

import numpy as np
from ase.calculators.calculator import Calculator, all_changes
from ase.calculators.lj import LennardJones
from ase.geometry import find_mic
from scipy.constants import elementary_charge, epsilon_0
from scipy.optimize import linear_sum_assignment
from scipy.special import erfc

COULOMB_EV_A = elementary_charge / (4 * np.pi * epsilon_0) * 1e10
ARGON = {"epsilon": 0.0104, "sigma": 3.40, "rc": 7.0, "smooth": False}


def lennard_jones():
    """Pairs only, cut off at 7 angstrom, shifted to 0 there."""
    return LennardJones(**ARGON)


class Wells(Calculator):
    """Ions on springs to the sites of one layered crystal; the sites at height 1/2 are always filled.

    The crystal has `Li` at (0, 0, 0) and (0, 0, 1/2) of cells of 4 x 4 x 5 angstrom, and `N` at (1/2, 1/2, 1/2).
    """

    implemented_properties = ("energy", "forces", "stress")
    cell = (4.0, 4.0, 5.0)
    stiffness = 2.0

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        repeats = np.rint(self.atoms.cell.lengths() / self.cell).astype(int)
        origins = np.array(list(np.ndindex(*repeats)), dtype=float)
        forces, energy = np.zeros((len(self.atoms), 3)), 0.0
        symbols = np.array(self.atoms.get_chemical_symbols())
        for symbol, places in {"Li": [(0, 0, 0.5), (0, 0, 0)], "N": [(0.5, 0.5, 0.5)]}.items():
            sites = np.concatenate([(origins + place) / repeats for place in places]) @ self.atoms.cell.array
            mine = np.flatnonzero(symbols == symbol)
            between = (sites[None] - self.atoms.positions[mine, None]).reshape(-1, 3)
            vectors, lengths = find_mic(between, self.atoms.cell)
            cost = lengths.reshape(len(mine), len(sites)) ** 2
            cost[:, : len(origins)] -= 1e3 * (symbol == "Li")
            ions, taken = linear_sum_assignment(cost)
            pulls = vectors.reshape(len(mine), len(sites), 3)[ions, taken]
            forces[mine[ions]] = self.stiffness * pulls
            energy += 0.5 * self.stiffness * (pulls**2).sum()
        self.results = {"energy": float(energy), "forces": forces, "stress": np.zeros(6)}


def ewald_energy(lattice, fractions, charges, width=0.35):
    """Energy of point charges that add up to 0, eV, by P. P. Ewald's two sums."""
    cells = np.array(list(np.ndindex(9, 9, 9))) - 4
    between = (fractions[:, None] - fractions[None])[:, :, None] + cells
    distances = np.linalg.norm(between @ lattice, axis=-1)
    near = np.where(distances > 1e-6, erfc(width * distances) / np.where(distances > 1e-6, distances, 1.0), 0.0).sum(axis=2)
    waves = (np.array(list(np.ndindex(17, 17, 17))) - 8) @ (2 * np.pi * np.linalg.inv(lattice).T)
    squares = (waves**2).sum(axis=1)
    waves, squares = waves[squares > 1e-9], squares[squares > 1e-9]
    sums = np.abs(np.exp(1j * waves @ (fractions @ lattice).T) @ charges) ** 2
    far = 2 * np.pi / abs(np.linalg.det(lattice)) * (np.exp(-squares / (4 * width**2)) / squares * sums).sum()
    own = width / np.sqrt(np.pi) * (charges**2).sum()
    return COULOMB_EV_A * (0.5 * charges @ near @ charges + far - own)


class Charges(Calculator):
    """Ions that stay where they are: the energy of the point charges Li+ and N3-."""

    implemented_properties = ("energy", "forces")
    sign = 1.0

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        charges = np.where(np.array(self.atoms.get_chemical_symbols()) == "N", -3.0, 1.0)
        energy = self.sign * ewald_energy(self.atoms.cell.array, self.atoms.get_scaled_positions(), charges)
        self.results = {"energy": float(energy), "forces": np.zeros((len(self.atoms), 3))}


class OppositeCharges(Charges):
    """The same with its sign turned: what electrostatics call lowest is highest."""

    sign = -1.0


class Silent(Charges):
    """A calculator that gives no number."""

    sign = float("nan")


class DoubleWell(Calculator):
    """A lithium ion between wells 1 angstrom left and right of (5, 5, 5), on springs across; all others feel nothing."""

    implemented_properties = ("energy", "forces")
    height = 0.5
    across = 2.0
    tighter = 0.0

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        x, *others = self.atoms.positions[0] - 5.0
        stiffness = self.across * (1 + self.tighter * (1 - x**2) ** 2)
        slope = self.across * self.tighter * -4 * x * (1 - x**2)
        far = float(np.dot(others, others))
        forces = np.zeros((len(self.atoms), 3))
        forces[0, 0] = -self.height * 4 * x * (x**2 - 1) - 0.5 * slope * far
        forces[0, 1:] = -stiffness * np.array(others)
        self.results = {"energy": self.height * (x**2 - 1) ** 2 + 0.5 * stiffness * far, "forces": forces}


class Bottleneck(DoubleWell):
    """Four times as stiff across the way at its middle, twice in each frequency."""

    tighter = 3.0


class Hollow(DoubleWell):
    """A middle that falls off to the sides."""

    tighter = -2.0

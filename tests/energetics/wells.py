"""Potentials whose barriers are known: ions in a field along the first axis, and atoms bound in pairs."""

from __future__ import annotations

import os
import time
from typing import ClassVar

import numpy as np
from ase.calculators.calculator import Calculator, all_changes

STEP = 3.0
"""Distance of the sites along the first axis, angstrom."""


class Field(Calculator):
    """Each atom in the field `height` along the first axis, of period 6 angstrom, and in a bowl along the others."""

    implemented_properties: ClassVar[list[str]] = ["energy", "forces"]
    waves: ClassVar[dict[int, tuple[float, float]]] = {}
    """Number of waves in the period: amplitude in eV and phase."""

    @classmethod
    def height(cls, x):
        """Energy at places along the first axis, eV."""
        turn = 2 * np.pi * np.asarray(x) / (2 * STEP)
        return sum(size * (1 - np.cos(number * turn - phase)) / 2 for number, (size, phase) in cls.waves.items())

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        x = self.atoms.positions[:, 0]
        turn = 2 * np.pi * x / (2 * STEP)
        across = self.atoms.positions[:, 1:] @ np.diag(1 / np.array([4.5, 5.0])) * 2 * np.pi
        forces = np.zeros((len(x), 3))
        forces[:, 0] = -sum(
            size * number * np.pi / (2 * STEP) * np.sin(number * turn - phase)
            for number, (size, phase) in self.waves.items()
        )
        forces[:, 1:] = -np.pi / np.array([4.5, 5.0]) * np.sin(across)
        energy = float(np.sum(self.height(x)) + np.sum((1 - np.cos(across)) / 2))
        self.results = {"energy": energy, "forces": forces}


class Hill(Field):
    """One saddle of 0.5 eV half way."""

    waves: ClassVar = {2: (0.5, 0.0)}


class Slope(Field):
    """One saddle between wells of different depth."""

    waves: ClassVar = {2: (0.5, 0.0), 1: (0.2, 0.0)}


class Twin(Field):
    """A well half way, between two saddles."""

    waves: ClassVar = {2: (0.1, 0.0), 4: (0.4, 0.0)}


class Lopsided(Field):
    """Two saddles of different height, and a well between them that is not half way."""

    waves: ClassVar = {1: (0.3, 0.0), 4: (0.4, 0.0)}


class Bowl(Field):
    """One well half way between two sites, and none at these."""

    waves: ClassVar = {1: (0.5, np.pi / 2)}


class Drift(Field):
    """Wells a quarter of the way from every other site to the next, and none at the sites between."""

    waves: ClassVar = {1: (0.5, np.pi / 4)}


class Morse(Calculator):
    """Pairs of atoms by Morse's potential, energy and force brought to 0 at 5 angstrom, in a cubic cell beyond that.

    Depth, stiffness and distance are those of copper (L. A. Girifalco, V. G. Weizer, Phys. Rev. 114 (1959) 687).
    """

    implemented_properties: ClassVar[list[str]] = ["energy", "forces"]
    depth, stiffness, distance, reach = 0.3429, 1.3588, 2.866, 5.0

    @classmethod
    def pair(cls, lengths):
        """Energy and its derivative at distances, eV and eV/angstrom."""
        falloff = np.exp(-cls.stiffness * (lengths - cls.distance))
        return cls.depth * falloff * (falloff - 2), -2 * cls.depth * cls.stiffness * falloff * (falloff - 1)

    @classmethod
    def energy_and_forces(cls, places, edge):
        """Of atoms at places in a cubic cell, eV and eV/angstrom."""
        images = edge * np.array(np.meshgrid(*[[-1, 0, 1]] * 3)).reshape(3, -1).T
        vectors = places[:, None, None] - places[None, :, None] - images[None, None]
        vectors -= edge * np.round((places[:, None] - places[None, :]) / edge)[:, :, None]
        lengths = np.linalg.norm(vectors, axis=3)
        near = (lengths > 1e-9) & (lengths < cls.reach)
        lengths = np.where(near, lengths, cls.reach)
        energy, slope = cls.pair(lengths)
        end, slope_at_end = cls.pair(np.array(cls.reach))
        energy = 0.5 * float(np.sum(energy - end - (lengths - cls.reach) * slope_at_end))
        pull = np.where(near, slope - slope_at_end, 0.0) / lengths
        return energy, -np.einsum("ijk,ijkx->ix", pull, vectors)

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        energy, forces = self.energy_and_forces(self.atoms.positions, float(self.atoms.cell[0, 0]))
        self.results = {"energy": energy, "forces": forces}


class Nan(Field):
    """Energies that are no numbers."""

    def calculate(self, *arguments, **options):
        super().calculate(*arguments, **options)
        self.results["energy"] = float("nan")


class Raising(Field):
    """An error of its own."""

    def calculate(self, *_arguments, **_options):
        raise RuntimeError("out of its depth")


class Exploding(Hill):
    """Forces beyond all bounds away from the sites."""

    def calculate(self, *arguments, **options):
        super().calculate(*arguments, **options)
        self.results["forces"] = 1e5 * self.results["forces"]


class Dying(Field):
    """The end of the process."""

    def calculate(self, *_arguments, **_options):
        os._exit(3)


class Slow(Field):
    """A wait without end."""

    def calculate(self, *_arguments, **_options):
        time.sleep(600)

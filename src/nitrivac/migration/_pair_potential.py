"""Forces on a band of images by pairs of near atoms, and the band's way to rest, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray


AROUND = 7
"""Lattice vectors a i + b j + c k are tabled for i, j, k from -3 to 3."""


class Band(NamedTuple):
    """What the images of a path want their distances to be.

    Attributes:
        first: of each pair of near atoms, shape (p,).
        second: the other, shape (p,).
        shift: number of the lattice vector from the second atom's cell, in each image, shape (m, p).
        vectors: the lattice vectors, angstrom, shape (v, 3).
        target: distance wanted in each image, angstrom, shape (m, p).
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    shift: NDArray[np.int32]
    vectors: NDArray[np.float64]
    target: NDArray[np.float64]


@nb.njit(cache=True)
def nearest_images(places, first, second, near, vectors):
    """Number of the lattice vector that brings two atoms nearest, and how far apart they then are.

    Args:
        places: cartesian, angstrom, shape (n, 3).
        first, second: atoms, shape (p,).
        near: number of the lattice vector to try first, shape (p,); it and those around it are tried.
        vectors: the table of lattice vectors in C order, see `AROUND`, angstrom, shape (v, 3).
    """
    shift, distance = np.empty(len(first), dtype=np.int32), np.empty(len(first))
    for pair in range(len(first)):
        apart = places[second[pair]] - places[first[pair]]
        best = np.inf
        for a in range(-1, 2):
            for b in range(-1, 2):
                for c in range(-1, 2):
                    number = near[pair] + AROUND * (AROUND * a + b) + c
                    square = 0.0
                    for axis in range(3):
                        square += (apart[axis] + vectors[number, axis]) ** 2
                    if square < best:
                        best = square
                        shift[pair] = number
        distance[pair] = np.sqrt(best)
    return shift, distance


@nb.njit(cache=True)
def _pair_forces(places, image, band, forces):
    """Energy of one image, the sum of (d - target)^2 / d^4 over pairs; its forces are written."""
    forces[:] = 0.0
    energy = 0.0
    for pair in range(len(band.first)):
        i, j = band.first[pair], band.second[pair]
        vector = band.vectors[band.shift[image, pair]]
        x = places[j, 0] - places[i, 0] + vector[0]
        y = places[j, 1] - places[i, 1] + vector[1]
        z = places[j, 2] - places[i, 2] + vector[2]
        square = x * x + y * y + z * z
        distance = np.sqrt(square)
        off = distance - band.target[image, pair]
        energy += off * off / (square * square)
        factor = 2.0 * off * (1.0 - 2.0 * off / distance) / (square * square * distance)
        forces[i, 0] += factor * x
        forces[i, 1] += factor * y
        forces[i, 2] += factor * z
        forces[j, 0] -= factor * x
        forces[j, 1] -= factor * y
        forces[j, 2] -= factor * z
    return energy


@nb.njit(cache=True)
def _band_forces(images, band, spring, energies, forces):
    """Forces across the band by pairs, and along it by springs, with the improved tangent."""
    count = len(images)
    for image in range(count):
        energies[image] = _pair_forces(images[image], image, band, forces[image])
    forces[0] = 0.0
    forces[count - 1] = 0.0
    for image in range(1, count - 1):
        behind, ahead = images[image] - images[image - 1], images[image + 1] - images[image]
        low, here, high = energies[image - 1], energies[image], energies[image + 1]
        if high > here > low:
            tangent = ahead.copy()
        elif high < here < low:
            tangent = behind.copy()
        else:
            larger = max(abs(high - here), abs(low - here))
            smaller = min(abs(high - here), abs(low - here))
            tangent = ahead * larger + behind * smaller if high > low else ahead * smaller + behind * larger
        size = np.sqrt((tangent * tangent).sum())
        if size > 0:
            tangent /= size
        stretch = spring * (np.sqrt((ahead * ahead).sum()) - np.sqrt((behind * behind).sum()))
        along = (forces[image] * tangent).sum()
        forces[image] += (stretch - along) * tangent


@nb.njit(cache=True)
def _largest(forces):
    largest = 0.0
    for image in range(forces.shape[0]):
        for atom in range(forces.shape[1]):
            square = forces[image, atom, 0] ** 2 + forces[image, atom, 1] ** 2 + forces[image, atom, 2] ** 2
            largest = max(largest, square)
    return np.sqrt(largest)


@nb.njit(cache=True)
def relax(images, band, spring, force, steps):
    """Let a band come to rest by FIRE (E. Bitzek et al., Phys. Rev. Lett. 97 (2006) 170201); its ends stay.

    Args:
        images: cartesian, angstrom, shape (m, n, 3), changed.
        band: the distances wanted.
        spring: constant of the springs between images.
        force: the largest force on an atom at rest.
        steps: how many at most.

    Returns:
        Steps taken, and the largest force left.
    """
    energies, forces = np.zeros(len(images)), np.zeros_like(images)
    velocity = np.zeros_like(images)
    step, mixing, forward = 0.3, 0.1, 0
    largest = np.inf
    for number in range(steps):
        _band_forces(images, band, spring, energies, forces)
        largest = _largest(forces)
        if largest < force:
            return number, largest
        power = (velocity * forces).sum()
        if power > 0:
            scale = np.sqrt((velocity * velocity).sum() / (forces * forces).sum())
            velocity = (1.0 - mixing) * velocity + mixing * scale * forces
            forward += 1
            if forward > 5:
                step, mixing = min(step * 1.1, 1.5), mixing * 0.99
        else:
            velocity[:] = 0.0
            step, mixing, forward = step * 0.5, 0.1, 0
        velocity += step * forces
        images += step * velocity
    return steps, largest

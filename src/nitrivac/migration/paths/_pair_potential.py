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
        start: where the images of the second atom that may be the nearest begin, shape (p + 1,).
        vectors: lattice vectors to those images, angstrom, shape (s, 3).
        target: distance wanted in each image of the path, angstrom, shape (m, p).
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    start: NDArray[np.int64]
    vectors: NDArray[np.float64]
    target: NDArray[np.float64]


@nb.njit(cache=True)
def nearest_images(places, first, second, start, vectors, margin, distance, chosen):
    """Write how far apart the nearest images of two atoms are, and mark those that are about as near.

    Args:
        places: cartesian, angstrom, shape (n, 3).
        first, second: atoms, shape (p,).
        start: number of the lattice vector to try first, shape (p,); it and those around it are tried.
        vectors: the table of lattice vectors in C order, see `AROUND`, angstrom, shape (v, 3).
        margin: how much farther an image may be to be about as near, angstrom.
        distance: filled, shape (p,).
        chosen: marked, shape (p, v).
    """
    squares = np.empty(len(vectors))
    for pair in range(len(first)):
        best = np.inf
        for a in range(-1, 2):
            for b in range(-1, 2):
                for c in range(-1, 2):
                    number = start[pair] + AROUND * (AROUND * a + b) + c
                    square = 0.0
                    for axis in range(3):
                        square += (places[second[pair], axis] - places[first[pair], axis] + vectors[number, axis]) ** 2
                    squares[number] = square
                    best = min(best, square)
        distance[pair] = np.sqrt(best)
        for a in range(-1, 2):
            for b in range(-1, 2):
                for c in range(-1, 2):
                    number = start[pair] + AROUND * (AROUND * a + b) + c
                    if squares[number] < (distance[pair] + margin) ** 2:
                        chosen[pair, number] = True


@nb.njit(cache=True)
def _pair_forces(places, image, band, forces):
    """Energy of one image, the sum of (d - target)^2 / d^4 over pairs; its forces are written."""
    forces[:] = 0.0
    energy = 0.0
    for pair in range(len(band.first)):
        i, j = band.first[pair], band.second[pair]
        square = np.inf
        x = y = z = 0.0
        for k in range(band.start[pair], band.start[pair + 1]):
            u = places[j, 0] - places[i, 0] + band.vectors[k, 0]
            v = places[j, 1] - places[i, 1] + band.vectors[k, 1]
            w = places[j, 2] - places[i, 2] + band.vectors[k, 2]
            own = u * u + v * v + w * w
            if own < square:
                square, x, y, z = own, u, v, w
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
def _overlap(a, b):
    """Sum of products of two sets of vectors, both flat."""
    total = 0.0
    for k in range(len(a)):
        total += a[k] * b[k]
    return total


@nb.njit(cache=True)
def _weights(low, here, high):
    """Shares of the ways from behind and ahead in the improved tangent, from the energies of an image and those beside it.

    G. Henkelman and H. Jonsson, J. Chem. Phys. 113 (2000) 9978.
    """
    if high > here > low:
        return 0.0, 1.0
    if high < here < low:
        return 1.0, 0.0
    larger = max(abs(high - here), abs(low - here))
    smaller = min(abs(high - here), abs(low - here))
    return (smaller, larger) if high > low else (larger, smaller)


@nb.njit(cache=True)
def _band_forces(images, band, spring, energies, forces, tangent):
    """Forces across the band by pairs, and along it by springs; both of shape (m, 3 n)."""
    count, size = images.shape
    for image in range(count):
        energies[image] = _pair_forces(images[image].reshape(-1, 3), image, band, forces[image].reshape(-1, 3))
    forces[0] = 0.0
    forces[count - 1] = 0.0
    for image in range(1, count - 1):
        behind, ahead = _weights(energies[image - 1], energies[image], energies[image + 1])
        back = front = 0.0
        for k in range(size):
            since, until = images[image, k] - images[image - 1, k], images[image + 1, k] - images[image, k]
            tangent[k] = behind * since + ahead * until
            back += since * since
            front += until * until
        norm = np.sqrt(_overlap(tangent, tangent))
        if norm == 0.0:
            continue
        along = spring * (np.sqrt(front) - np.sqrt(back)) - _overlap(forces[image], tangent) / norm
        for k in range(size):
            forces[image, k] += along * tangent[k] / norm


@nb.njit(cache=True)
def relax(images, band, spring, force, steps):
    """Let a band come to rest by FIRE (E. Bitzek et al., Phys. Rev. Lett. 97 (2006) 170201); its ends stay.

    Args:
        images: cartesian, angstrom, shape (m, 3 n), changed.
        band: the distances wanted.
        spring: constant of the springs between images.
        force: the largest force on an atom at rest.
        steps: how many at most.

    Returns:
        Steps taken, and the largest force left.
    """
    energies, tangent = np.zeros(len(images)), np.zeros(images.shape[1])
    forces, velocity = np.zeros(images.shape), np.zeros(images.shape)
    push, speed, place = forces.reshape(-1), velocity.reshape(-1), images.reshape(-1)
    step, mixing, forward = 0.3, 0.1, 0
    largest = np.inf
    for number in range(steps):
        _band_forces(images, band, spring, energies, forces, tangent)
        largest = 0.0
        for k in range(0, len(push), 3):
            largest = max(largest, push[k] ** 2 + push[k + 1] ** 2 + push[k + 2] ** 2)
        largest = np.sqrt(largest)
        if largest < force:
            return number, largest
        if _overlap(speed, push) > 0:
            scale = mixing * np.sqrt(_overlap(speed, speed) / _overlap(push, push))
            for k in range(len(speed)):
                speed[k] = (1.0 - mixing) * speed[k] + scale * push[k]
            forward += 1
            if forward > 5:
                step, mixing = min(step * 1.1, 0.8), mixing * 0.99
        else:
            speed[:] = 0.0
            step, mixing, forward = step * 0.5, 0.1, 0
        for k in range(len(speed)):
            speed[k] += step * push[k]
            place[k] += step * speed[k]
    return steps, largest

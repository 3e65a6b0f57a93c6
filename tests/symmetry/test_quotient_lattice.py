"""Cells of a supercell as a group: Smith's normal form, coordinates, characters."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac.symmetry.integer_lattice import basis_of_translations
from nitrivac.symmetry.quotient_lattice import quotient_lattice, smith_normal_form


def matrices():
    rng = np.random.default_rng(0)
    found = [matrix for matrix in rng.integers(-7, 8, (300, 3, 3)) if round(np.linalg.det(matrix))]
    return [*found, np.eye(3, dtype=int), np.diag([24, 24, 22]), np.diag([2, 3, 5])]


def test_smiths_normal_form():
    for matrix in matrices():
        left, diagonal, right = smith_normal_form(matrix)
        periods = np.diag(diagonal)
        assert np.array_equal(left @ matrix @ right, np.diag(periods))
        assert {abs(round(np.linalg.det(left))), abs(round(np.linalg.det(right)))} == {1}
        assert periods.min() > 0
        assert not periods[1] % periods[0]
        assert not periods[2] % periods[1]


def test_vectors_that_differ_by_one_of_the_superlattice_are_one_element_and_no_others():
    rng = np.random.default_rng(1)
    for matrix in matrices()[:40]:
        cells = quotient_lattice(matrix)
        assert len(cells) == abs(round(np.linalg.det(matrix)))
        vectors, steps = rng.integers(-20, 21, (2, 30, 3))
        assert np.array_equal(cells.coordinates(vectors), cells.coordinates(vectors + steps @ matrix))
        apart = (vectors - vectors[0]) @ np.linalg.inv(matrix)
        whole = np.abs(apart - np.round(apart)).max(axis=1) < 1e-9
        assert np.array_equal(
            cells.numbers(cells.coordinates(vectors)) == cells.numbers(cells.coordinates(vectors[0])), whole
        )


def test_elements_are_in_the_order_of_their_numbers_and_come_from_vectors():
    cells = quotient_lattice([[2, 1, 0], [0, 3, 1], [1, 0, 4]])
    assert np.array_equal(cells.numbers(cells.elements), np.arange(len(cells)))
    assert np.array_equal(cells.coordinates(cells.elements @ cells.from_coordinates), cells.elements)
    assert np.gcd.reduce(cells.periods) == cells.periods[0]
    assert cells.exponent == cells.periods[2]


def test_characters_are_plane_waves_of_the_superlattice():
    rng = np.random.default_rng(2)
    for matrix in matrices()[:40]:
        cells = quotient_lattice(matrix)
        vectors, waves = rng.integers(-9, 10, (2, 20, 3))
        phase = (waves * (vectors @ np.linalg.inv(matrix))).sum(axis=1)
        number = waves @ cells.to_characters
        found = (number * cells.coordinates(vectors) / cells.periods).sum(axis=1)
        assert np.exp(2j * np.pi * found) == pytest.approx(np.exp(2j * np.pi * phase))


def test_the_basis_of_centring_translations():
    body = basis_of_translations(np.array([[0.0, 0, 0], [0.5, 0.5, 0.5]]))
    assert abs(np.linalg.det(body)) == pytest.approx(0.5)
    rhombohedral = basis_of_translations(np.array([[0, 0, 0], [2, 1, 1], [1, 2, 2]]) / 3)
    assert abs(np.linalg.det(rhombohedral)) == pytest.approx(1 / 3)
    assert np.array_equal(basis_of_translations(np.zeros((1, 3))), np.eye(3))

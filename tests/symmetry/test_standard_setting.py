"""Cells in no tabulated setting: their operations read, and the way to the standard setting found and true."""

from __future__ import annotations

from itertools import product

import gemmi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nitrivac.errors import ReadError
from nitrivac.io.cif.operations import group_of_triplets, parse_triplet, triplet_text
from nitrivac.symmetry.space_group import from_gemmi, parse_space_group
from nitrivac.symmetry.standard_setting import standard_setting
from nitrivac.symmetry.wyckoff import conventional_cells, find_wyckoff_position

SETTINGS = list(gemmi.spacegroup_table())


def written(rotations, translations, digits=5):
    return [
        ",".join(
            "".join(f"{value:+d}*{axis}" for value, axis in zip(row, "xyz", strict=True) if value)
            + f"{shift % 1:+.{digits}f}"
            for row, shift in zip(rotation, translation, strict=True)
        )
        for rotation, translation in zip(rotations, translations, strict=True)
    ]


def shifted(group, origin):
    """The operations seen from another origin."""
    return group.rotations, group.translations + origin - group.rotations @ origin


def supercell(group, matrix):
    """The operations in a larger cell, columns of `matrix` its vectors; None where it is not invariant."""
    inverse = np.linalg.inv(matrix)
    rotations = inverse @ group.rotations @ matrix
    if np.abs(rotations - np.round(rotations)).max() > 1e-9:
        return None
    size = int(np.abs(matrix).max()) + 1
    inside = {tuple(np.round(np.mod(inverse @ np.array(t), 1), 9) % 1) for t in product(range(-size, size + 1), repeat=3)}
    together = [
        (rotation, inverse @ translation + np.array(pure))
        for rotation, translation in zip(np.round(rotations).astype(int), group.translations, strict=True)
        for pure in inside
    ]
    return np.array([rotation for rotation, _ in together]), np.array([translation for _, translation in together])


@pytest.mark.parametrize("number", range(1, 231))
def test_all_settings_from_a_random_origin_are_read_exactly_and_lead_to_the_standard_setting(number):
    rng = np.random.default_rng(number)
    for one in (one for one in SETTINGS if one.number == number):
        group = from_gemmi(one)
        own, _ = group_of_triplets([operation.triplet() for operation in one.operations()], "it.cif")
        assert (own.number, own.order, own.is_tabulated) == (number, group.order, True)
        origin = np.round(rng.random(3), 3)
        moved, remarks = group_of_triplets(written(*shifted(group, origin)), "it.cif")
        assert (moved.number, moved.order, remarks) == (number, group.order, ())
        way = standard_setting(moved.rotations, moved.translations)
        turned = way.linear @ moved.rotations @ np.linalg.inv(way.linear)
        moves = moved.translations @ way.linear.T + way.shift - turned @ way.shift
        reference = parse_space_group(number)
        theirs = {
            (*r.ravel(), *np.round(np.mod(t, 1), 6) % 1)
            for r, t in zip(reference.rotations, reference.translations, strict=True)
        }
        ours = {
            (*np.round(r).astype(int).ravel(), *np.round(np.mod(t, 1), 6) % 1) for r, t in zip(turned, moves, strict=True)
        }
        assert ours <= theirs
        assert len(ours) == group.order / max(1, round(abs(np.linalg.det(way.linear))))


@pytest.mark.parametrize("number", [2, 5, 15, 62, 88, 122, 141, 148, 166, 167, 194, 216, 225, 227, 230])
def test_multiplicities_and_site_symmetries_do_not_depend_on_the_origin(number):
    rng = np.random.default_rng(number)
    group = parse_space_group(number)
    origin = np.round(rng.random(3), 3)
    moved, _ = group_of_triplets(written(*shifted(group, origin)), "it.cif")
    metric = np.mean([r.T @ np.diag([30.0, 41.0, 55.0]) @ r for r in group.rotations], axis=0)
    lattice = np.linalg.cholesky(metric)
    for point in rng.random((5, 3)):
        general = find_wyckoff_position(moved, point, lattice)
        assert general.multiplicity == group.order
    for operation in range(1, group.order):
        fixed = group.rotations[operation] - np.eye(3)
        point = np.linalg.pinv(fixed) @ -group.translations[operation]
        here = find_wyckoff_position(group, point, lattice, tolerance=1e-4)
        there = find_wyckoff_position(moved, point + origin, lattice, tolerance=1e-2)
        assert here.multiplicity == there.multiplicity


@pytest.mark.parametrize(
    "symbol", ["P-1", "P2_1/c", "C2/c", "Pnma", "Fddd:2", "P4_2/mnm", "R-3m:H", "P6_3/mmc", "Fm-3m", "P2_13"]
)
@pytest.mark.parametrize("size", [(2, 1, 1), (1, 1, 2), (2, 2, 2), (3, 3, 1), (5, 1, 1)])
def test_supercells_keep_the_group_and_hold_that_many_cells(symbol, size):
    group = parse_space_group(symbol)
    operations = supercell(group, np.diag(size))
    if operations is None:
        return
    larger, _ = group_of_triplets(written(*operations, digits=8), "it.cif")
    assert (larger.number, larger.is_tabulated) == (group.number, False)
    assert conventional_cells(larger) == pytest.approx(np.prod(size))


def test_reverse_setting_of_a_rhombohedral_lattice_and_a_primitive_cell_of_a_centred_one():
    obverse = parse_space_group("R-3c:H")
    reverse, _ = group_of_triplets(written(*supercell(obverse, np.diag([-1, -1, 1]))), "it.cif")
    assert (reverse.number, reverse.order) == (167, 36)
    face = parse_space_group("Fd-3m:2")
    primitive = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) / 2
    rotations = np.round(np.linalg.inv(primitive) @ face.rotations @ primitive).astype(int)
    first = np.unique(rotations.reshape(-1, 9), axis=0, return_index=True)[1]
    moves = (face.translations @ np.linalg.inv(primitive).T)[first]
    own, _ = group_of_triplets(written(rotations[first], moves), "it.cif")
    assert (own.number, own.order, own.is_tabulated) == (227, 48, False)
    assert conventional_cells(own) == pytest.approx(1 / 4)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["x,y,z", "-x,-y,z", "-x,-y,-z"], ["no group"]),
        (["x,y,z", "x,y,q"], ["x,y,q"]),
        (["x,y,z", "x,y"], ["x,y"]),
        (["x,y,z", "2x,y,z"], ["2x,y,z", "lattice"]),
        (["x,y,z", "x/2,y,z"], ["x/2"]),
        (["x,y,z", "x+1/0,y,z"], ["1/0"]),
        (["x,y,z", "x+0.3,y,z"], ["no group"]),
    ],
)
def test_what_is_no_group_is_named(texts, words):
    with pytest.raises(ReadError) as error:
        group_of_triplets(texts, "it.cif")
    assert all(word in str(error.value) for word in ("it.cif", *words))


def test_a_list_without_the_identity_is_completed_with_a_word():
    group, (remark,) = group_of_triplets(["-x,-y,-z"], "it.cif")
    assert (group.number, group.order) == (2, 2)
    assert "x,y,z" in remark


@given(st.text("xyzXYZ0123456789+-*/., \t", max_size=40))
@settings(max_examples=200)
def test_any_text_is_an_operation_or_none(text):
    operation = parse_triplet(text)
    assert operation is None or (len(operation[0]) == 3 and all(0 <= shift < 1 for shift in operation[1]))


@given(st.integers(0, 563), st.data())
def test_triplets_come_back_from_their_text(place, data):
    group = from_gemmi(SETTINGS[place])
    number = data.draw(st.integers(0, group.order - 1))
    rotation, translation = parse_triplet(triplet_text(group.rotations[number], group.translations[number]))
    assert np.array_equal(rotation, group.rotations[number])
    assert [float(value) for value in translation] == pytest.approx(group.translations[number].tolist())

"""Records compare by what they hold, are closed to the last entry of their arrays, and cannot be made impossible."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest

from nitrivac import load
from nitrivac.crystal import Crystal, Occupant
from nitrivac.crystal.supercells.supercell import make_supercell
from nitrivac.errors import BuildError
from nitrivac.migration import find_hops
from nitrivac.polyhedra import analyze_polyhedra
from nitrivac.verification.symmetry_check import verify
from tests.documents.classes import every_document_class


@pytest.mark.parametrize("make", [load, lambda name: find_hops(load(name)), lambda name: verify(load(name)),
                                  lambda name: analyze_polyhedra(load(name)),
                                  lambda name: make_supercell(load(name), np.diag([2, 1, 1]))])  # fmt: skip
def test_what_is_found_twice_is_equal_and_what_differs_is_not(make):
    one, again, other = make("beta-Li3N"), make("beta-Li3N"), make("alpha-Li3N")
    assert one == again
    assert one != other
    assert one != "beta-Li3N"


def test_one_number_makes_the_difference():
    crystal = load("beta-Li3N")
    moved = crystal.lattice.copy()
    moved[2, 2] += 1e-9
    assert replace(crystal, lattice=moved) != crystal
    assert replace(crystal) == crystal
    assert hash(replace(crystal)) == hash(crystal)
    assert len({crystal, load("beta-Li3N"), load("alpha-Li3N")}) == 2


def test_a_record_with_a_mapping_is_openly_not_hashable():
    with pytest.raises(TypeError, match="unhashable"):
        hash(find_hops(load("alpha-Li3N")))


def arrays_in(thing):
    for one in fields(thing):
        value = getattr(thing, one.name)
        if isinstance(value, np.ndarray):
            yield one.name, value
        elif hasattr(value, "__dataclass_fields__"):
            yield from arrays_in(value)


@pytest.mark.parametrize(
    "make", [load, lambda name: find_hops(load(name)), lambda name: make_supercell(load(name), np.eye(3))]
)
def test_no_array_of_a_record_can_be_written_to(make):
    arrays = list(arrays_in(make("beta-Li3N")))
    assert arrays
    for name, array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
        assert not array.flags.writeable, name


def test_a_record_keeps_a_copy_of_what_it_was_given():
    crystal = load("beta-Li3N")
    lattice = crystal.lattice.copy()
    made = replace(crystal, lattice=lattice)
    lattice[0, 0] = 99.0
    assert made == crystal
    with pytest.raises(FrozenInstanceError):
        made.lattice = lattice


def test_every_result_compares_by_its_fields():
    for kind in every_document_class():
        assert kind.__eq__.__qualname__ == "Record.__eq__", kind


@pytest.mark.parametrize(
    ("element", "occupancy", "words"),
    [("Xx", 0.5, "no element"), ("Li", 7.0, "occupancy of 7"), ("Li", 0.0, "occupancy of 0"), ("Li", float("nan"), "nan")],
)
def test_an_impossible_occupant_cannot_be_made(element, occupancy, words):
    with pytest.raises(BuildError, match=words):
        Occupant(element=element, occupancy=occupancy)


def test_an_impossible_crystal_cannot_be_made():
    crystal = load("beta-Li3N")
    first, *rest = crystal.orbits
    with pytest.raises(BuildError, match="add up to 2"):
        replace(first, occupants=first.occupants * 2)
    with pytest.raises(BuildError, match="each of the 8 sites once"):
        replace(crystal, orbits=tuple(rest))
    with pytest.raises(BuildError, match="each of the 8 sites once"):
        replace(crystal, orbits=(first, first, *rest))
    with pytest.raises(BuildError, match="span a volume"):
        replace(crystal, lattice=np.zeros((3, 3)))
    assert isinstance(replace(crystal, orbits=(*rest, first)), Crystal)

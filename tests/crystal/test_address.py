"""Addresses in crystals of very many orbits: the work grows with their number, not with its square."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac.crystal.from_structure import crystal_without_symmetry
from nitrivac.crystal.orbit import Orbit
from nitrivac.errors import AddressError

SIDE = 12


@pytest.fixture(scope="module")
def crowd():
    """A crystal of 1,728 orbits."""
    points = np.stack(np.meshgrid(*[np.arange(SIDE)] * 3), axis=-1).reshape(-1, 3) / SIDE
    return crystal_without_symmetry(np.eye(3) * 3 * SIDE, points, ["Li"] * len(points), source="crowd")


@pytest.fixture
def looks(monkeypatch):
    """How often the elements of an orbit are looked at."""
    seen = []
    elements = Orbit.elements.fget

    def counted(orbit):
        seen.append(orbit)
        return elements(orbit)

    monkeypatch.setattr(Orbit, "elements", property(counted))
    return seen


@pytest.mark.parametrize(("address", "message"), [("Mg@4x", "there are Li1, Li2"), ("nothing", "there are Li1, Li2")])
def test_an_unknown_address_looks_at_each_orbit_a_few_times(crowd, looks, address, message):
    with pytest.raises(AddressError, match=message) as error:
        crowd.find(address)
    assert str(error.value).endswith(f"Li40 and {SIDE**3 - 40} more")
    assert len(looks) < 10 * len(crowd.orbits)


def test_all_addresses_look_at_each_orbit_a_few_times(crowd, looks):
    assert [crowd.address(orbit) for orbit in crowd.orbits] == [orbit.label for orbit in crowd.orbits]
    assert len(looks) < 10 * len(crowd.orbits)

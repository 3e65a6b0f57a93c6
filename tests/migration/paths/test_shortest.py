"""The example path of a report: into which vacancy, and of which hop."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import find_hops, load
from nitrivac.errors import UnsupportedError
from nitrivac.migration.paths.shortest import PROFILE_IMAGES, shortest_hop, shortest_path

NAMES = ("host.vasp", "cell.cif")


def test_an_ordered_crystal_is_given_the_vacancy():
    crystal = load("beta-Li3N")
    network = find_hops(crystal)
    found = shortest_path(crystal, crystal, None, network, names=NAMES)
    assert found.vacancy == "crystal"
    assert found.path.hop.id == shortest_hop(network) == "h1"
    assert found.path.hop.distance == min(hop.distance for hop in network.hops if hop.elementary)
    assert len(found.path.profile) == PROFILE_IMAGES + 2
    way = found.path.positions[-1, found.path.moving] - found.path.positions[0, found.path.moving]
    assert np.linalg.norm(way) == pytest.approx(found.path.hop.distance)


def test_a_supercell_that_lacks_no_mobile_ion_is_a_crystal_of_its_own():
    parent = load("Li9N2Cl3")
    assert not parent.is_ordered
    full = load("beta-Li3N")
    found = shortest_path(parent, full, full, find_hops(full), names=NAMES)
    assert found.vacancy == "supercell"
    assert found.path.source == "cell.cif"


def test_what_cannot_be_drawn_says_why():
    parent = load("Li9N2Cl3")
    with pytest.raises(UnsupportedError, match="no supercell of whole atoms"):
        shortest_path(parent, parent, None, find_hops(parent), names=NAMES)
    with pytest.raises(UnsupportedError, match="no elementary hop"):
        shortest_hop(find_hops(load("alpha-Li3N"), max_distance=2.0))

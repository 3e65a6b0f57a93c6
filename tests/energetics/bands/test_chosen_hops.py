"""Which hops get a band: those to 4 angstrom, or those that it takes to span the crystal."""

from __future__ import annotations

import pytest

from nitrivac import load
from nitrivac.energetics.bands.chosen_hops import LONGEST_A, PERCOLATING, hops_within_reach, tried_hops
from nitrivac.errors import SpecificationError


@pytest.fixture(scope="module", params=["alpha-Li3N", "beta-Li3N", "Li7PN4", "LiPN2", "Li2HfN2"])
def network(request):
    return hops_within_reach(load(request.param))


def test_energy_chooses_among_elementary_hops_to_four_angstrom(network):
    tried = tried_hops(network)
    assert tried
    assert all(hop.elementary and not hop.exclusive and hop.distance <= LONGEST_A for hop in tried)
    assert len(tried) == sum(hop.elementary and not hop.exclusive and hop.distance <= LONGEST_A for hop in network.hops)


def test_percolating_hops_span_as_much_as_all_that_are_tried(network):
    tried, chosen = tried_hops(network), tried_hops(network, PERCOLATING)
    assert {hop.id for hop in chosen} <= {hop.id for hop in tried}
    spanned, whole = (network.percolation([hop.id for hop in hops]) for hops in (chosen, tried))
    assert spanned.dimension == whole.dimension
    assert [one.value for one in spanned.thresholds] == [one.value for one in whole.thresholds]


def test_the_hop_from_layer_to_layer_of_alpha_li3n_is_among_them():
    """Geometry spans the crystal by way of the other site at 2.862 angstrom; the straight hop along c costs less."""
    chosen = tried_hops(hops_within_reach(load("alpha-Li3N")), PERCOLATING)
    straight = [hop for hop in chosen if (hop.start, hop.end) == ("Li@2c", "Li@2c")]
    assert [round(hop.distance, 3) for hop in straight] == [2.106, 3.875]


def test_named_hops_are_taken_as_they_are(network):
    assert [hop.id for hop in tried_hops(network, ["h1"])] == ["h1"]
    with pytest.raises(SpecificationError, match="no hop 'h99'"):
        tried_hops(network, ["h99"])

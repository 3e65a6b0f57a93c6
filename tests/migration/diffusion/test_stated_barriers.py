"""Barriers of a file as heights above one energy."""

from __future__ import annotations

import json

import pytest

from nitrivac import find_hops, load
from nitrivac.errors import ReadError, SpecificationError
from nitrivac.migration.diffusion.stated_barriers import barriers_and_site_energies


@pytest.fixture(scope="module")
def network():
    return find_hops(load("beta-Li3N"))


def written(path, rows, source="beta-Li3N"):
    document = {
        "source": source,
        "barriers": [{"hop": hop, "forward_eV": forward, "backward_eV": back} for hop, forward, back in rows],
    }
    path.write_text(json.dumps(document))
    return path


def mixed(network):
    return next(hop for hop in network.hops if hop.start != hop.end)


def test_the_difference_of_both_barriers_is_that_of_the_sites(network, tmp_path):
    hop = mixed(network)
    heights, energies = barriers_and_site_energies(
        written(tmp_path / "barriers.json", [("h1", 0.30, 0.30), (hop.id, 0.25, 0.15)]), network
    )
    assert energies[hop.end] - energies[hop.start] == pytest.approx(0.10)
    assert min(energies.values()) == 0.0
    for name, forward, back in (("h1", 0.30, 0.30), (hop.id, 0.25, 0.15)):
        found = network.hop(name)
        assert heights[name] - energies[found.start] == pytest.approx(forward)
        assert heights[name] - energies[found.end] == pytest.approx(back)


def test_what_is_no_such_file_is_refused(network, tmp_path):
    with pytest.raises(SpecificationError, match="not of beta-Li3N"):
        barriers_and_site_energies(written(tmp_path / "a.json", [("h1", 0.3, 0.3)], "alpha-Li3N"), network)
    with pytest.raises(SpecificationError, match="no hop in it has a barrier"):
        barriers_and_site_energies(written(tmp_path / "b.json", [("h1", None, None)]), network)
    (tmp_path / "c.json").write_text("[]")
    with pytest.raises(ReadError, match="nitrivac barriers wrote"):
        barriers_and_site_energies(tmp_path / "c.json", network)


def test_bands_that_are_no_barriers_are_not_taken(network, tmp_path):
    restless = tmp_path / "restless.json"
    row = {"hop": "h1", "forward_eV": 0.3, "backward_eV": 0.3, "converged": False}
    restless.write_text(json.dumps({"source": "beta-Li3N", "barriers": [row]}))
    for path in (restless, written(tmp_path / "flat.json", [("h1", 1.39, 0.0)])):
        with pytest.raises(SpecificationError, match="band of h1 is not at rest or has no saddle"):
            barriers_and_site_energies(path, network)
        assert barriers_and_site_energies(path, network, {"h1"}) == ({}, {})


def test_the_command_takes_the_file(nitrivac, network, tmp_path):
    hop = mixed(network)
    path = written(tmp_path / "barriers.json", [("h1", 0.30, 0.30), (hop.id, 0.25, 0.15)])
    found = nitrivac("diffusion", "beta-Li3N", "--barriers", path, "--json")
    assert found.code == 0
    replaced = nitrivac("diffusion", "beta-Li3N", "--barriers", path, "--barrier", "h1=0.5", "--json")
    assert replaced.json["barriers_eV"]["h1"] == 0.5
    assert set(found.json["barriers_eV"]) == {"h1", hop.id}
    assert nitrivac("diffusion", "beta-Li3N").code == 2

"""Ions that were sent along known ways are followed along them."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import analyze_trajectory, find_hops, load
from tests.trajectories.synthetic import Run, write_xyz

CELLS = (4, 4, 3)
STEP = 20  # frames that each leg of a way takes


def still(crystal, vacant):
    """Every atom of a 4x4x3 supercell of alpha-Li3N on its site but those that are left out, by (site, cell)."""
    grid = [(a, b, c) for a in range(CELLS[0]) for b in range(CELLS[1]) for c in range(CELLS[2])]
    sites = [(site, cell) for site in range(4) for cell in grid if (site, cell) not in vacant]
    places = np.array([crystal.frac_coords[site] + cell for site, cell in sites]) @ crystal.lattice
    return sites, places, ["N" if site == 0 else "Li" for site, _ in sites]


def followed(tmp_path, vacant, ways, *, frames=STEP, noise=0.05, **options):
    """The analysis of a run in which some ions go through points, each for some frames, and all others stay."""
    crystal = load("alpha-Li3N")
    sites, places, symbols = still(crystal, vacant)
    legs = max(len(way) for way in ways.values())
    path = np.broadcast_to(places, (legs * frames, *places.shape)).copy()
    for start, way in ways.items():
        atom = sites.index(start)
        for leg, point in enumerate(way):
            path[leg * frames : (leg + 1) * frames, atom] = np.array(point) @ crystal.lattice
    path += np.random.default_rng(0).normal(0, noise, path.shape)
    lattice = np.array(CELLS)[:, None] * crystal.lattice
    run = Run(lattice, symbols, path, path, [], {})
    found, _ = analyze_trajectory(crystal, [write_xyz(run, tmp_path / "run.xyz")], time_step=50.0, **options)
    return found


def at(site, cell, shift=(0, 0, 0)):
    return tuple(load("alpha-Li3N").frac_coords[site] + cell + np.array(shift))


HOME, NEXT = (2, (1, 1, 1)), (3, (1, 1, 1))  # two sites of 2c, the way of h1 apart
OTHER = (1, (1, 1, 1))  # 1b


def hop_between(*ends):
    """The name of the hop between two sites."""
    crystal = load("alpha-Li3N")
    points = [np.array(at(*one)) @ crystal.lattice for one in ends]
    length = np.linalg.norm(points[0] - points[1])
    names = {crystal.address(crystal.orbits[crystal.orbit_of_site[site]]) for site, _ in ends}
    return next(
        hop.id for hop in find_hops(crystal).hops if abs(hop.distance - length) < 1e-6 and {hop.start, hop.end} == names
    )


def near_both(site, one, other):
    """Whether a site is one h1 from both of two others."""
    crystal = load("alpha-Li3N")
    points = [np.array(at(*each)) @ crystal.lattice for each in (site, one, other)]
    return all(abs(np.linalg.norm(points[0] - point) - 2.1062) < 1e-3 for point in points[1:])


def middle(share=0.5):
    return tuple((1 - share) * np.array(at(*HOME)) + share * np.array(at(*NEXT)))


def test_a_jump_is_one_jump_and_a_failed_attempt_none(tmp_path):
    name = hop_between(HOME, NEXT)
    there = [at(*HOME)] * 2 + [at(*NEXT)] * 2
    assert followed(tmp_path, [NEXT], {HOME: there}).hop(name).jumps == 1
    failed = [at(*HOME), middle(0.6), at(*HOME), at(*HOME)]
    found = followed(tmp_path, [NEXT], {HOME: failed}, frames=12)
    assert sum(hop.jumps for hop in found.hops) == 0
    crossing = [middle(share) for share in (0.0, 0.3, 0.55, 0.45, 0.6, 0.4, 1.0, 1.0)]
    assert followed(tmp_path, [NEXT], {HOME: crossing}, frames=5).hop(name).jumps == 1


def test_returns_are_counted(tmp_path):
    name = hop_between(HOME, NEXT)
    found = followed(tmp_path, [NEXT], {HOME: [at(*HOME), at(*NEXT), at(*HOME), at(*NEXT)]})
    row = found.hop(name)
    assert (row.jumps, row.returned) == (3, pytest.approx(2 / 3))
    assert abs(row.forward - row.backward) == 1


def test_a_jump_over_a_vacant_middle_is_two_hops(tmp_path):
    # From 1b through the vacant 2c to the next 1b, never long enough on 2c to be seen there.
    # From 2c to the next 2c but one, over the one between, never long enough there to be seen.
    network = find_hops(load("alpha-Li3N"))
    beyond = (2, (2, 1, 1))
    indirect = hop_between(HOME, beyond)
    assert not network.hop(indirect).elementary
    between = [site for site in ((3, (a, b, 1)) for a in (1, 2) for b in (0, 1, 2)) if near_both(site, HOME, beyond)]
    assert len(between) == 1
    way = [at(*HOME), at(*beyond), at(*beyond)]
    found = followed(tmp_path, [beyond, *between], {HOME: way})
    assert found.two_step == 1
    assert {hop.hop: hop.jumps for hop in found.hops if hop.jumps} == {hop_between(HOME, NEXT): 2}
    blocked = followed(tmp_path, [beyond], {HOME: way})
    assert blocked.two_step == 0
    assert {hop.hop: hop.jumps for hop in blocked.hops if hop.jumps} == {indirect: 1}


def test_two_ions_on_one_site_and_an_unlisted_jump_are_told(tmp_path):
    found = followed(tmp_path, [], {HOME: [at(*HOME), at(*NEXT), at(*NEXT)]})
    assert found.double == pytest.approx(2 / 3 / (143 + 1 / 3), rel=0.02)
    far = (1, (3, 3, 2))
    found = followed(tmp_path, [far], {HOME: [at(*HOME), at(*HOME), at(2, (3, 1, 1)), at(*far)]}, frames=30)
    assert found.unlisted >= 1
    assert any("no hop of the crystal's list" in one for one in found.remarks)


def test_an_ion_that_stays_between_sites_is_listed_with_its_place(tmp_path):
    found = followed(tmp_path, [NEXT], {HOME: [at(*HOME), middle(), middle(), at(*NEXT)]}, frames=40)
    (stay,) = found.stays
    assert stay.stays == 1
    assert stay.time == pytest.approx(4.0, abs=0.3)
    assert stay.nearest == "Li@2c"
    assert stay.distance == pytest.approx(find_hops(load("alpha-Li3N")).hop("h1").distance / 2, abs=0.05)
    assert np.abs(np.mod(stay.place - np.array(middle()) + 0.5, 1) - 0.5).max() < 0.02


def test_occupancy_and_residence_of_one_ion_that_moved_once(tmp_path):
    found = followed(tmp_path, [OTHER], {HOME: [at(*HOME), at(*OTHER), at(*OTHER), at(*OTHER)]})
    sites = {site.site: site for site in found.sites}
    assert sites["Li@1b"].occupancy == pytest.approx((47 + 0.75) / 48, abs=1e-6)
    assert sites["Li@2c"].occupancy == pytest.approx((95 + 0.25) / 96, abs=1e-6)
    assert sites["Li@2c"].residence == pytest.approx((95 + 0.25) * 4 * STEP * 0.05)
    assert sites["Li@1b"].residence is None
    row = found.hop(hop_between(HOME, OTHER))
    assert row.jumps == 1
    # Exposure: 1b vacant beside its twelve filled 2c for the first leg, then 2c vacant beside six filled 1b.
    assert row.rate == pytest.approx(1 / ((12 * 1 + 6 * 3) * STEP * 0.05))

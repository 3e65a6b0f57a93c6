"""Jumps and exposures counted in one sweep over the events of a run, compiled."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def place_of(site, other, image, starts, near, images):
    """Where in the table of neighbours the way from a site to another one stands, -1 where it does not."""
    for place in range(starts[site], starts[site + 1]):
        if (
            near[place] == other
            and images[place, 0] == image[0]
            and images[place, 1] == image[1]
            and images[place, 2] == image[2]
        ):
            return place
    return -1


@nb.njit(cache=True, nogil=True)
def middle_of(site, other, image, starts, near, images, lengths, hops, elementary, filled):
    """The two elementary hops over a vacant site that make up a longer jump, the shortest way; -1 where there is none."""
    best, first, second = np.inf, -1, -1
    rest = np.zeros(3, dtype=np.int64)
    for place in range(starts[site], starts[site + 1]):
        if hops[place] < 0 or not elementary[hops[place]] or filled[near[place]] > 0:
            continue
        for axis in range(3):
            rest[axis] = image[axis] - images[place, axis]
        onward = place_of(near[place], other, rest, starts, near, images)
        if onward < 0 or hops[onward] < 0 or not elementary[hops[onward]]:
            continue
        length = lengths[place] + lengths[onward]
        if length < best - 1e-9:
            best, first, second = length, place, onward
    return first, second


@nb.njit(cache=True, nogil=True)
def expose(site, change, filled, exposed, starts, near, hops, forward):
    """Add to or take from the pairs of a filled and a vacant end those that a site takes part in."""
    for place in range(starts[site], starts[site + 1]):
        hop, other = hops[place], near[place]
        if hop < 0 or other == site:
            continue
        if filled[site] > 0 and filled[other] == 0:
            exposed[hop, 0 if forward[place] else 1] += change
        elif filled[site] == 0 and filled[other] > 0:
            exposed[hop, 1 if forward[place] else 0] += change


@nb.njit(cache=True, nogil=True)
def sweep(
    frames, first, events, cells, starts, near, images, lengths, hops, forward, elementary, orbits, counts, exposures,
    fillings, doubles, kinds, returns
):  # fmt: skip
    """Count jumps by hop, and the time that a filled and a vacant end lay side by side.

    Args:
        frames: number of frames.
        first: first site of each ion, -1 without one, shape (a,).
        events, cells: see `Itinerary`.
        starts, near, images, lengths, hops, forward: see `SiteTable`.
        elementary: of each hop, shape (h,).
        orbits: of each site, shape (s,).
        counts: jumps in each block of time by hop and direction, shape (b, h, 2); filled.
        exposures: pair-frames likewise; filled.
        fillings: ion-frames in each block by orbit, shape (b, o); filled.
        doubles: site-frames with more than one ion, and with one or more, shape (2,); filled.
        kinds: hop of each event, -1 where none leads there, -2 for two hops over a vacant middle, shape (e,); filled.
        returns: jumps of each hop that the same ion took back as its next, shape (h,); filled.
    """
    n_blocks, n_hops = counts.shape[0], counts.shape[1]
    filled = np.zeros(len(orbits), dtype=np.int64)
    exposed = np.zeros((n_hops, 2))
    on_orbit = np.zeros(fillings.shape[1])
    twice = once = 0
    for ion in range(len(first)):
        if first[ion] >= 0:
            filled[first[ion]] += 1
            on_orbit[orbits[first[ion]]] += 1
    for site in range(len(filled)):
        once += filled[site] > 0
        twice += filled[site] > 1
        expose(site, 0.5, filled, exposed, starts, near, hops, forward)
    last = np.full(len(first), -1, dtype=np.int64)
    now = block = 0
    for number in range(len(events) + 1):
        moment = events[number, 0] if number < len(events) else frames
        while now < moment:
            edge = (block + 1) * frames // n_blocks
            until = min(moment, edge)
            exposures[block] += (until - now) * exposed
            fillings[block] += (until - now) * on_orbit
            doubles[0] += (until - now) * twice
            doubles[1] += (until - now) * once
            now = until
            if now == edge and block < n_blocks - 1:
                block += 1
        if number == len(events):
            break
        ion, old, new = events[number, 1], events[number, 2], events[number, 3]
        place = place_of(old, new, cells[number], starts, near, images)
        hop = hops[place] if place >= 0 else -1
        kinds[number] = hop
        one = two = -1
        if hop < 0 or not elementary[hop]:
            one, two = middle_of(old, new, cells[number], starts, near, images, lengths, hops, elementary, filled)
        if one >= 0:
            kinds[number] = -2
            counts[block, hops[one], 0 if forward[one] else 1] += 1
            counts[block, hops[two], 0 if forward[two] else 1] += 1
        elif hop >= 0:
            counts[block, hop, 0 if forward[place] else 1] += 1
        before = last[ion]
        if before >= 0 and kinds[before] >= 0 and events[before, 2] == new:
            back = True
            for axis in range(3):
                back &= cells[before, axis] == -cells[number, axis]
            if back:
                returns[kinds[before]] += 1
        last[ion] = number
        for site, change in ((old, -1), (new, 1)):
            expose(site, -1.0, filled, exposed, starts, near, hops, forward)
            once -= filled[site] > 0
            twice -= filled[site] > 1
            filled[site] += change
            once += filled[site] > 0
            twice += filled[site] > 1
            on_orbit[orbits[site]] += change
            expose(site, 1.0, filled, exposed, starts, near, hops, forward)

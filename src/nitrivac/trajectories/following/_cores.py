"""Ions followed from core to core, compiled.

Sites are given with their neighbours as rows of a sparse table: `starts[s]` to `starts[s + 1]` are the places of the
neighbours of site `s` in `near`, `ways` (cartesian, angstrom), `lengths` (nearest first) and `images` (whole cells).
"""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def unwrap(frac, last, thickness, limit):
    """Undo the wrapping of positions in place, frame by frame.

    Args:
        frac: fractions of the cell, shape (f, n, 3).
        last: positions before the first frame, shape (n, 3); changed to those of the last.
        thickness: of the cell across each pair of faces, angstrom, shape (3,).
        limit: steps across longer than this are counted, angstrom.

    Returns:
        The longest step across, its frame, and how many are longer than the limit.
    """
    longest, at, over = 0.0, 0, 0
    for frame in range(frac.shape[0]):
        for atom in range(frac.shape[1]):
            for axis in range(3):
                step = frac[frame, atom, axis] - last[atom, axis]
                step -= np.round(step)
                moved = last[atom, axis] + step
                frac[frame, atom, axis] = moved
                last[atom, axis] = moved
                step = abs(step) * thickness[axis]
                if step > longest:
                    longest, at = step, frame
                if step > limit:
                    over += 1
    return longest, at, over


@nb.njit(cache=True, nogil=True)
def hold_still(frac, immobile, homes, away):
    """Take the mean displacement of the immobile atoms off all positions in place; add up their displacements in `away`."""
    for frame in range(frac.shape[0]):
        for axis in range(3):
            drift = 0.0
            for number in range(len(immobile)):
                drift += frac[frame, immobile[number], axis] - homes[number, axis]
            drift /= len(immobile)
            for atom in range(frac.shape[1]):
                frac[frame, atom, axis] -= drift
            for number in range(len(immobile)):
                away[number, axis] += frac[frame, immobile[number], axis] - homes[number, axis]


@nb.njit(cache=True, nogil=True, inline="always")
def offset(frac, place, image, lattice, out):
    """Cartesian vector from a site in a cell to a position; its squared length."""
    a = frac[0] - place[0] - image[0]
    b = frac[1] - place[1] - image[1]
    c = frac[2] - place[2] - image[2]
    for axis in range(3):
        out[axis] = a * lattice[0, axis] + b * lattice[1, axis] + c * lattice[2, axis]
    return out[0] * out[0] + out[1] * out[1] + out[2] * out[2]


@nb.njit(cache=True, nogil=True)
def search(frac, places, lattice, radii, image, out):
    """The site whose core holds a position, of all sites in all cells nearby, -1 without one; `image` becomes its cell."""
    trial = np.zeros(3, dtype=np.int64)
    for site in range(len(places)):
        for a in range(-1, 2):
            trial[0] = int(np.round(frac[0] - places[site, 0])) + a
            for b in range(-1, 2):
                trial[1] = int(np.round(frac[1] - places[site, 1])) + b
                for c in range(-1, 2):
                    trial[2] = int(np.round(frac[2] - places[site, 2])) + c
                    if offset(frac, places[site], trial, lattice, out) <= radii[site] * radii[site]:
                        image[:] = trial
                        return site
    return -1


@nb.njit(cache=True, nogil=True)
def follow(
    frac, ions, begin, places, lattice, radii, reach, starts, near, ways, lengths, images, site_of, image_of, events, jumps
):  # fmt: skip
    """Follow ions through frames: an ion leaves its site when it enters the core of another.

    Args:
        frac: unwrapped positions without drift, fractions of the cell, shape (f, n, 3).
        ions: the atoms followed, shape (a,).
        begin: number of the first frame.
        places: sites, fractions of the cell, shape (s, 3).
        lattice: rows are lattice vectors, angstrom.
        radii: of the cores, shape (s,).
        reach: distance from each site up to which its neighbours are listed, less the largest radius, shape (s,).
        starts, near, ways, lengths, images: neighbours, see the module.
        site_of: the site of each ion, -1 before it entered a core, shape (a,); changed.
        image_of: the cell of that site, shape (a, 3); changed.
        events: filled with frame, ion, old site, new site, shape (e, 4).
        jumps: filled with the cell of the new site less that of the old one, of a first site its cell, shape (e, 3).

    Returns:
        How many events there were.
    """
    count = 0
    widest = radii.max()
    vector, found = np.zeros(3), np.zeros(3, dtype=np.int64)
    for frame in range(frac.shape[0]):
        for ion in range(len(ions)):
            position = frac[frame, ions[ion]]
            site = site_of[ion]
            new = -1
            if site < 0:
                new = search(position, places, lattice, radii, found, vector)
            else:
                square = offset(position, places[site], image_of[ion], lattice, vector)
                if square <= radii[site] * radii[site]:
                    continue
                if square > reach[site] * reach[site]:
                    new = search(position, places, lattice, radii, found, vector)
                    for axis in range(3):
                        found[axis] -= image_of[ion, axis]
                else:
                    far = np.sqrt(square) + widest
                    for place in range(starts[site], starts[site + 1]):
                        if lengths[place] > far:
                            break
                        x = vector[0] - ways[place, 0]
                        y = vector[1] - ways[place, 1]
                        z = vector[2] - ways[place, 2]
                        radius = radii[near[place]]
                        if x * x + y * y + z * z <= radius * radius:
                            new = near[place]
                            found[:] = images[place]
                            break
            if new >= 0 and (new != site or found[0] != 0 or found[1] != 0 or found[2] != 0):
                events[count, 0] = begin + frame
                events[count, 1] = ion
                events[count, 2] = site
                events[count, 3] = new
                for axis in range(3):
                    jumps[count, axis] = found[axis]
                    image_of[ion, axis] = found[axis] + (image_of[ion, axis] if site >= 0 else 0)
                site_of[ion] = new
                count += 1
    return count


@nb.njit(cache=True, nogil=True)
def go_to_nearest(
    frac, ions, begin, places, lattice, starts, near, ways, lengths, images, site_of, image_of, events, jumps
):  # fmt: skip
    """Follow ions from nearest site to nearest site; arguments as for `follow`, where every ion has a site already."""
    count = 0
    vector = np.zeros(3)
    for frame in range(frac.shape[0]):
        for ion in range(len(ions)):
            site = site_of[ion]
            if site < 0:
                continue
            least = offset(frac[frame, ions[ion]], places[site], image_of[ion], lattice, vector)
            best = -1
            far = 2 * np.sqrt(least)
            for place in range(starts[site], starts[site + 1]):
                if lengths[place] > far:
                    break
                x = vector[0] - ways[place, 0]
                y = vector[1] - ways[place, 1]
                z = vector[2] - ways[place, 2]
                square = x * x + y * y + z * z
                if square < least:
                    least, best = square, place
            if best >= 0:
                events[count, 0] = begin + frame
                events[count, 1] = ion
                events[count, 2] = site
                events[count, 3] = near[best]
                jumps[count] = images[best]
                for axis in range(3):
                    image_of[ion, axis] += images[best, axis]
                site_of[ion] = near[best]
                count += 1
    return count


@nb.njit(cache=True, nogil=True)
def end_wait(ion, site, frame, radii, patience, waits, wait_sums, spells, spell_ways, listed):
    """End an ion's time in no core; list it if it was long and its mean place in no core; the number of those listed."""
    if waits[ion] >= patience:
        square = 0.0
        for axis in range(3):
            wait_sums[ion, axis] /= waits[ion]
            square += wait_sums[ion, axis] ** 2
        if site < 0 or square > radii[site] * radii[site]:
            spells[listed] = (ion, site, waits[ion], frame)
            spell_ways[listed] = wait_sums[ion]
            listed += 1
    waits[ion] = 0
    wait_sums[ion] = 0.0
    return listed


@nb.njit(cache=True, nogil=True)
def dwell(
    frac, ions, begin, places, lattice, radii, widest, site_of, image_of, events, jumps, n_events, counts, sums, patience,
    waits, wait_sums, spells, spell_ways
):  # fmt: skip
    """Add up where ions are about their sites, and list the times that they stay in no core.

    Args:
        frac, ions, begin, places, lattice, radii: as for `follow`, which was run before on the same frames.
        widest: distance from each site within which a displacement counts, shape (s,).
        site_of, image_of: site and cell of each ion before the first frame; changed to those after the last.
        events, jumps, n_events: what `follow` found.
        counts: ion-frames near each site, in its core, and all, shape (s, 3); added to.
        sums: of the displacements and their products xx, yy, zz, yz, xz, xy, shape (s, 9); added to.
        patience: frames in no core after which an ion is listed.
        waits: frames since each ion was in the core of its site, shape (a,); changed.
        wait_sums: sum of its displacements since then, shape (a, 3); changed.
        spells: filled with ion, site (-1 for one that was in no core yet), number of frames, frame of the end, shape (w, 4).
        spell_ways: mean displacement in each, from the origin where there is no site, shape (w, 3).

    Returns:
        How many times there were; those whose mean place is in the core are vibrations and left out.
    """
    vector, nowhere = np.zeros(3), np.zeros(3)
    event = listed = 0
    for frame in range(frac.shape[0]):
        while event < n_events and events[event, 0] == begin + frame:
            ion, old = events[event, 1], events[event, 2]
            listed = end_wait(ion, old, begin + frame, radii, patience, waits, wait_sums, spells, spell_ways, listed)
            for axis in range(3):
                image_of[ion, axis] = jumps[event, axis] + (image_of[ion, axis] if old >= 0 else 0)
            site_of[ion] = events[event, 3]
            event += 1
        for ion in range(len(ions)):
            site = site_of[ion]
            if site < 0:
                offset(frac[frame, ions[ion]], nowhere, image_of[ion], lattice, vector)
                waits[ion] += 1
                for axis in range(3):
                    wait_sums[ion, axis] += vector[axis]
                continue
            square = offset(frac[frame, ions[ion]], places[site], image_of[ion], lattice, vector)
            counts[site, 2] += 1
            if square <= radii[site] * radii[site]:
                counts[site, 1] += 1
                listed = end_wait(ion, site, begin + frame, radii, patience, waits, wait_sums, spells, spell_ways, listed)
            else:
                waits[ion] += 1
                for axis in range(3):
                    wait_sums[ion, axis] += vector[axis]
            if square <= widest[site] * widest[site]:
                counts[site, 0] += 1
                for axis in range(3):
                    sums[site, axis] += vector[axis]
                    sums[site, 3 + axis] += vector[axis] * vector[axis]
                sums[site, 6] += vector[1] * vector[2]
                sums[site, 7] += vector[0] * vector[2]
                sums[site, 8] += vector[0] * vector[1]
    return listed

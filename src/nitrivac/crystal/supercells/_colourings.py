"""Operations that leave the colours of all sites alone, neighbours told apart, and the first of all images, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray


class Moves(NamedTuple):
    """A group on the sites of a supercell, see `nitrivac.crystal.supercells.site_action.SiteAction`.

    Attributes:
        periods: of the group of cells, shape (3,).
        turns: of each coset, shape (p, 3, 3), entries from 0 to the period.
        kind_images: shape (p, b).
        steps: shape (p, b, 3).
    """

    periods: NDArray[np.int64]
    turns: NDArray[np.int64]
    kind_images: NDArray[np.int64]
    steps: NDArray[np.int64]


@nb.njit(cache=True, inline="always")
def _number(x, y, z, periods):
    return (x * periods[1] + y) * periods[2] + z


@nb.njit(cache=True)
def _turned(moves, coset, kind, place):
    """Coordinates to which a coset's own operation sends a site."""
    turn, step, periods = moves.turns[coset], moves.steps[coset, kind], moves.periods
    image = np.empty(3, dtype=np.int64)
    for axis in range(3):
        value = step[axis]
        for other in range(3):
            value += turn[axis, other] * place[other]
        image[axis] = value % periods[axis]
    return image


@nb.njit(cache=True)
def write_image(moves, coset, shift, colours, out):
    """Write the image of colours under an operation.

    Args:
        moves: the group.
        coset: of the operation.
        shift: its translation, shape (3,).
        colours: of each kind in each cell, shape (b, cells).
        out: filled, same shape.
    """
    d0, d1, d2 = moves.periods
    turn = moves.turns[coset]
    for kind in range(len(colours)):
        start = moves.steps[coset, kind]
        target = out[moves.kind_images[coset, kind]]
        index = 0
        for a in range(d0):
            for b in range(d1):
                x = (start[0] + shift[0] + turn[0, 0] * a + turn[0, 1] * b) % d0
                y = (start[1] + shift[1] + turn[1, 0] * a + turn[1, 1] * b) % d1
                z = (start[2] + shift[2] + turn[2, 0] * a + turn[2, 1] * b) % d2
                for _ in range(d2):
                    target[(x * d1 + y) * d2 + z] = colours[kind, index]
                    index += 1
                    x += turn[0, 2]
                    if x >= d0:
                        x -= d0
                    y += turn[1, 2]
                    if y >= d1:
                        y -= d1
                    z += turn[2, 2]
                    if z >= d2:
                        z -= d2


@nb.njit(cache=True)
def _keeps(moves, coset, shift, colours):
    """Whether an operation sends every site to one of its own colour."""
    d0, d1, d2 = moves.periods
    turn = moves.turns[coset]
    for kind in range(len(colours)):
        start = moves.steps[coset, kind]
        target = colours[moves.kind_images[coset, kind]]
        index = 0
        for a in range(d0):
            for b in range(d1):
                x = (start[0] + shift[0] + turn[0, 0] * a + turn[0, 1] * b) % d0
                y = (start[1] + shift[1] + turn[1, 0] * a + turn[1, 1] * b) % d1
                z = (start[2] + shift[2] + turn[2, 0] * a + turn[2, 1] * b) % d2
                for _ in range(d2):
                    if target[(x * d1 + y) * d2 + z] != colours[kind, index]:
                        return False
                    index += 1
                    x += turn[0, 2]
                    if x >= d0:
                        x -= d0
                    y += turn[1, 2]
                    if y >= d1:
                        y -= d1
                    z += turn[2, 2]
                    if z >= d2:
                        z -= d2
    return True


@nb.njit(cache=True)
def _grow(members, known, shift, periods):
    """Add a translation to a group of them.

    Args:
        members: coordinates of those known, shape (k, 3).
        known: which elements they are, shape (cells,), changed.
        shift: the new one, shape (3,).
        periods: of the group of cells.

    Returns:
        The larger group, shape (k', 3).
    """
    order = 1
    multiple = shift.copy()
    while not known[_number(multiple[0], multiple[1], multiple[2], periods)]:
        order += 1
        multiple = (multiple + shift) % periods
    grown = np.empty((order * len(members), 3), dtype=np.int64)
    for power in range(order):
        for row in range(len(members)):
            element = (members[row] + power * shift) % periods
            grown[power * len(members) + row] = element
            known[_number(element[0], element[1], element[2], periods)] = True
    return grown


@nb.njit(cache=True)
def stabiliser(moves, identity, colours, fine, kinds, places):
    """The operations that leave colours alone.

    The sites of one colour are sent to one another, so one of them has as many images as there are such sites.

    Args:
        moves: the group.
        identity: the coset without rotation.
        colours: of each kind in each cell, shape (b, cells).
        fine: colours that tell more apart, in a way that no operation changes, same shape.
        kinds: kinds of the sites of one fine colour, shape (a,).
        places: coordinates of their cells, shape (a, 3).

    Returns:
        The translations, shape (t, 3); cosets that have an operation, shape (k,), and a translation of each, shape (k, 3).
    """
    periods = moves.periods
    cells = periods[0] * periods[1] * periods[2]
    known = np.zeros(cells, dtype=np.bool_)
    known[0] = True
    translations = np.zeros((1, 3), dtype=np.int64)
    cosets = np.empty(len(moves.turns), dtype=np.int64)
    shifts = np.empty((len(moves.turns), 3), dtype=np.int64)
    found = 0
    start = _turned(moves, identity, kinds[0], places[0])
    for member in range(len(kinds)):
        if kinds[member] != kinds[0]:
            continue
        # The translation itself: the identity's coset may be written with one of its own.
        shift = (places[member] - places[0]) % periods
        if known[_number(shift[0], shift[1], shift[2], periods)]:
            continue
        own = (places[member] - start) % periods
        if _keeps(moves, identity, own, fine) and _keeps(moves, identity, own, colours):
            translations = _grow(translations, known, shift, periods)
    for coset in range(len(moves.turns)):
        start = _turned(moves, coset, kinds[0], places[0])
        kind = moves.kind_images[coset, kinds[0]]
        tried = np.zeros(cells if len(translations) > 1 else 0, dtype=np.bool_)
        for member in range(len(kinds)):
            if kinds[member] != kind:
                continue
            shift = (places[member] - start) % periods
            if len(tried):
                if tried[_number(shift[0], shift[1], shift[2], periods)]:
                    continue
                for row in range(len(translations)):
                    other = (shift + translations[row]) % periods
                    tried[_number(other[0], other[1], other[2], periods)] = True
            if _keeps(moves, coset, shift, fine) and _keeps(moves, coset, shift, colours):
                cosets[found] = coset
                shifts[found] = shift
                found += 1
                break
    return translations, cosets[:found], shifts[:found]


@nb.njit(cache=True)
def refined(colours, start, other, steps, periods):
    """Colours that also say which colours a site's neighbours have.

    Args:
        colours: of each kind in each cell, unsigned, shape (b, cells).
        start: where the neighbours of each kind begin, shape (b + 1,).
        other: kind of each neighbour, shape (e,).
        steps: from the cell of the site to the neighbour's, shape (e, 3).
        periods: of the group of cells.
    """
    d0, d1, d2 = periods
    mixed = np.empty_like(colours)
    for kind in range(len(colours)):
        for cell in range(colours.shape[1]):
            value = colours[kind, cell] + np.uint64(0x9E3779B97F4A7C15)
            value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mixed[kind, cell] = value ^ (value >> np.uint64(31))
    out = np.empty_like(colours)
    for kind in range(len(colours)):
        index = 0
        for a in range(d0):
            for b in range(d1):
                for c in range(d2):
                    value = mixed[kind, index] * np.uint64(3)
                    for k in range(start[kind], start[kind + 1]):
                        x, y, z = a + steps[k, 0], b + steps[k, 1], c + steps[k, 2]
                        x -= d0 if x >= d0 else 0
                        y -= d1 if y >= d1 else 0
                        z -= d2 if z >= d2 else 0
                        value += mixed[other[k], (x * d1 + y) * d2 + z]
                    out[kind, index] = value
                    index += 1
    return out


@nb.njit(cache=True)
def one_of_each_orbit(kinds, places, translations, periods, n_kinds):
    """Which of some sites to keep so that no translation carries one into another, shape (a,).

    Args:
        kinds: kinds of the sites, shape (a,).
        places: coordinates of their cells, shape (a, 3).
        translations: a group of them, shape (t, 3).
        periods: of the group of cells.
        n_kinds: how many kinds there are.
    """
    kept = np.zeros(len(kinds), dtype=np.bool_)
    met = np.zeros((n_kinds, periods[0] * periods[1] * periods[2]), dtype=np.bool_)
    for member in range(len(kinds)):
        place = places[member]
        if met[kinds[member], _number(place[0], place[1], place[2], periods)]:
            continue
        kept[member] = True
        for row in range(len(translations)):
            other = (place + translations[row]) % periods
            met[kinds[member], _number(other[0], other[1], other[2], periods)] = True
    return kept


@nb.njit(cache=True)
def first_image(moves, colours, kinds, places):
    """The smallest of the images that bring one of some sites to the cell at the origin and the first kind it can have.

    Args:
        moves: the group.
        colours: of each kind in each cell, shape (b, cells).
        kinds: kinds of the sites, shape (a,).
        places: coordinates of their cells, shape (a, 3).
    """
    first = colours.shape[0]
    for member in range(len(kinds)):
        for coset in range(len(moves.turns)):
            first = min(first, moves.kind_images[coset, kinds[member]])
    best, image = np.empty_like(colours), np.empty_like(colours)
    any_yet = False
    for member in range(len(kinds)):
        for coset in range(len(moves.turns)):
            if moves.kind_images[coset, kinds[member]] != first:
                continue
            shift = (-_turned(moves, coset, kinds[member], places[member])) % moves.periods
            write_image(moves, coset, shift, colours, image)
            smaller = not any_yet
            if any_yet:
                for kind in range(len(colours)):
                    for cell in range(colours.shape[1]):
                        if image[kind, cell] != best[kind, cell]:
                            smaller = image[kind, cell] < best[kind, cell]
                            break
                    else:
                        continue
                    break
            if smaller:
                best[:] = image
                any_yet = True
    return best

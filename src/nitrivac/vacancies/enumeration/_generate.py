"""Orderly generation of symmetry-distinct placings, compiled.

A set of sites is kept if it is the lexicographically smallest of its images. Every beginning of such a set is such a
set, so only kept sets are extended, by a site behind their last, and nothing is stored (R. C. Read, Ann. Discrete Math. 2
(1978) 107). Occupants are placed one after the other, in layers: each layer runs under the operations that leave the
layers before it unchanged.

An operation whose image of the set is larger is not asked again until it can matter. Let d be the first site on which the
image and the set differ: the set has it, the image has not. Sites that the operation carries before d, onto places that the
set has passed by, would make the image the smaller one, so they are barred from all extensions. Nothing else changes before
d but by the site that is carried onto d: the operation waits at that site, and is asked when it is added. If that site is
passed by or barred, the operation is done with. So each step asks the few operations that wait at the new site and those
that leave the set alone, not the whole group.

The state of the search is nothing but its present sets, so it stops when the output is full and goes on from there.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

from nitrivac.vacancies.enumeration._search_state import ONE, bit, lowest_bit

# Nothing is allocated here; counting references to arrays would take two thirds of the time.
_compiled: Any = nb.njit(cache=True, nogil=True, _nrt=False)  # type: ignore[call-overload]

_SMALLER = -1  # of an image
_SAME = -2


@_compiled
def enter(level, problem, state):
    """Fill in the sites that may extend the set at a level: behind its last, free, not barred, and in conflict with none.

    Behind a site that may be next there must be enough for the rest of the layer: of sites that all exclude each other, one.
    """
    layer = problem.layer_of[level]
    sublattice = problem.sublattice_of[layer]
    size = problem.sizes[sublattice]
    allowed = state.todo[level]
    allowed[:] = 0
    first = level == problem.first_level[layer]
    low = 0 if first else state.chosen[level - 1] + 1
    if first:
        state.barred[level, :] = 0
    for w in range(len(allowed)):
        if 64 * w < size and 64 * (w + 1) > low:
            allowed[w] = ~state.barred[level, w]
            if low > 64 * w:
                allowed[w] &= ~np.uint64(0) << np.uint64(low - 64 * w)
            if size < 64 * (w + 1):
                allowed[w] &= ~(~np.uint64(0) << np.uint64(size - 64 * w))
    for other in range(layer):
        if problem.sublattice_of[other] == sublattice:
            for w in range(len(allowed)):
                allowed[w] &= ~state.sets[other, w]
    exclusive = len(problem.near) > 0 and problem.filled[layer]
    if exclusive:
        for earlier in range(level):
            if problem.filled[problem.layer_of[earlier]]:
                near = problem.near[
                    problem.offsets[problem.sublattice_of[problem.layer_of[earlier]]] + state.chosen[earlier]
                ]
                for w in range(len(allowed)):
                    allowed[w] &= ~near[sublattice, w]
    missing = problem.first_level[layer + 1] - level
    if missing > 1:
        _leave_enough(allowed, missing, low, size, exclusive, problem.cliques[sublattice], state.marks)


@_compiled
def _leave_enough(allowed, missing, low, size, exclusive, cliques, marks):
    """Strike out the sites behind which there are too few for the rest of a layer."""
    marks[:] = 0
    left = 0
    for x in range(size - 1, low - 1, -1):
        if allowed[x >> 6] & bit(x):
            if not exclusive:
                left += 1
            else:
                left += 1 - marks[cliques[x]]
                marks[cliques[x]] = 1
            if left < missing:
                allowed[x >> 6] &= ~bit(x)


@_compiled
def _first_difference(backward, inside, begin, last, barred):
    """Compare a set with its image from one site on: the first site that the set alone has, `_SMALLER` or `_SAME`.

    Args:
        backward: where the operation has each site from.
        inside: whether the set has a site, shape (n,).
        begin: the site to begin with; before it they agree.
        last: the last site of the set.
        barred: sites, as bits, to which those are added that would be carried onto a place which the set has passed by.
    """
    for y in range(begin, last + 1):
        source = backward[y]
        if inside[y]:
            if not inside[source]:
                return y
        elif inside[source]:
            return _SMALLER
        else:
            barred[source >> 6] |= bit(source)
    return _SAME  # the set has no site behind its last, and the image as many as the set


@_compiled
def choose(level, x, problem, state):
    """Put site x into the set at a level, unless an image becomes smaller: whether it was put in.

    Operations that are to be asked later are put where they wait; those that leave the set alone are listed.
    """
    layer = problem.layer_of[level]
    backward = problem.backward[problem.sublattice_of[layer]]
    inside, heads, here = state.inside[layer], state.heads[layer], state.alone[level]
    following = level + 1
    ends = following == problem.first_level[layer + 1]
    barred, alone = state.barred[following], state.alone[following]
    for w in range(len(barred)):
        barred[w] = state.barred[level, w]
    inside[x] = 1
    top = state.tops[level]
    kept = 0
    accepted = True
    begin = 0 if level == problem.first_level[layer] else state.chosen[level - 1] + 1
    entry = heads[x]
    for place in range(state.orders[level]):
        g = here[place]
        if problem.forward[problem.sublattice_of[layer], g, x] < x:
            accepted = False
            break
    if accepted:
        while entry >= 0:  # those that wait first: most sites that are refused, they refuse
            g = state.waiting[entry, 0]
            d = _first_difference(backward[g], inside, state.waiting[entry, 1] + 1, x, barred)
            if d == _SMALLER:
                accepted = False
                break
            if d == _SAME:
                alone[kept] = g
                kept += 1
            elif not ends:
                top = _wait(g, d, backward[g, d], x, top, barred, heads, state.waiting)
            entry = state.waiting[entry, 2]
    if accepted:
        for place in range(state.orders[level]):
            g = here[place]
            d = _first_difference(backward[g], inside, begin, x, barred)
            if d == _SAME:
                alone[kept] = g
                kept += 1
            elif not ends:
                top = _wait(g, d, backward[g, d], x, top, barred, heads, state.waiting)
    state.chosen[level] = x
    state.sets[layer, x >> 6] |= bit(x)
    state.orders[following] = kept
    state.tops[following] = top
    if not accepted:
        take_back(level, problem, state)
    return accepted


@_compiled
def _wait(g, d, source, last, top, barred, heads, waiting):
    """Let an operation wait at the site that it carries onto the first difference, if that can still be added."""
    if source > last and not barred[source >> 6] & bit(source):
        waiting[top, 0] = g
        waiting[top, 1] = d
        waiting[top, 2] = heads[source]
        waiting[top, 3] = source
        heads[source] = top
        top += 1
    return top


@_compiled
def take_back(level, problem, state):
    """Take the site of a level out of its set again, and those from where they wait that were put there with it."""
    x = state.chosen[level]
    if x < 0:
        return
    layer = problem.layer_of[level]
    for entry in range(state.tops[level + 1] - 1, state.tops[level] - 1, -1):
        state.heads[layer, state.waiting[entry, 3]] = state.waiting[entry, 2]
    state.tops[level + 1] = state.tops[level]
    state.sets[layer, x >> 6] &= ~bit(x)
    state.inside[layer, x] = 0
    state.chosen[level] = -1


@_compiled
def _left_alone(level, x, problem, state):
    """How many operations, and how many translations, leave the placing alone that site x completes; 0 if it is refused."""
    layer = problem.layer_of[level]
    heads, here, count = state.heads[layer], state.alone[level], state.orders[level]
    if count == 0 and heads[x] < 0:
        return 1, 1
    sublattice = problem.sublattice_of[layer]
    forward, backward, inside = problem.forward[sublattice], problem.backward[sublattice], state.inside[layer]
    same = periods = 1  # the identity
    for place in range(count):
        y = forward[here[place], x]
        if y < x:
            return 0, 0
        if y == x:
            same += 1
            periods += problem.translation[here[place]]
    inside[x] = 1
    entry = heads[x]
    while entry >= 0:
        g = state.waiting[entry, 0]
        d = _first_difference(backward[g], inside, state.waiting[entry, 1] + 1, x, state.unused)
        if d == _SMALLER:
            same = 0
            break
        if d == _SAME:
            same += 1
            periods += problem.translation[g]
        entry = state.waiting[entry, 2]
    inside[x] = 0
    return same, periods


@_compiled
def next_candidate(level, state):
    """The first candidate left at a level, struck off the list, or -1."""
    for w in range(state.todo.shape[1]):
        if state.todo[level, w]:
            x = 64 * w + lowest_bit(state.todo[level, w])
            state.todo[level, w] &= state.todo[level, w] - ONE
            return x
    return -1


@_compiled
def advance(level, top, problem, state, superperiodic, most_steps, out_sets, out_orders):
    """Go on from the present state until the output is full, steps are used up, or the levels from `top` on exhausted.

    Args:
        level: the level at which the search stands, prepared by `enter`.
        top: the first level that may change.
        problem, state: see there.
        superperiodic: whether placings that repeat within the cell are written.
        most_steps: how many sites are tried at most.
        out_sets: sites of each layer as bits, shape (b, l, w), filled.
        out_orders: how many operations leave each placing alone, shape (b,), filled.

    Returns:
        The level at which to go on, `top - 1` at the end, and the number of placings written.
    """
    written = 0
    last = len(problem.layer_of) - 1
    layers, words = state.sets.shape
    layer = problem.layer_of[last]
    sets, todo = state.sets, state.todo[last]
    room = len(out_orders)
    steps = 0
    while level >= top:
        steps += 1
        if steps > most_steps:
            return level, written
        if level < last:
            take_back(level, problem, state)
            x = next_candidate(level, state)
            if x < 0:
                level -= 1
            elif choose(level, x, problem, state):
                level += 1
                enter(level, problem, state)
            continue
        for w in range(words):
            rest = todo[w]
            while rest and written < room:
                lowest = lowest_bit(rest)
                same, periods = _left_alone(last, 64 * w + lowest, problem, state)
                if same and (superperiodic or periods <= 1):
                    for i in range(layers):
                        for v in range(words):
                            out_sets[written, i, v] = sets[i, v]
                    out_sets[written, layer, w] |= bit(lowest)
                    out_orders[written] = same
                    written += 1
                rest &= rest - ONE
            todo[w] = rest
            if rest:
                return level, written
        level -= 1
    return level, written

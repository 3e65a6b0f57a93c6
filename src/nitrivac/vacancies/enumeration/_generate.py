"""Orderly generation of symmetry-distinct placings, compiled.

A set of sites is kept if it is the lexicographically smallest of its images. Every beginning of such a set is such a
set, so only kept sets are extended, by a site behind their last, and nothing is stored (R. C. Read, Ann. Discrete Math. 2
(1978) 107). Occupants are placed one after the other, in layers: each layer runs under the operations that leave the
layers before it unchanged.

All extensions of a set are judged at once: for each operation, the first site on which the image of the set and the set
differ tells which extensions the operation carries to a smaller set.

The state of the search is nothing but its present sets, so it stops when the output is full and goes on from there.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

from nitrivac.vacancies.enumeration._search_state import ONE, bit, lowest_bit

# Nothing is allocated here; counting references to arrays would take two thirds of the time.
_compiled: Any = nb.njit(cache=True, nogil=True, _nrt=False)  # type: ignore[call-overload]

_FEW = 8  # operations up to which sorting them does not pay


@_compiled
def _candidates(level, problem, state):
    """Fill in the sites that may extend the set at a level: behind its last, free, and in conflict with none.

    Behind a site that may be next there must be enough for the rest of the layer: of sites that all exclude each other, one.
    """
    layer = problem.layer_of[level]
    sublattice = problem.sublattice_of[layer]
    size = problem.sizes[sublattice]
    allowed = state.todo[level]
    allowed[:] = 0
    low = 0 if level == problem.first_level[layer] else state.chosen[level - 1] + 1
    missing = problem.first_level[layer + 1] - level
    exclusive = len(problem.conflicts) > 0 and problem.filled[layer]
    high = size if exclusive else size - missing + 1
    for w in range(len(allowed)):
        if 64 * w < high and 64 * (w + 1) > low:
            allowed[w] = ~np.uint64(0)
            if low > 64 * w:
                allowed[w] &= ~np.uint64(0) << np.uint64(low - 64 * w)
            if high < 64 * (w + 1):
                allowed[w] &= ~(~np.uint64(0) << np.uint64(high - 64 * w))
    for other in range(layer):
        if problem.sublattice_of[other] == sublattice:
            for w in range(len(allowed)):
                allowed[w] &= ~state.sets[other, w]
    if exclusive:
        for earlier in range(level):
            if problem.filled[problem.layer_of[earlier]]:
                a = problem.offsets[problem.sublattice_of[problem.layer_of[earlier]]] + state.chosen[earlier]
                for x in range(size):
                    if problem.conflicts[a, problem.offsets[sublattice] + x]:
                        allowed[x >> 6] &= ~bit(x)
        marks = state.marks
        marks[:] = 0
        left = 0
        for x in range(size - 1, low - 1, -1):
            if allowed[x >> 6] & bit(x):
                left += 1 - marks[problem.cliques[sublattice, x]]
                marks[problem.cliques[sublattice, x]] = 1
                if left < missing:
                    allowed[x >> 6] &= ~bit(x)


@_compiled
def _sort_by_source(level, problem, state):
    """Sort a layer's operations by the site they carry onto the first of its set; bar sites carried before that one."""
    layer = problem.layer_of[level]
    first = state.chosen[problem.first_level[layer]]
    backward = problem.backward[problem.sublattice_of[layer]]
    start, sorted_operations = state.bucket_start[layer], state.buckets[layer]
    start[:] = 0
    for k in range(state.orders[layer]):
        start[backward[state.groups[layer, k], first] + 1] += 1
    for site in range(len(start) - 1):
        start[site + 1] += start[site]
    for k in range(state.orders[layer] - 1, -1, -1):
        # Each bucket is filled from its end, so that afterwards `start` points to its beginning once more.
        site = backward[state.groups[layer, k], first]
        start[site + 1] -= 1
        sorted_operations[start[site + 1]] = k
    for site in range(len(start) - 1):
        start[site] = start[site + 1]
    start[len(start) - 1] = state.orders[layer]
    state.barred[layer, :] = 0
    for k in range(state.orders[layer]):
        for y in range(first):
            x = backward[state.groups[layer, k], y]
            state.barred[layer, x >> 6] |= bit(x)


@_compiled
def enter(level, problem, state):
    """Prepare a level: find its candidates and strike out those that do not give the smallest of their images.

    Only operations that carry a site of the set, or the candidate, onto the set's first site can make it smaller or leave
    it alone. They are gone through in that order, so that most candidates are out before their own operations come; where
    there are few, all are.
    """
    _candidates(level, problem, state)
    layer = problem.layer_of[level]
    same, periods = state.same[level], state.periods[level]
    same[:] = 1  # the identity leaves every set alone
    periods[:] = 1
    order = state.orders[layer]
    if order == 1:
        return
    sublattice = problem.sublattice_of[layer]
    forward, backward, translation = problem.forward[sublattice], problem.backward[sublattice], problem.translation
    current, group, allowed = state.sets[layer], state.groups[layer], state.todo[level]
    start, buckets, chosen = state.bucket_start[layer], state.buckets[layer], state.chosen
    words = len(current)
    begin = problem.first_level[layer]
    taken = level - begin
    late = taken > 0 and level + 1 == problem.first_level[layer + 1]
    latest = chosen[level - 1] if late else 0
    images, image = state.images[level - 1 if late else level], state.image
    every = taken == 0 or order <= _FEW
    if not every:
        if taken == 1:
            _sort_by_source(level, problem, state)
        for w in range(words):
            allowed[w] &= ~state.barred[layer, w]
    first_candidate = chosen[level - 1] + 1 if taken else 0
    sources = 1 if every else taken + problem.sizes[sublattice] - first_candidate
    for index in range(sources):
        low, high = 0, order
        if not every:
            source = chosen[begin + index] if index < taken else first_candidate + index - taken
            if index >= taken and not allowed[source >> 6] & bit(source):
                continue
            low, high = start[source], start[source + 1]
        for place in range(low, high):
            k = place if every else buckets[place]
            g = group[k]
            if g == problem.identity:
                continue
            for w in range(words):
                image[w] = images[k, w]
            if late:
                y = forward[g, latest]
                image[y >> 6] |= bit(y)
            word = 0
            while word < words and image[word] == current[word]:
                word += 1
            if word == words:  # the operation leaves the set alone: the site must be the first of its images
                for w in range(words):
                    rest = allowed[w]
                    while rest:
                        x = 64 * w + lowest_bit(rest)
                        rest &= rest - ONE
                        y = forward[g, x]
                        if y < x:
                            allowed[w] &= ~bit(x)
                        elif y == x:
                            same[x] += 1
                            periods[x] += translation[g]
                continue
            d = 64 * word + lowest_bit(image[word] ^ current[word])
            for y in range(d):  # an extension sent before the first difference makes the image the smaller one
                x = backward[g, y]
                allowed[x >> 6] &= ~bit(x)
            x = backward[g, d]  # one sent onto the first difference: compare what follows
            if not allowed[x >> 6] & bit(x):
                continue
            difference = theirs = np.uint64(0)
            for w in range(word, words):
                mine, theirs = current[w], image[w]
                if w == x >> 6:
                    mine |= bit(x)
                if w == d >> 6:
                    theirs |= bit(d)
                difference = mine ^ theirs
                if difference:
                    break
            if not difference:
                same[x] += 1
                periods[x] += translation[g]
            elif theirs & difference & (~difference + ONE):
                allowed[x >> 6] &= ~bit(x)


@_compiled
def choose(level, x, problem, state):
    """Put site x into the set at a level and carry the images on; at a layer's end, find what leaves it alone."""
    layer = problem.layer_of[level]
    forward = problem.forward[problem.sublattice_of[layer]]
    words = state.sets.shape[1]
    state.chosen[level] = x
    state.sets[layer, x >> 6] |= bit(x)
    if level + 1 == len(problem.layer_of):
        return
    # Before a layer's last level images stay as they are: most are never asked for, see `enter`.
    following = problem.first_level[layer + 1]
    if level + 2 == following:
        return
    groups, orders, images, current = state.groups, state.orders, state.images, state.sets[layer]
    if level + 1 < following:
        for k in range(orders[layer]):
            y = forward[groups[layer, k], x]
            for w in range(words):
                images[level + 1, k, w] = images[level, k, w]
            images[level + 1, k, y >> 6] |= bit(y)
        return
    late = level > problem.first_level[layer]
    kept = 0
    for k in range(orders[layer]):
        g = groups[layer, k]
        y = forward[g, x]
        z = forward[g, state.chosen[level - 1]] if late else y
        unchanged = True
        for w in range(words):
            image = images[level - 1 if late else level, k, w]
            if w == y >> 6:
                image |= bit(y)
            if w == z >> 6:
                image |= bit(z)
            if image != current[w]:
                unchanged = False
                break
        if unchanged:
            groups[layer + 1, kept] = g
            images[level + 1, kept] = 0
            kept += 1
    orders[layer + 1] = kept


@_compiled
def take_back(level, problem, state):
    """Take the site of a level out of its set again."""
    x = state.chosen[level]
    if x >= 0:
        state.sets[problem.layer_of[level], x >> 6] &= ~bit(x)
        state.chosen[level] = -1


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
    sets, todo, same, periods = state.sets, state.todo[last], state.same[last], state.periods[last]
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
            else:
                choose(level, x, problem, state)
                level += 1
                enter(level, problem, state)
            continue
        for w in range(words):
            rest = todo[w]
            while rest and written < room:
                lowest = lowest_bit(rest)
                x = 64 * w + lowest
                if superperiodic or periods[x] <= 1:
                    for i in range(layers):
                        for v in range(words):
                            out_sets[written, i, v] = sets[i, v]
                    out_sets[written, layer, w] |= bit(lowest)
                    out_orders[written] = same[x]
                    written += 1
                rest &= rest - ONE
            todo[w] = rest
            if rest:
                return level, written
        level -= 1
    return level, written

"""Components of periodic networks and the lattices of their closed walks, compiled.

A union-find forest in which each site knows the lattice vector from its parent; an edge inside a component closes a
walk, whose lattice vector joins the component's cycle lattice, kept in Hermite normal form.
"""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def find_root(parent, offset, site, total):
    """The root of a site; `total` becomes the lattice vector from it, and the way there is halved."""
    total[:] = 0
    while parent[site] != site:
        above = parent[site]
        if parent[above] != above:
            for axis in range(3):
                offset[site, axis] += offset[above, axis]
            parent[site] = parent[above]
        for axis in range(3):
            total[axis] += offset[site, axis]
        site = parent[site]
    return site


@nb.njit(cache=True, nogil=True)
def add_cycle(basis, vector):
    """Add a vector to a lattice given by its Hermite normal form, rows led by their own column, zero where missing."""
    for column in range(3):
        while vector[column] != 0:
            if basis[column, column] == 0:
                sign = 1 if vector[column] > 0 else -1
                for axis in range(3):
                    basis[column, axis] = sign * vector[axis]
                    vector[axis] = 0
                break
            quotient = vector[column] // basis[column, column]
            for axis in range(3):
                vector[axis] -= quotient * basis[column, axis]
            if vector[column] != 0:  # the remainder is smaller: it takes the row's place
                for axis in range(3):
                    kept = basis[column, axis]
                    basis[column, axis] = vector[axis]
                    vector[axis] = kept
    for lower in range(1, 3):  # keep the entries right of each lead small
        lead = basis[lower, lower]
        if lead != 0:
            for row in range(lower):
                quotient = basis[row, lower] // lead
                for axis in range(3):
                    basis[row, axis] -= quotient * basis[lower, axis]


@nb.njit(cache=True, nogil=True)
def rank_of(basis):
    """Number of dimensions of a lattice in Hermite normal form."""
    return int(basis[0, 0] != 0) + int(basis[1, 1] != 0) + int(basis[2, 2] != 0)


@nb.njit(cache=True, nogil=True)
def join(parent, offset, size, basis, first, second, image, work):
    """Add one edge; the rank of the component it lies in afterwards."""
    root = find_root(parent, offset, first, work[0])
    other = find_root(parent, offset, second, work[1])
    for axis in range(3):
        work[0, axis] += image[axis] - work[1, axis]
    if root == other:
        own = basis[root]
        if work[0].any() and not (own[0, 0] == 1 and own[1, 1] == 1 and own[2, 2] == 1):
            add_cycle(own, work[0])
        return rank_of(own)
    if size[root] < size[other]:
        root, other = other, root
        for axis in range(3):
            work[0, axis] = -work[0, axis]
    parent[other] = root
    size[root] += size[other]
    for axis in range(3):
        offset[other, axis] = work[0, axis]
    for row in range(3):
        if basis[other, row].any():
            for axis in range(3):
                work[1, axis] = basis[other, row, axis]
            add_cycle(basis[root], work[1])
    return rank_of(basis[root])


@nb.njit(cache=True, nogil=True)
def join_all(parent, offset, size, basis, first, second, images):
    """Add many edges; the highest rank that one of them met."""
    work = np.zeros((2, 3), dtype=np.int64)
    highest = 0
    for index in range(len(first)):
        highest = max(highest, join(parent, offset, size, basis, first[index], second[index], images[index], work))
    return highest


@nb.njit(cache=True, nogil=True)
def join_until(parent, offset, size, basis, first, second, images, order, shells, start, rank):
    """Add edges in order up to the end of the shell in which a component first has more than a rank.

    Args:
        parent, offset, size, basis: the forest.
        first, second, images: edges, shape (k,).
        order: in which they are added, shape (k,).
        shells: number of the shell of each place in the order, rising, shape (k,).
        start: place in the order to begin at.
        rank: the rank to pass.

    Returns:
        The place after the last edge added, and the highest rank met.
    """
    work = np.zeros((2, 3), dtype=np.int64)
    highest = rank
    place = start
    while place < len(order):
        edge = order[place]
        highest = max(highest, join(parent, offset, size, basis, first[edge], second[edge], images[edge], work))
        place += 1
        if highest > rank and (place == len(order) or shells[place] != shells[place - 1]):
            break
    return place, highest


@nb.njit(cache=True, nogil=True)
def roots_of(parent, offset):
    """The root of every site."""
    work = np.zeros(3, dtype=np.int64)
    roots = np.empty(len(parent), dtype=np.int64)
    for site in range(len(parent)):
        roots[site] = find_root(parent, offset, site, work)
    return roots


@nb.njit(cache=True, nogil=True)
def is_blocked(site, filled, starts, partners):
    """Whether a site that excludes this one is filled."""
    for place in range(starts[site], starts[site + 1]):  # noqa: SIM110 - numba compiles no generators
        if filled[partners[place]]:
            return True
    return False


@nb.njit(cache=True, nogil=True)
def fill_to_quotas(order, kinds, quotas, starts, partners, filled):
    """Fill sites in order where nothing excludes them, no more of a kind than its quota.

    Args:
        order: sites in the order in which they are tried, shape (n,).
        kinds: kind of each site, shape (n,).
        quotas: how many of each kind may still be filled; counted down.
        starts: where the partners of each site start, shape (n + 1,).
        partners: sites that exclude a site, of all sites one after the other.
        filled: set for the sites filled, shape (n,).
    """
    for site in order:
        if quotas[kinds[site]] > 0 and not is_blocked(site, filled, starts, partners):
            filled[site] = True
            quotas[kinds[site]] -= 1


@nb.njit(cache=True, nogil=True)
def fill_sites(order, starts, neighbours, images, partner_starts, partners, reached, largest):
    """Fill sites one by one, unless a site that excludes them is filled, and join them with filled neighbours.

    After Newman and Ziff.

    Args:
        order: sites in the order in which they are filled, shape (n,).
        starts: where the neighbours of each site start, shape (n + 1,).
        neighbours: of all sites, one after the other.
        images: cell of each.
        partner_starts: where the partners of each site start, shape (n + 1,).
        partners: sites that exclude a site, of all sites one after the other.
        reached: filled with the number of sites at which a component first has rank 1, 2, 3; 0 where never, shape (3,).
        largest: filled with the size of the largest component after each site filled, the last one to the end, shape (n,).

    Returns:
        The number of sites filled.
    """
    n = len(order)
    parent = np.arange(n)
    offset = np.zeros((n, 3), dtype=np.int64)
    size = np.ones(n, dtype=np.int64)
    basis = np.zeros((n, 3, 3), dtype=np.int64)
    work = np.zeros((2, 3), dtype=np.int64)
    total = np.zeros(3, dtype=np.int64)
    filled = np.zeros(n, dtype=np.bool_)
    biggest = 0
    step = 0
    for site in order:
        if is_blocked(site, filled, partner_starts, partners):
            continue
        filled[site] = True
        for place in range(starts[site], starts[site + 1]):
            if filled[neighbours[place]]:
                rank = join(parent, offset, size, basis, site, neighbours[place], images[place], work)
                for dimension in range(rank):
                    if reached[dimension] == 0:
                        reached[dimension] = step + 1
        biggest = max(biggest, size[find_root(parent, offset, site, total)])
        largest[step] = biggest
        step += 1
    largest[step:] = biggest
    return step


@nb.njit(cache=True, nogil=True)
def shared_ligands(first, second, images, starts, ligands, ligand_images, kinds, counts):
    """How many ligands of each kind the ends of pairs have in common, periodic images told apart.

    Args:
        first: one end of each pair, shape (k,).
        second: the other.
        images: cell of the other, shape (k, 3).
        starts: where the ligands of each site start.
        ligands: of all sites, one after the other.
        ligand_images: cell of each.
        kinds: kind of each ligand site.
        counts: filled, shape (k, number of kinds).
    """
    for pair in range(len(first)):
        i, j = first[pair], second[pair]
        for one in range(starts[i], starts[i + 1]):
            for other in range(starts[j], starts[j + 1]):
                if (
                    ligands[one] == ligands[other]
                    and ligand_images[one, 0] == ligand_images[other, 0] + images[pair, 0]
                    and ligand_images[one, 1] == ligand_images[other, 1] + images[pair, 1]
                    and ligand_images[one, 2] == ligand_images[other, 2] + images[pair, 2]
                ):
                    counts[pair, kinds[ligands[one]]] += 1

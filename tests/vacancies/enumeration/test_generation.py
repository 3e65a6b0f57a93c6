"""Every distinct configuration once: against exact counts, brute force, other programs, in shards, in large cells."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure

from nitrivac.crystal import crystal_from_structure
from nitrivac.crystal.supercells.supercell import distinct_lattices
from nitrivac.vacancies import ConfigurationSpace, parse_specification
from nitrivac.vacancies.enumeration.fillings import Fillings
from nitrivac.vacancies.enumeration.generation import Task, generate, plan_layers
from nitrivac.vacancies.planning.plan import Plan
from nitrivac.vacancies.planning.shapes import spaces_of_all_shapes
from nitrivac.vacancies.planning.site_counts import SiteCount
from tests.vacancies.test_space import space

FCC = crystal_from_structure(Structure(Lattice(np.array([[0, 2, 2], [2, 0, 2], [2, 2, 0]])), ["Al"], [[0, 0, 0]]))


def of_shape(crystal, matrix, counts):
    """The configuration space of given numbers on the orbits of a supercell: label to numbers by occupant."""
    cells = round(abs(np.linalg.det(matrix)))
    rows = []
    for label, numbers in counts.items():
        orbit = next(one for one in crystal.orbits if one.label == label)
        sites = cells * len(orbit.indices)
        rows.append(SiteCount(label=label, address=label, sites=sites, counts=numbers, targets={}))
    plan = Plan(matrix=np.array(matrix), cells=cells, atoms=0, counts=tuple(rows), charge=None, min_image=0.0)
    return ConfigurationSpace(crystal=crystal, plan=plan, exclusion=0.0)


@pytest.mark.parametrize(
    ("items", "supercell"),
    [
        (["Li@4f=5/72"], "3x3x2"),
        (["Li@4f=6/72"], "3x3x2"),
        (["Li@4f=8/32"], "2x2x2"),
        (["Li@4f=3/72", "N@2c=1/36"], "3x3x2"),
        (["Li@4f=3/16", "Li@2b=2/8", "N@2c=1/8"], "2x2x1"),
    ],
)
def test_as_many_are_generated_as_are_counted(items, supercell):
    found = space("beta-Li3N", items, supercell)
    order, made, total = found.supercell.order, 0, 0
    for batch in found.batches(batch_size=10_000):
        made += len(batch)
        total += int(batch.degeneracies.sum())
        assert (batch.degeneracies * batch.stabiliser_orders == order).all()
    assert (made, total) == (found.count(), found.total())


def test_half_of_the_sites_under_a_large_group():
    """Half of 32 sites of face-centred cubic, 1,536 operations: as many as by Burnside's lemma, and all labelled ones."""
    found = of_shape(FCC, 2 * np.array([[-1, 1, 1], [1, -1, 1], [1, 1, -1]]), {FCC.orbits[0].label: {"Al": 16, "Mg": 16}})
    assert found.supercell.order == 1536
    batches = list(found.batches())
    assert sum(map(len, batches)) == found.count() == 404_582
    assert sum(int(batch.degeneracies.sum()) for batch in batches) == found.total()


@pytest.mark.parametrize(
    ("nitrogen", "chlorine", "vacant", "supercell"), [(7, 9, 2, "2x2x1"), (6, 10, 4, "2x2x1"), (9, 11, 2, "5x1x1")]
)
def test_mixed_anions_and_vacancies_are_generated_in_full(nitrogen, chlorine, vacant, supercell):
    anions = nitrogen + chlorine
    found = space(
        "Li9N2Cl3",
        [f"4a=N:{nitrogen / anions!r},Cl:{chlorine / anions!r}", f"Li@8c={vacant}/{2 * anions}"],
        supercell,
    )
    assert sum(len(batch) for batch in found.batches()) == found.count()


def test_shards_are_the_whole_and_share_nothing():
    found = space("beta-Li3N", ["Li@4f=3/16", "N@2c=2/8"], "2x2x1")
    whole = [found.canonical(one.codes) for one in found.enumerate()]
    parts = [[found.canonical(one.codes) for one in found.enumerate(shard=(k, 5))] for k in range(1, 6)]
    assert sorted(code for part in parts for code in part) == sorted(whole)
    assert len(set(whole)) == len(whole) == found.count()
    assert all(parts)


def test_threads_make_the_same_configurations():
    found = space("beta-Li3N", ["Li@4f=4/32", "N@2c=1/16"], "2x2x2")
    alone = np.concatenate([batch.codes() for batch in found.batches()])
    together = np.concatenate([batch.codes() for batch in found.batches(threads=3, batch_size=100)])
    assert len(alone) == found.count()
    assert sorted(map(bytes, alone)) == sorted(map(bytes, together))


def test_stopping_early_stops_the_threads():
    import threading

    before = threading.active_count()
    stream = space("beta-Li3N", ["Li@4f=5/72"], "3x3x2").batches(threads=2, batch_size=10)
    next(stream)
    stream.close()
    assert threading.active_count() == before


def test_the_order_does_not_depend_on_the_batch():
    found = space("beta-Li3N", ["Li@4f=4/16"], "2x2x1")
    rows = [np.concatenate([batch.codes() for batch in found.batches(batch_size=size)]) for size in (1, 7, 1000)]
    assert (rows[0] == rows[1]).all()
    assert (rows[0] == rows[2]).all()


@pytest.mark.parametrize(("supercell", "sites"), [("4x3x2", 96), ("4x4x3", 192), ("5x5x3", 300)])
def test_cells_beyond_one_and_two_words_of_sites(supercell, sites):
    found = space("beta-Li3N", [f"Li@4f=2/{sites}", f"N@2c=1/{sites // 2}"], supercell)
    assert sum(len(batch) for batch in found.batches()) == found.count()


def test_configurations_that_repeat_within_the_cell_can_be_left_out():
    found = space("beta-Li3N", ["Li@4f=4/16"], "2x2x1")
    kept = list(found.enumerate(superperiodic=False))
    translations = np.flatnonzero(found.task.translations)
    repeating = [one for one in found.enumerate() if len(np.intersect1d(one.stabiliser, translations)) > 1]
    assert len(kept) == found.count(superperiodic=False) == found.count() - len(repeating)
    assert repeating


def test_all_cell_shapes_of_four_cells():
    """131 with superperiodic ones, 116 without, on 11 distinct lattices."""
    from nitrivac import load

    beta = load("beta-Li3N")
    targets = parse_specification(beta, ["Li@4f=2/16"])
    spaces = list(spaces_of_all_shapes(beta, targets, 4, allow_charge=True))
    assert len(spaces) == 11
    assert sum(one.count() for one in spaces) == 131
    assert sum(one.count(superperiodic=False) for one in spaces) == 116
    assert sum(len(batch) for one in spaces for batch in one.batches(superperiodic=False)) == 116


def test_lattices_of_fcc_and_two_colours_on_all_of_them():
    """Distinct lattices of fcc and its two-colour structures, as published for derivative superstructures."""
    shapes = {n: distinct_lattices(FCC.space_group.rotations, n) for n in range(1, 15)}
    assert [len(shapes[n]) for n in shapes] == [1, 2, 3, 7, 5, 10, 7, 20, 14, 18, 11, 41, 15, 28]
    found = []
    for n in range(2, 9):
        spaces = [
            of_shape(FCC, shape, {FCC.orbits[0].label: {"Al": n - k, "vacancy": k}})
            for shape in shapes[n]
            for k in range(1, n)
        ]
        found.append(sum(len(batch) for one in spaces for batch in one.batches(superperiodic=False)))
        assert found[-1] == sum(one.count(superperiodic=False) for one in spaces)
    assert found == [2, 6, 19, 28, 80, 104, 390]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the symmetry library that icet calls
def test_icet_finds_as_many_two_colour_structures():
    tools = pytest.importorskip("icet.tools", reason="icet has no wheel for this Python")
    from ase.build import bulk

    made = tools.enumerate_structures(bulk("Al"), range(2, 6), ["Al", "Li"])
    sizes = [len(one) for one in made]
    assert [sizes.count(n) for n in range(2, 6)] == [2, 6, 19, 28]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the symmetry library that bsym calls
@pytest.mark.parametrize(("vacant", "distinct"), [(2, 7), (3, 12)])
def test_bsym_finds_as_many_vacancy_arrangements(vacant, distinct):
    interface = pytest.importorskip("bsym.interface.pymatgen", reason="bsym is not installed")
    found = space("beta-Li3N", [f"Li@4f={vacant}/16"], "2x2x1")
    cell, owner = found.supercell, found.crystal.orbit_of_site[found.supercell.parent_site]
    names = np.array(["N", "Li", "Na"])[owner]  # Na stands on Li(4f)
    parent = Structure(Lattice(cell.lattice), names.tolist(), cell.frac_coords)
    made = interface.unique_structure_substitutions(parent, "Na", {"Na": 16 - vacant, "X": vacant})
    assert len(made) == found.count() == distinct
    assert sorted(one.number_of_equivalent_configurations for one in made) == sorted(
        one.degeneracy for one in found.enumerate()
    )


def _group(generators):
    """All products of some permutations."""
    rows = {tuple(range(len(generators[0])))}
    while True:
        more = {tuple(np.array(a)[list(b)]) for a in rows for b in map(tuple, generators)} | rows
        if more == rows or len(more) > 400:
            return np.array(sorted(more)) if more == rows else None
        rows = more


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_group_any_numbers_any_exclusions_agree_with_brute_force(data):
    """Random permutation groups on two coupled sublattices, with pairs of sites that exclude each other."""
    first, second = data.draw(st.integers(1, 5)), data.draw(st.integers(0, 3))
    size = first + second
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    blocks = [np.concatenate([rng.permutation(first), first + rng.permutation(second)]) for _ in range(2)]
    group = _group(blocks)
    if group is None:
        return
    a = data.draw(st.integers(0, first))
    b = data.draw(st.integers(0, first - a))
    numbers = [(first - a - b, a, b)] + ([(second - (c := data.draw(st.integers(0, second))), c)] if second else [])
    filled = [[False, True, True], [False, True]][: len(numbers)]
    conflicts = np.zeros((0, 0), dtype=bool)
    if data.draw(st.booleans()) and size > 1:
        conflicts = np.zeros((size, size), dtype=bool)
        pair = rng.choice(size, 2, replace=False)
        for row in group:
            conflicts[row[pair[0]], row[pair[1]]] = conflicts[row[pair[1]], row[pair[0]]] = True
    layers, rest = plan_layers(numbers, filled, exclusive=len(conflicts) > 0)
    bounds = np.array([0, first, size][: len(numbers) + 1])
    task = Task(
        permutations=group,
        bounds=bounds,
        translations=np.zeros(len(group), dtype=bool),
        layers=layers,
        rest=rest,
        conflicts=conflicts,
    )
    words = [set(permutations(np.repeat(range(len(one)), one).tolist())) for one in numbers]
    labelled = [sum(parts, ()) for parts in product(*words)]
    atom = np.array([code > 0 for code in range(3)])
    if len(conflicts):
        labelled = [one for one in labelled if not (np.outer(atom[list(one)], atom[list(one)]) & conflicts).any()]
    orbits = {min(tuple(np.array(one)[row]) for row in group) for one in labelled}
    made = [row for batch in generate(task, batch_size=3) for row in batch.codes()]
    assert {min(tuple(row[operation]) for operation in group) for row in made} == orbits
    assert len(made) == len(orbits)
    assert sum(int(batch.degeneracies.sum()) for batch in generate(task)) == len(labelled)
    assert sum(Fillings(task, row).ways for row in group) == len(group) * len(orbits)

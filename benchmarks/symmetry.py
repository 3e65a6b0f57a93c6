"""CPU seconds of symmetry searches in supercells, beside one search of spglib and of moyo.

    python benchmarks/symmetry.py [--quick] [--slow]

nitrivac's is the whole search of `nitrivac verify`: the group, the second opinion and the plateau of tolerances. The others
are one search at 0.01 angstrom on the same cell. `--slow` lets them take minutes, `--quick` takes small cells alone.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from nitrivac import load
from nitrivac.symmetry.search import SymmetrySearch
from nitrivac.symmetry.spglib_moyo import moyo_dataset, spglib_dataset
from nitrivac.verification.opinion import opinion_of, programs
from nitrivac.verification.plateau import average_cell, find_plateau

SYMPREC = 0.01
CASES = [("perfect", (5, 5, 5), 0), ("one vacancy", (5, 5, 5), 1), ("perfect", (11, 11, 11), 0),
         ("one vacancy", (11, 11, 11), 1), ("perfect", (23, 23, 23), 0), ("one vacancy", (23, 23, 23), 1)]  # fmt: skip
GROUPS = {"perfect": 194, "one vacancy": 156}
QUICK, SHORT, LONG = 2_000, 5_000, 20_000  # sites: of --quick; that peers are asked for; and of --slow


def supercell(times, missing):
    """beta-Li3N repeated, its first lithium atoms taken out."""
    lattice, points, kinds = (np.array(part) for part in average_cell(load("beta-Li3N")))
    cells = np.stack(np.meshgrid(*map(np.arange, times), indexing="ij"), axis=-1).reshape(-1, 3)
    sites = ((points[:, None] + cells) / times).reshape(-1, 3)
    kinds = np.repeat(kinds, len(cells))
    kept = np.ones(len(kinds), dtype=bool)
    kept[np.flatnonzero(kinds == kinds[-1])[-missing:] if missing else []] = False
    return (lattice * np.array(times)[:, None]).tolist(), sites[kept].tolist(), kinds[kept].tolist()


def ours(cell):
    """What `verify` does."""
    search = SymmetrySearch(cell)
    number = search.number(SYMPREC)
    searched = search.at(SYMPREC)
    other = programs(searched)[1]
    second = opinion_of(other, searched, SYMPREC) if other else None
    assert second is None or second.number == number
    find_plateau(search.number, number, SYMPREC)
    return number


def cpu(function, *arguments):
    start = time.process_time()
    result = function(*arguments)
    return time.process_time() - start, result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small cells alone")
    parser.add_argument("--slow", action="store_true", help="the other programs too where they take minutes")
    options = parser.parse_args()
    print("| cell | sites | nitrivac, all | spglib, one search | ratio | moyo, one search | ratio |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, times, missing in CASES:
        cell = supercell(times, missing)
        sites = len(cell[2])
        if options.quick and sites > QUICK:
            continue
        spent, number = cpu(ours, cell)
        assert number == GROUPS[name], (name, number)
        cells = []
        for finder in (spglib_dataset, moyo_dataset):
            if sites > (LONG if options.slow else SHORT):
                cells += ["-", "-"]
                continue
            took, found = cpu(finder, cell, SYMPREC)
            assert found.number == number
            cells += [f"{took:.3f}", f"{took / spent:.1f}"]
        print(f"| {name} | {sites:,} | {spent:.3f} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()

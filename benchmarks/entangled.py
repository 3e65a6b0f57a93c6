"""Structures whose split sites exclude each other in large networks: CPU seconds to count, to sample, to find the lowest.

    python benchmarks/entangled.py FILE[:SUPERCELL]...

Each file is planned as it is, in a supercell if one is given. Each step is done once before it is timed, so that what is
compiled at first use is not in it. No other program that places atoms knows of sites that exclude each other.
"""

from __future__ import annotations

import resource
import sys
import time

from nitrivac import load
from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
from nitrivac.vacancies import ConfigurationSpace, Planning
from nitrivac.vacancies.planned import planned_spaces


def timed(function):
    """What a function gives, and the CPU seconds of its second call."""
    function()
    start = time.process_time()
    value = function()
    return value, time.process_time() - start


def measure(name, supercell):
    """One row of the table."""
    planning = Planning(supercell=parse_matrix(supercell), nearest=True) if supercell else Planning()
    _, (space, *_) = planned_spaces(load(name), [], planning=planning)

    def fresh():
        return ConfigurationSpace(crystal=space.crystal, plan=space.plan)

    size, counting = timed(lambda: fresh().size)
    _, sampling = timed(lambda: space.sample(100))
    lowest, searching = timed(lambda: space.lowest(1))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sites = sum(map(bool, space.conflicts.any(axis=0))) if len(space.conflicts) else 0
    exact = "" if size.error is None else f" within a factor {2.718**size.error:.1f}"
    case = f"{name.rsplit('/', 1)[-1]} {supercell}".strip()
    print(
        f"| {case} | {sites} | {size.total:.4g}{exact} | {size.distinct:.4g} | {counting:.2f} | "
        f"{sampling:.2f} | {searching:.1f} ({lowest[0].certificate}) | {memory:.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    print("| case | sites that exclude some | fillings | distinct | count both | sample 100 | lowest | MB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for item in sys.argv[1:]:
        measure(*(item.rsplit(":", 1) if ":" in item else (item, "")))

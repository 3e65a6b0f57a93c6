"""Disordered structures planned as refined: how many have a plan, how far its elements are off, and CPU seconds of each.

    python benchmarks/planning.py FILE...

Files without partial or mixed sites are left out. The first plan, of the first file, is not timed. No other program plans
supercells by composition, charge and sites that exclude each other.
"""

from __future__ import annotations

import sys
import time

from nitrivac import load
from nitrivac.errors import NitrivacError
from nitrivac.vacancies.planned import planned_spaces


def planned(crystal):
    """The plan of a crystal as refined, None where there is none, and CPU seconds."""
    start = time.process_time()
    try:
        plan = planned_spaces(crystal, ())[1][0].plan
    except NitrivacError as error:
        print(f"refused: {error}", file=sys.stderr)
        plan = None
    return plan, time.process_time() - start


def main():
    """Plan all files and print one row in Markdown."""
    crystals = [crystal for crystal in map(load, sys.argv[1:]) if not all(orbit.is_ordered for orbit in crystal.orbits)]
    planned(crystals[0])
    plans, costs = zip(*map(planned, crystals), strict=True)
    made = [plan for plan in plans if plan is not None]
    figures = [
        len(plans),
        len(made),
        sum(plan.charge == 0 for plan in made),
        sum(plan.atoms > 400 for plan in made),
        f"{100 * max(plan.element_deviation for plan in made):.1f} %",
        f"{sorted(costs)[len(costs) // 2]:.2f}",
        f"{max(costs):.2f}",
    ]
    print("| files | planned | neutral | of more than 400 atoms | element farthest off | CPU s, median | CPU s, slowest |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    print(f"| {' | '.join(map(str, figures))} |")


if __name__ == "__main__":
    main()

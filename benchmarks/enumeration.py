"""Distinct configurations per CPU second: this package and its peers on the same cases, one after the other, one run.

    python benchmarks/enumeration.py [--shry PYTHON] [--bsym PYTHON] [--pymatgen PYTHON] [--before FOLDER]
        [--quick | --case NAME ...]

Each program runs in a process of its own, on one thread, generating without writing. What is imported, read and compiled
beforehand is not timed. Peers are given as interpreters of environments that hold them, since some pin old
dependencies; a peer not given is left out. `--before` is the folder `src` of another version of this package. Counts must
agree, or the run fails.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pymatgen.core import Structure

CASES = {  # name: source, specification, supercell, distinct configurations
    "beta 2x2x1 k=2": ("beta-Li3N", ["Li@4f=2/16"], "2x2x1", 7),
    "beta 2x2x1 k=4": ("beta-Li3N", ["Li@4f=4/16"], "2x2x1", 43),
    "beta 2x2x2 k=5": ("beta-Li3N", ["Li@4f=5/32"], "2x2x2", 1351),
    "beta 3x3x2 k=5": ("beta-Li3N", ["Li@4f=5/72"], "3x3x2", 34482),
    "beta 3x3x2 k=6": ("beta-Li3N", ["Li@4f=6/72"], "3x3x2", 372672),
    "beta 3x3x2 k=7": ("beta-Li3N", ["Li@4f=7/72"], "3x3x2", 3451449),
    "beta 2x2x2 k=16": ("beta-Li3N", ["Li@4f=16/32"], "2x2x2", 3193880),
    "PbS 2x2x2, half Sn": ("PbS.cif", ["4a=Pb:0.5,Sn:0.5"], "2x2x2", 404582),
    "Li9N2Cl3 2x2x1 v2": ("Li9N2Cl3", ["4a=N:0.4375,Cl:0.5625", "Li@8c=2/32"], "2x2x1", 23495),
    "Li9N2Cl3 2x2x1 v4": ("Li9N2Cl3", ["4a=N:0.375,Cl:0.625", "Li@8c=4/32"], "2x2x1", 1137092),
    "Li9N2Cl3 5x1x1 v4": ("Li9N2Cl3", ["4a=N:0.4,Cl:0.6", "Li@8c=4/40"], "5x1x1", 36590620),
}
QUICK = ["beta 2x2x1 k=4", "beta 2x2x2 k=5", "beta 3x3x2 k=5", "beta 3x3x2 k=6", "Li9N2Cl3 2x2x1 v2"]
PEER_CASES = {
    "shry": [
        "beta 2x2x1 k=4",
        "beta 2x2x2 k=5",
        "beta 3x3x2 k=5",
        "beta 3x3x2 k=6",
        "Li9N2Cl3 2x2x1 v2",
        "Li9N2Cl3 2x2x1 v4",
    ],
    "bsym": ["beta 2x2x1 k=2", "beta 2x2x1 k=4"],
    "pymatgen": ["beta 2x2x1 k=2"],
}

MEASURE = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
case = json.load(open(sys.argv[1]))
{prepare}
start = time.process_time()
{run}
cost = time.process_time() - start
print(json.dumps([int(count), cost, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""

PROGRAMS = {
    "nitrivac": (
        """
from nitrivac import load
from nitrivac.vacancies import ConfigurationSpace, average_crystal, parse_specification, plan_supercells
from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
def space(source, items, supercell):
    crystal = load(source)
    targets = parse_specification(crystal, items)
    plan = plan_supercells(crystal, targets, supercell=parse_matrix(supercell), allow_charge=True)[0]
    return ConfigurationSpace(crystal=average_crystal(crystal, targets), plan=plan)
list(space("beta-Li3N", ["Li@4f=2/16"], "2x2x1").batches())
found = space(*case["space"])
""",
        "count = sum(len(batch) for batch in found.batches())",
    ),
    "shry": (
        """
from pymatgen.core import Structure
from shry.core import Substitutor
structure = Structure(*case["structure"])
made = Substitutor(structure)
""",
        "count = sum(1 for _ in made.make_patterns())",
    ),
    "bsym": (
        """
from pymatgen.core import Structure
from bsym.interface.pymatgen import unique_structure_substitutions
parent = Structure(*case["parent"])
""",
        "count = len(unique_structure_substitutions(parent, 'Na', case['numbers']))",
    ),
    "pymatgen": (
        """
from itertools import combinations
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Structure
parent = Structure(*case["parent"])
sites = [i for i, site in enumerate(parent) if site.specie.symbol == "Na"]
""",
        """
made = []
for chosen in combinations(sites, case["numbers"]["X"]):
    one = parent.copy()
    one.remove_sites(chosen)
    made.append(one)
count = len(StructureMatcher(primitive_cell=False, scale=False).group_structures(made))
""",
    ),
}


def case_file(name: str, folder: Path) -> Path:
    """What a program needs to know of a case."""
    from nitrivac import load
    from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
    from nitrivac.vacancies import ConfigurationSpace, average_crystal, parse_specification, plan_supercells

    source, items, supercell, _ = CASES[name]
    if source == "PbS.cif":
        source = str(folder / source)
        lead_sulfide().to(source, fmt="cif", symprec=0.01)
    crystal = load(source)
    targets = parse_specification(crystal, items)
    plan = plan_supercells(crystal, targets, supercell=parse_matrix(supercell), allow_charge=True)[0]
    space = ConfigurationSpace(crystal=average_crystal(crystal, targets), plan=plan)
    cell, average = space.supercell, space.crystal
    owner = average.orbit_of_site[cell.parent_site]
    numbers = {one.label: one for one in plan.counts}
    # Helium stands for a vacancy, which not every program knows.
    mixed = [
        {("He" if name == "vacancy" else name): count / planned.sites for name, count in planned.counts.items()}
        if (planned := numbers.get(orbit.label))
        else {orbit.elements[0]: 1.0}
        for orbit in average.orbits
    ]
    sites = [cell.lattice.tolist(), [mixed[index] for index in owner], cell.frac_coords.tolist()]
    document = {"space": [source, items, supercell], "structure": sites}
    if crystal.is_ordered:
        planned = plan.counts[0]
        names = ["Na" if orbit.label == planned.label else orbit.elements[0] for orbit in crystal.orbits]
        document["parent"] = [sites[0], [names[index] for index in owner], sites[2]]
        document["numbers"] = {"Na": planned.sites - planned.vacant, "X": planned.vacant}
    path = folder / f"{name.replace(' ', '_')}.json"
    path.write_text(json.dumps(document))
    return path


def lead_sulfide() -> Structure:
    """Rock salt of lead and sulfur; a = 5.936 angstrom (Y. Noda et al., Acta Cryst. C 43 (1987) 1443)."""
    from pymatgen.core import Lattice, Structure

    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.936), ["Pb", "S"], [[0, 0, 0], [0.5, 0.5, 0.5]])


def measure(program: str, interpreter: str, path: Path, *, source: str | None = None) -> tuple[int, float, float]:
    """Count, CPU seconds and peak memory in MB of one program on one case.

    Args:
        program: one of `PROGRAMS`.
        interpreter: of Python.
        path: the case, see `case_file`.
        source: folder that is looked through for modules first.
    """
    prepare, run = PROGRAMS[program]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    done = subprocess.run(
        [interpreter, "-c", MEASURE.format(prepare=prepare, run=run), str(path)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | threads | ({"PYTHONPATH": source} if source else {}),
    )
    count, cost, memory = json.loads(done.stdout.splitlines()[-1])
    return count, cost, memory


def main() -> None:
    """Run the cases and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for peer in ("shry", "bsym", "pymatgen"):
        parser.add_argument(f"--{peer}", metavar="PYTHON", help=f"interpreter of an environment with {peer}")
    parser.add_argument("--before", metavar="FOLDER", help="folder src of another version of this package")
    parser.add_argument("--quick", action="store_true", help="the cases of a few seconds only")
    parser.add_argument("--case", action="append", choices=CASES, metavar="NAME", help="this case only; may be repeated")
    options = parser.parse_args()
    print("| case | distinct | program | CPU s | per CPU s | MB | cost against nitrivac |")
    print("|---|---:|---|---:|---:|---:|---:|")
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in options.case or (QUICK if options.quick else CASES):
            path = case_file(name, Path(folder))
            programs = [("nitrivac", "nitrivac", sys.executable, None)]
            programs += [("before", "nitrivac", sys.executable, options.before)] if options.before else []
            programs += [
                (peer, peer, interpreter, None)
                for peer, cases in PEER_CASES.items()
                if name in cases and (interpreter := getattr(options, peer))
            ]
            ours = 0.0
            for title, program, interpreter, source in programs:
                count, cost, memory = measure(program, interpreter, path, source=source)
                ours = ours or cost
                wrong += count != CASES[name][3]
                figures = f"{cost:.3g} | {count / cost:,.0f} | {memory:.0f} | {cost / ours:,.0f}"
                print(f"| {name} | {count:,} | {title} | {figures} |", flush=True)
    if wrong:
        sys.exit(f"{wrong} counts are not the known ones")


if __name__ == "__main__":
    main()

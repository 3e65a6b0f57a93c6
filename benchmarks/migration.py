"""Unique hops and percolation: cost against other programs, and growth with the number of sites.

    python benchmarks/migration.py [--peers PYTHON] [--quick]

`--peers` is the interpreter of an environment with pymatgen-analysis-diffusion, whose `MigrationGraph` finds unique hops,
pymatgen, whose `get_structure_components` finds dimensions, and crystal-torture, which finds them too. Each measurement is a
process of its own: CPU seconds of the work alone, imports and compiled parts warm, the best of several runs where they are
short, and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

COMPOUNDS = ("alpha-Li3N", "beta-Li3N", "LiPN2", "Li3AlN2", "Li2SiN2")
REACH = 3.0

OURS = """
import json, resource, sys, time
from nitrivac import load
from nitrivac.migration import find_hops
from nitrivac.migration.pairs import symmetric_pairs
source, reach = sys.argv[1], float(sys.argv[2])
crystal = load(source)
find_hops(load("alpha-Li3N"), max_distance=3.0)
full = 1e9
for _ in range(3):
    start = time.process_time()
    network = find_hops(crystal, max_distance=reach)
    full = min(full, time.process_time() - start)
cost = 1e9
for _ in range(3):
    start = time.process_time()
    classes = symmetric_pairs(crystal, network.sites, reach).classes
    cost = min(cost, time.process_time() - start)
answer = len(set(classes.tolist()))
assert answer == len(network.hops)
print(json.dumps([cost, answer, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, full]))
"""

GRAPH = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
from pymatgen.core import Structure
from pymatgen.analysis.diffusion.neb.full_path_mapper import MigrationGraph
structure, reach = Structure.from_file(sys.argv[1]), float(sys.argv[2])
structure.remove_oxidation_states()
cost = 1e9
for _ in range(3 if len(structure) < 40 else 1):
    start = time.process_time()
    graph = MigrationGraph.with_distance(structure, migrating_specie="Li", max_distance=reach)
    answer = len(graph.unique_hops)
    cost = min(cost, time.process_time() - start)
print(json.dumps([cost, answer, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""

MANY = """
import json, resource, sys, time
import numpy as np
from nitrivac import load
from nitrivac.migration.percolation.points import thresholds_of_points
n = int(sys.argv[1])
crystal = load("alpha-Li3N")
thresholds_of_points(crystal.lattice, crystal.frac_coords[:1], 4.0)
start = time.process_time()
cells = np.array(np.meshgrid(*[np.arange(n)] * 3, indexing="ij")).reshape(3, -1).T
sites = np.concatenate([crystal.frac_coords[one.indices] for one in crystal.orbits if "Li" in one.elements])
points = ((sites[:, None] + cells) / n).reshape(-1, 3)
points = points[np.random.default_rng(0).random(len(points)) > 0.05]
found = thresholds_of_points(crystal.lattice * n, points, 3.0)
cost = time.process_time() - start
assert found[2].value is None or abs(found[2].value - 2.8618) < 1e-4
print(json.dumps([cost, len(points), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""

DIMENSION = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
from pymatgen.core import Structure
program, path, n, reach = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
structure = Structure.from_file(path)
structure.remove_species(["N3-", "N"])
structure.remove_oxidation_states()
structure.make_supercell(n)
best = 1e9
for _ in range(2):
    if program == "nitrivac":
        from nitrivac.migration.percolation.points import thresholds_of_points
        start = time.process_time()
        found = thresholds_of_points(structure.lattice.matrix, structure.frac_coords, reach)
        answer = sum(one.value is not None for one in found)
    elif program == "pymatgen":
        from pymatgen.analysis.dimensionality import get_structure_components
        from pymatgen.analysis.graphs import StructureGraph
        start = time.process_time()
        graph = StructureGraph.from_empty_graph(structure)
        for i, around in enumerate(structure.get_all_neighbors(reach)):
            for other in around:
                graph.add_edge(i, other.index, to_jimage=other.image, warn_duplicates=False)
        answer = max(one["dimensionality"] for one in get_structure_components(graph))
    else:
        from crystal_torture.pymatgen_interface import clusters_from_structure
        start = time.process_time()
        answer = max(one.periodic for one in clusters_from_structure(structure, rcut=reach, elements={"Li"}))
    best = min(best, time.process_time() - start)
print(json.dumps([best, int(answer), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def run(python, code, *arguments):
    done = subprocess.run([python, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr[-300:])
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="interpreter with pymatgen-analysis-diffusion")
    parser.add_argument("--quick", action="store_true", help="small cases only")
    options = parser.parse_args()
    from nitrivac import load
    from nitrivac.io.writers import write

    print("| crystal | program | distinct hops | CPU s | MB | cost against nitrivac |")
    print("|---|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for name in COMPOUNDS:
            ours = run(sys.executable, OURS, name, REACH)
            print(f"| {name} | nitrivac | {ours[1]} | {ours[0]:.4f} | {ours[2]:.0f} | 1 |")
            print(f"| {name} | nitrivac, windows too | {ours[1]} | {ours[3]:.4f} | | {ours[3] / ours[0]:.0f} |")
            if options.peers:
                path = write(load(name), Path(folder) / f"{name}.cif", "cif")
                other = run(options.peers, GRAPH, path, REACH)
                if other is None:
                    print(f"| {name} | MigrationGraph | fails | | | |")
                else:
                    ratio = f"{other[0] / ours[0]:,.1f}"
                    print(f"| {name} | MigrationGraph | {other[1]} | {other[0]:.3f} | {other[2]:.0f} | {ratio} |")
        print(
            "\n| lithium sites of alpha-Li3N, to 2.9 angstrom | program | dimensions | CPU s | MB | cost against nitrivac |"
        )
        print("|---:|---|---:|---:|---:|---:|")
        path = write(load("alpha-Li3N"), Path(folder) / "alpha.cif", "cif")
        for n in (3, 6) if options.quick else (3, 6, 9):
            ours = run(sys.executable, DIMENSION, "nitrivac", path, n, 2.9)
            print(f"| {3 * n**3:,} | nitrivac | {ours[1]} | {ours[0]:.4f} | {ours[2]:.0f} | 1 |")
            for program in ("pymatgen", "crystal-torture") if options.peers else ():
                other = run(options.peers, DIMENSION, program, path, n, 2.9)
                if other:
                    ratio = f"{other[0] / ours[0]:,.0f}"
                    print(f"| {3 * n**3:,} | {program} | {other[1]} | {other[0]:.3f} | {other[2]:.0f} | {ratio} |")
    print("\n| atoms of alpha-Li3N, 5 % vacancies | Li | hops to 3 angstrom and dimensions, CPU s | MB |")
    print("|---:|---:|---:|---:|")
    for n in (3, 6, 14, 29) if options.quick else (3, 6, 14, 29, 63):
        cost, sites, memory = run(sys.executable, MANY, n)
        print(f"| {4 * n**3:,} | {sites:,} | {cost:.4f} | {memory:.0f} |")


if __name__ == "__main__":
    main()

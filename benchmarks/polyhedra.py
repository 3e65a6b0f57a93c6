"""Coordination, sharing, frameworks and rings: the whole catalogue, a large supercell, and other programs.

    python benchmarks/polyhedra.py [--peers PYTHON] [--quick]

`--peers` is the interpreter of an environment with this package, robocrys, polyhedral-analysis and all of pymatgen (for
ChemEnv). Each measurement is a process of its own: CPU seconds of the work alone, imports and compiled parts warm, and the
peak memory of the process. An answer of another program is the coordination number of each orbit of cations and the number
of polyhedra that one of them meets in a corner, an edge and a face; "same" counts the orbits for which all four are ours,
which the tests hold against the literature.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

COMPOUNDS = ("alpha-Li3N", "beta-Li3N", "LiPN2", "Li7PN4", "Li12P3N9", "Li3AlN2", "Li2ZrN2", "LiSi2N3", "alpha-Li7VN4")

CATALOGUE = """
import json, resource, time
from nitrivac.catalog import materials
from nitrivac import load
from nitrivac.polyhedra import analyze_polyhedra
crystals = [load(one.id) for one in materials() if one.sites]
analyze_polyhedra(crystals[0])
costs = []
for anions in (False, True):
    start = time.process_time()
    found = [analyze_polyhedra(crystal, anions=anions) for crystal in crystals]
    costs.append(time.process_time() - start)
orbits = sum(len(one.polyhedra) for one in found)
print(json.dumps([*costs, len(crystals), orbits, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""

LARGE = """
import json, resource, sys, time
import numpy as np
from nitrivac import load
from nitrivac.crystal.from_structure import crystal_without_symmetry
from nitrivac.polyhedra.coordination import coordination_shells, ligand_cutoffs, roles_of
from nitrivac.polyhedra.sharing import shared_pairs, sharing_by_element
def table(crystal):
    roles = roles_of(crystal)
    shells = coordination_shells(crystal, roles, ligand_cutoffs(crystal, roles))
    return sharing_by_element(roles, shells, shared_pairs(crystal, shells))
beta = load("beta-Li3N")
(small,) = table(beta)
n = int(sys.argv[1])
cells = np.array(np.meshgrid(*[np.arange(n)] * 3, indexing="ij")).reshape(3, -1).T
points = ((beta.frac_coords[:, None] + cells) / n).reshape(-1, 3)
elements = [beta.orbits[owner].elements[0] for owner in beta.orbit_of_site for _ in cells]
crystal = crystal_without_symmetry(beta.lattice * n, points, elements, source="supercell")
start = time.process_time()
(found,) = table(crystal)
cost = time.process_time() - start
assert (found.corner, found.edge, found.face) == (small.corner, small.edge, small.face)
print(json.dumps([cost, crystal.n_sites, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""

HEAD = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
from nitrivac import load
from nitrivac.polyhedra import analyze_polyhedra
crystal = load(sys.argv[1])
structure = crystal.structure
structure.add_oxidation_state_by_element(dict(crystal.oxidation.means))
orbits = {crystal.address(one): int(one.indices[0]) for one in crystal.orbits if one.elements[0] not in ("N", "O")}
cutoffs = analyze_polyhedra(crystal).cutoffs
"""
# Each program defines `work`, which returns the answer; short ones run three times and the best counts.
TAIL = """
cost = 1e9
for _ in range(3):
    start = time.process_time()
    answer = work()
    cost = min(cost, time.process_time() - start)
    if cost > 1:
        break
answer = {address: [int(number) for number in numbers] for address, numbers in answer.items()}
print(json.dumps([cost, answer, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""

OURS = """
from nitrivac.polyhedra.coordination import coordination_shells, ligand_cutoffs, roles_of
from nitrivac.polyhedra.polyhedron import coordination_polyhedra
from nitrivac.polyhedra.sharing import shared_pairs, sharing_by_orbit
def work():
    roles = roles_of(crystal)
    shells = coordination_shells(crystal, roles, ligand_cutoffs(crystal, roles))
    polyhedra = coordination_polyhedra(crystal, roles, shells)
    sharing = sharing_by_orbit(crystal, shells, shared_pairs(crystal, shells))
    answer = {}
    for one in polyhedra:
        mine = [row for row in sharing if row.start == one.site]
        met = (sum(getattr(row, kind) for row in mine) for kind in ("corner", "edge", "face"))
        answer[one.site] = [one.coordination, *met]
    return answer
"""

EVERYTHING = """
def work():
    analyze_polyhedra(crystal)
    return {}
"""

ROBOCRYS = """
from pymatgen.analysis.local_env import CrystalNN
from robocrys.condense.site import SiteAnalyzer
def work():
    sites = SiteAnalyzer(CrystalNN().get_bonded_structure(structure), use_symmetry_equivalent_sites=False)
    answer = {}
    for address, index in orbits.items():
        summary = sites.get_site_summary(index)
        met = summary.get("nnn", {})
        answer[address] = [len(sites.bonded_structure.get_connected_sites(index)),
                           *(len(met.get(kind, ())) for kind in ("corner", "edge", "face"))]
    return answer
"""

CHEMENV = """
import collections
from pymatgen.analysis.chemenv.connectivity.connectivity_finder import ConnectivityFinder
from pymatgen.analysis.chemenv.coordination_environments.chemenv_strategies import SimplestChemenvStrategy
from pymatgen.analysis.chemenv.coordination_environments.coordination_geometry_finder import LocalGeometryFinder
from pymatgen.analysis.chemenv.coordination_environments.structure_environments import LightStructureEnvironments
valences = [one.specie.oxi_state for one in structure]
def work():
    finder = LocalGeometryFinder()
    finder.setup_structure(structure)
    found = finder.compute_structure_environments(valences=valences, only_cations=True, maximum_distance_factor=1.41)
    light = LightStructureEnvironments.from_structure_environments(SimplestChemenvStrategy(), found)
    graph = ConnectivityFinder().get_structure_connectivity(light).environment_subgraph()
    of = {node.isite: node for node in graph.nodes}
    answer = {}
    for address, index in orbits.items():
        number = len(light.neighbors_sets[index][0]) if light.neighbors_sets[index] else 0
        met = collections.Counter()
        if index in of:
            for _, end, data in graph.edges(of[index], data=True):
                met[min(len(data["ligands"]), 3)] += 2 if end.isite == index else 1
        answer[address] = [number, met[1], met[2], met[3]]
    return answer
"""

POLYHEDRAL = """
from polyhedral_analysis.configuration import Configuration
from polyhedral_analysis.polyhedra_recipe import PolyhedraRecipe
bare = crystal.structure
bare.remove_oxidation_states()
def work():
    recipes = [PolyhedraRecipe(method="distance cutoff", coordination_cutoff=value, central_atoms=pair.split("-")[0],
                               vertex_atoms=pair.split("-")[1]) for pair, value in cutoffs.items()]
    found = {one.central_atom.index: one for one in Configuration(structure=bare, recipes=recipes).polyhedra}
    return {
        address: [found[index].coordination_number, len(found[index].corner_sharing_neighbour_list()),
                  len(found[index].edge_sharing_neighbour_list()), len(found[index].face_sharing_neighbour_list())]
        for address, index in orbits.items()
    }
"""


def run(python, code, *arguments):
    done = subprocess.run([python, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(f"{arguments}: {done.stderr.strip().splitlines()[-1]}\n")
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="interpreter with robocrys, polyhedral-analysis and pymatgen")
    parser.add_argument("--quick", action="store_true", help="the catalogue and a small supercell only")
    options = parser.parse_args()
    cations, anions, compounds, orbits, memory = run(sys.executable, CATALOGUE)
    print("| the catalogue: coordination, sharing, frameworks, rings | compounds | orbits | CPU s | MB |")
    print("|---|---:|---:|---:|---:|")
    print(f"| cations | {compounds} | | {cations:.2f} | |")
    print(f"| cations and anions | {compounds} | {orbits} | {anions:.2f} | {memory:.0f} |")
    print("\n| atoms of beta-Li3N | sharing table, CPU s | MB |")
    print("|---:|---:|---:|")
    for n in (4, 8) if options.quick else (4, 8, 13, 23):
        cost, atoms, memory = run(sys.executable, LARGE, n)
        print(f"| {atoms:,} | {cost:.3f} | {memory:.0f} |")
    if options.quick:
        return
    print("\n| compound | program | CPU s | MB | same | cost against nitrivac |")
    print("|---|---|---:|---:|---:|---:|")
    programs = {"robocrystallographer": ROBOCRYS, "ChemEnv": CHEMENV, "polyhedral-analysis": POLYHEDRAL}
    for name in COMPOUNDS:
        cost, ours, memory = run(sys.executable, HEAD + OURS + TAIL, name)
        print(f"| {name} | nitrivac | {cost:.4f} | {memory:.0f} | | 1 |")
        full, _, memory = run(sys.executable, HEAD + EVERYTHING + TAIL, name)
        print(f"| {name} | nitrivac, frameworks and rings too | {full:.4f} | {memory:.0f} | | {full / cost:.1f} |")
        for program, code in programs.items() if options.peers else ():
            other = run(options.peers, HEAD + code + TAIL, name)
            if other is None:
                print(f"| {name} | {program} | fails | | | |")
                continue
            same = sum(other[1].get(address) == numbers for address, numbers in ours.items())
            ratio = f"{other[0] / cost:,.1f}"
            print(f"| {name} | {program} | {other[0]:.4f} | {other[2]:.0f} | {same}/{len(ours)} | {ratio} |")


if __name__ == "__main__":
    main()

"""CPU seconds and memory of random configurations, counts, energies and paths in large cells, beside what takes all pairs.

Each measurement runs in a process of its own; what is compiled at first use is compiled beforehand. Answers must agree where
both ways run: stabilisers and counts exactly, energies to 1e-8, images to 0.01 angstrom.

    python benchmarks/large_spaces.py [--quick]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

SPACE = """
import json, resource, sys, time
import numpy as np
from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
def space(cells):
    crystal = load("beta-Li3N")
    sites = 4 * int(np.prod(cells))
    wanted = parse_specification(crystal, [f"Li@4f={sites // 10}/{sites}"])
    plan = plan_supercells(crystal, wanted, supercell=np.diag(cells), allow_charge=True)[0]
    return ConfigurationSpace(crystal=crystal, plan=plan)
cells = json.loads(sys.argv[1])
"""
SAY = """
print(json.dumps([time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, answer]))
"""

GROUP = {
    "nitrivac": """
space([2, 2, 1]).sample(1)
start = time.process_time()
found = space(cells).sample(1, seed=1)[0]
answer = [len(found.stabiliser), found.degeneracy]
""",
    "table": """
start = time.process_time()
made = space(cells)
codes = made.all_labelled.draw(np.random.default_rng(1))
moved = np.empty(made.permutations.shape, dtype=np.uint8)
np.put_along_axis(moved, made.permutations, np.broadcast_to(codes, moved.shape), axis=1)
kept = int((moved == codes).all(axis=1).sum())
answer = [kept, made.supercell.order // kept]
""",
}
COUNT = {
    "nitrivac": """
start = time.process_time()
answer = f"{space(cells).count():x}"
""",
    "table": """
from itertools import pairwise
from nitrivac.vacancies.enumeration.burnside import fixed_by_each, orbits_of
start = time.process_time()
made = space(cells)
parts = [made.permutations[:, low:high] - low for low, high in pairwise(made.bounds)]
answer = f"{orbits_of(fixed_by_each(parts, made.numbers)):x}"
""",
}
ENERGY = {
    "nitrivac": """
space([2, 2, 1]).ewald
made = space(cells)
codes = made.sample(1, seed=1)[0].codes
start = time.process_time()
answer = float(made.ewald.energies(made.charges(codes))[0])
""",
    "pymatgen": """
from pymatgen.core import Lattice, Structure
from pymatgen.core.ewald import EwaldSummation
made = space(cells)
charges = made.charges(made.sample(1, seed=1)[0].codes)[0]
structure = Structure(Lattice(made.supercell.lattice), ["Li"] * len(charges), made.supercell.frac_coords)
structure.add_oxidation_state_by_site(charges.tolist())
start = time.process_time()
answer = float(EwaldSummation(structure).total_energy)
""",
}
LOWEST = {
    "nitrivac": """
space([2, 2, 1]).lowest(1, time_limit=0)
made = space(cells)
made.ewald
start = time.process_time()
one = made.lowest(1, time_limit=0)[0]
answer = float(one.energy)
""",
}
PATH = {
    "nitrivac": """
from nitrivac import find_hops, vacancy_path
crystal = load("beta-Li3N")
network = find_hops(crystal)
vacancy_path(crystal, network, "h1", supercell=np.diag([2, 2, 2]), images=1)
start = time.process_time()
made = vacancy_path(crystal, network, "h1", supercell=np.diag(cells[:3]), images=cells[3])
answer = made.positions.ravel().tolist() if cells[3] < 9 else [len(made.symbols)]
""",
    "ase": """
from ase.mep.neb import IDPP, NEB
from ase.optimize import MDMin
from nitrivac import find_hops, vacancy_path
crystal = load("beta-Li3N")
path = vacancy_path(crystal, find_hops(crystal), "h1", supercell=np.diag(cells[:3]), images=cells[3], method="linear")
start = time.process_time()
images = path.atoms()
first, last = (image.get_all_distances(mic=True) for image in (images[0], images[-1]))
for image, share in zip(images, np.linspace(0, 1, len(images)), strict=True):
    image.calc = IDPP(first + share * (last - first), mic=True)
with MDMin(NEB(images, method="improvedtangent"), logfile=None) as optimizer:
    optimizer.run(fmax=2e-3, steps=1000)
answer = np.array([image.positions for image in images]).ravel().tolist()
""",
}
CASES = {  # what: programs, cells, how far answers may be apart, and whether relative
    "one random configuration and its group": (GROUP, [[6, 6, 4], [8, 8, 6], [24, 24, 22]], 0.0, False),
    "distinct configurations, exactly": (COUNT, [[4, 4, 3], [6, 6, 4], [24, 24, 22]], 0.0, False),
    "energy of one configuration": (ENERGY, [[4, 4, 3], [8, 8, 5], [24, 24, 22]], 1e-8, True),
    "annealing": (LOWEST, [[9, 9, 8], [24, 24, 22]], 0.0, False),
    "path on the pair potential": (PATH, [[3, 3, 2, 3], [4, 4, 3, 9], [11, 11, 10, 9]], 0.01, False),
}
PEERS_TO = {"table": 6_000, "pymatgen": 3_000, "ase": 200}  # sites up to which the other way runs in reasonable time


def measure(code: str, cells: list[int]) -> tuple[float, float, object]:
    """CPU seconds, megabytes and the answer."""
    command = [sys.executable, "-W", "ignore", "-c", SPACE + code + SAY, json.dumps(cells)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    seconds, megabytes, answer = json.loads(said.strip().splitlines()[-1])
    return seconds, megabytes, answer


def apart(one: object, other: object, *, relative: bool) -> float:
    """How far two answers are apart."""
    if one == other:
        return 0.0
    first, second = (value if isinstance(value, list) else [value] for value in (one, other))
    if not all(isinstance(value, float) for value in (*first, *second)):
        return float("inf")
    far = max(abs(a - b) for a, b in zip(first, second, strict=True))
    return far / abs(first[0]) if relative else far


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the smallest cell of each kind only")
    quick = parser.parse_args().quick
    print("| what | sites | program | CPU s | MB | cost against nitrivac |\n|---|---:|---|---:|---:|---:|")
    for what, (programs, sizes, allowed, relative) in CASES.items():
        for cells in sizes[:1] if quick else sizes:
            sites = 8 * cells[0] * cells[1] * cells[2]
            own = measure(programs["nitrivac"], cells)
            print(f"| {what} | {sites:,} | nitrivac | {own[0]:.3g} | {own[1]:.0f} | 1 |", flush=True)
            for name, code in programs.items():
                if name == "nitrivac" or sites > PEERS_TO[name]:
                    continue
                other = measure(code, cells)
                if apart(own[2], other[2], relative=relative) > allowed:
                    sys.exit(f"{what}, {sites} sites: nitrivac and {name} disagree")
                ratio = other[0] / own[0]
                print(f"| {what} | {sites:,} | {name} | {other[0]:.3g} | {other[1]:.0f} | {ratio:,.0f} |", flush=True)


if __name__ == "__main__":
    main()

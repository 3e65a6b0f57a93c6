"""Atoms of a relaxed structure on the sites of its parent: cost against pymatgen's StructureMatcher.

    python benchmarks/mapping.py [--peers PYTHON]

Each structure is a supercell of beta-Li3N with one vacancy, all atoms 0.1 angstrom off their sites and in random order, the
origin moved. `--peers` is the interpreter of an environment with pymatgen: `StructureMatcher.get_mapping` lays the atoms on
the sites of the ideal supercell, which it is given, while ours finds it. Each must place all atoms. CPU seconds of the work
alone, imports warm, each program in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from nitrivac import load

BOXES = ((2, 2, 1), (3, 3, 2), (4, 4, 3), (6, 6, 4))
PEER_ATOMS = 500

OURS = """
import json, sys, time
import numpy as np
from nitrivac import Occupation, load
from pymatgen.core import Structure
crystal, structure = load("beta-Li3N"), Structure.from_file(sys.argv[1])
Occupation.of(crystal, structure)
start = time.process_time()
found = Occupation.of(crystal, structure)
cost = time.process_time() - start
lengths = np.linalg.norm(found.displacements, axis=1)
answer = len(found.vacant) == 1 and not found.interstitials and lengths.max() < 0.2
print(json.dumps([cost, bool(answer)]))
"""

MATCHER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Structure
structure, ideal = Structure.from_file(sys.argv[1]), Structure.from_file(sys.argv[2])
matcher = StructureMatcher(primitive_cell=False, scale=False, attempt_supercell=False, allow_subset=True)
start = time.process_time()
mapping = matcher.get_mapping(ideal, structure)
cost = time.process_time() - start
answer = mapping is not None and len(set(mapping.tolist())) == len(structure)
print(json.dumps([cost, bool(answer)]))
"""


def made(box: tuple[int, int, int], folder: Path) -> tuple[Path, Path]:
    """A relaxed structure, and its ideal supercell."""
    rng = np.random.default_rng(0)
    ideal = load("beta-Li3N").structure.make_supercell(box, in_place=False)
    order = rng.permutation(len(ideal))[1:]
    structure = type(ideal)(ideal.lattice, [ideal.species[n] for n in order], ideal.frac_coords[order] + [0.11, 0.05, 0.21])
    structure.perturb(0.1)
    paths = folder / "relaxed.vasp", folder / "ideal.vasp"
    structure.to(str(paths[0]), fmt="poscar")
    ideal.to(str(paths[1]), fmt="poscar")
    return paths


def measured(python: str, code: str, paths: tuple[Path, Path]) -> tuple[float, bool]:
    """CPU seconds, and whether the answer is right."""
    done = subprocess.run([python, "-c", code, *map(str, paths)], check=True, capture_output=True, text=True)
    cost, right = json.loads(done.stdout.splitlines()[-1])
    return cost, right


def main() -> None:
    """Print one row for each cell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", help="interpreter of an environment with pymatgen")
    peers = parser.parse_args().peers
    print(f"{'cell':>10} {'atoms':>6} {'ours (s)':>9} {'pymatgen (s)':>13} {'ratio':>7}")
    for box in BOXES:
        with tempfile.TemporaryDirectory() as folder:
            paths = made(box, Path(folder))
            atoms = 8 * int(np.prod(box)) - 1
            cost, right = measured(sys.executable, OURS, paths)
            peer, ratio = "-", "-"
            if peers and atoms < PEER_ATOMS:
                other, agrees = measured(peers, MATCHER, paths)
                peer, ratio = (f"{other:.3f}", f"{other / cost:.0f}") if agrees else ("wrong", "-")
            name = "x".join(map(str, box))
            print(f"{name:>10} {atoms:>6} {f'{cost:.3f}' if right else 'wrong':>9} {peer:>13} {ratio:>7}", flush=True)


if __name__ == "__main__":
    main()

"""Powder patterns beside pymatgen's calculators: the same reflections and intensities, and what they cost.

    python benchmarks/patterns.py [--peers PYTHON] [--quick]

`--peers` is the interpreter of an environment with all of pymatgen. CPU seconds of the calculation alone, structures read
and imports warm; the neutron intensities are compared, since both programs have the same scattering lengths.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from nitrivac import load, powder_pattern

CASES = ("beta-Li3N", "Li7PN4", "Li2SiN2", "Li13P4N10Cl3")
SUPERCELL = "beta-Li3N 6x6x3"
ONE_LINE_DEG = 0.002

PEER = """
import json, sys, time
from pymatgen.analysis.diffraction.neutron import NDCalculator
from pymatgen.analysis.diffraction.xrd import XRDCalculator
from pymatgen.core import Structure
found = {}
for name, data in json.load(open(sys.argv[1]))["structures"].items():
    structure, costs = Structure.from_dict(data), []
    wavelength = json.load(open(sys.argv[1]))["wavelength"]
    for calculator in (XRDCalculator(wavelength), NDCalculator(wavelength)):
        calculator.get_pattern(Structure([[3, 0, 0], [0, 3, 0], [0, 0, 3]], ["Li"], [[0, 0, 0]]))
        start = time.process_time()
        pattern = calculator.get_pattern(structure)
        costs.append(time.process_time() - start)
    found[name] = {"costs": costs, "x": list(map(float, pattern.x)), "y": list(map(float, pattern.y))}
print(json.dumps(found))
"""


def peaks(angles, intensities, edges):
    total = np.bincount(np.searchsorted(edges, angles, side="right"), weights=intensities, minlength=len(edges) + 1)
    return 100 * total / total.max()


def cost_of(crystal, radiation):
    start = time.process_time()
    pattern = powder_pattern(crystal, radiation)
    return time.process_time() - start, pattern


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="interpreter of an environment with pymatgen")
    parser.add_argument("--quick", action="store_true", help="without the supercell")
    options = parser.parse_args()
    crystals = {name: load(name) for name in CASES}
    structures = {name: crystal.structure for name, crystal in crystals.items()}
    if not options.quick:
        structures[SUPERCELL] = crystals["beta-Li3N"].structure * (6, 6, 3)
        crystals[SUPERCELL] = load(structures[SUPERCELL])
    powder_pattern(crystals["beta-Li3N"])
    found = {}
    if options.peers:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "structures.json"
            plain = {name: structure.as_dict() for name, structure in structures.items()}
            wavelength = powder_pattern(crystals["beta-Li3N"], "neutron").radiation.wavelength
            path.write_text(json.dumps({"structures": plain, "wavelength": wavelength}))
            done = subprocess.run(
                [options.peers, "-W", "ignore", "-c", PEER, path], check=True, capture_output=True, text=True
            )
        found = json.loads(done.stdout)
    print("| crystal | sites | reflections | X-ray, CPU s | neutron, CPU s | pymatgen | | ratio | worst |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, crystal in crystals.items():
        costs, patterns = zip(*(cost_of(crystal, radiation) for radiation in ("Cu", "neutron")), strict=True)
        row = [name, str(crystal.n_sites), str(len(patterns[1].d)), *(f"{cost:.4f}" for cost in costs)]
        if name in found:
            other = found[name]
            places = np.sort(np.concatenate([patterns[1].two_theta, other["x"]]))
            edges = places[1:][np.diff(places) > ONE_LINE_DEG]
            ours = peaks(patterns[1].two_theta, patterns[1].intensity, edges)
            worst = np.abs(ours - peaks(np.array(other["x"]), np.array(other["y"]), edges)).max()
            assert worst < 0.1, (name, worst)
            row += [*(f"{cost:.3f}" for cost in other["costs"]), f"{sum(other['costs']) / sum(costs):.0f}", f"{worst:.4f}"]
        print("|", " | ".join(row), "|")


if __name__ == "__main__":
    main()

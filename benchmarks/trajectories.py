"""Trajectories: reading and following beside other programs, and whether what was put in is found again.

    python benchmarks/trajectories.py [--quick] [--seeds N] [--frames N]

A run of lithium in beta-Li3N (138 atoms in all) is made by kinetic Monte Carlo with vibrations, written as extended XYZ
and as XDATCAR, and read, followed and analysed, each in a process of its own: CPU seconds without imports and compilation,
and the peak memory of the process. `--seeds` tells how often rates, occupancies and diffusivities lie within twice their
stated errors.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.trajectories.synthetic import make_run, write_xyz

CASES = {
    "alpha-Li3N": {"cells": (4, 4, 3), "vacancies": 6, "rates": {"h1": (0.5, 0.5), "h2": (0.08, 0.16)}},
    "beta-Li3N": {"cells": (3, 3, 2), "vacancies": 6, "rates": {"h2": (0.4, 0.4), "h3": (0.15, 0.45)}},
    "Li9N2Cl3": {"cells": (2, 2, 3), "vacancies": 9, "rates": {"h1": (0.15, 0.15)}},
}

READ = """
import json, sys, time
from pathlib import Path
from nitrivac.trajectories import Trajectory
path = Path(sys.argv[1])
for _ in range(2):
    start, run, atoms = time.process_time(), Trajectory(files=[path]), 0
    for chunk in run.chunks():
        atoms += chunk.frac.shape[0] * chunk.frac.shape[1]
    cost = time.process_time() - start
print(json.dumps([cost, atoms, peak()]))
"""

READ_ASE = """
import json, sys, time
from ase.io import iread
start, atoms = time.process_time(), 0
for frame in iread(sys.argv[1], index=":", format=sys.argv[2]):
    atoms += len(frame)
cost = time.process_time() - start
print(json.dumps([cost, atoms, peak()]))
"""

READ_PYMATGEN = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from pymatgen.io.vasp.outputs import Xdatcar
start = time.process_time()
atoms = sum(len(one) for one in Xdatcar(sys.argv[1]).structures)
cost = time.process_time() - start
print(json.dumps([cost, atoms, peak()]))
"""

ANALYSE = """
import json, sys, time
from nitrivac import analyze_trajectory, load
crystal = load("beta-Li3N")
analyze_trajectory(crystal, [sys.argv[2]], time_step=float(sys.argv[3]))
start = time.process_time()
found, _ = analyze_trajectory(crystal, [sys.argv[1]], time_step=float(sys.argv[3]))
cost = time.process_time() - start
jumps = sum(hop.jumps for hop in found.hops)
print(json.dumps([cost, jumps, peak()]))
"""

FOLLOW = """
import json, sys, time
from pathlib import Path
import numpy as np
from nitrivac import find_hops, load
from nitrivac.trajectories import Trajectory
from nitrivac.trajectories.following.follower import Follower, Rule
from nitrivac.trajectories.following.reference import find_reference
from nitrivac.trajectories.following.sites import site_table
from nitrivac.trajectories.following._cores import hold_still, unwrap
crystal, run = load("beta-Li3N"), Trajectory(files=[Path(sys.argv[1])])
chunks = list(run.chunks())
reference = find_reference(crystal, run.elements, chunks[0], None, "run")
table = site_table(reference, find_hops(crystal, widest_paths=False))
last, away = chunks[0].frac[0].copy(), np.zeros((len(reference.immobile), 3))
for chunk in chunks:
    unwrap(chunk.frac, last, np.ones(3), 1.0)
    hold_still(chunk.frac, reference.immobile, reference.homes, away)
frac = np.concatenate([chunk.frac for chunk in chunks])
for _ in range(3):
    follower = Follower(table, reference.mobile, Rule(share=0.3))
    start = time.process_time()
    follower.feed(frac)
    cost = time.process_time() - start
jumps = len(follower.itinerary().events)
print(json.dumps([cost, jumps, peak()]))
"""

PEAK = """
def peak():
    with open("/proc/self/status") as stream:
        return next(int(line.split()[1]) / 1024 for line in stream if line.startswith("VmHWM"))
"""


def measured(code: str, *arguments: object, python: str = sys.executable) -> list[float]:
    """CPU seconds, an answer, and megabytes of a script in a process of its own."""
    done = subprocess.run(
        [python, "-c", PEAK + code, *map(str, arguments)], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.strip().split("\n")[-1])


def write_xdatcar(run, path: Path) -> Path:
    """The run as XDATCAR."""
    order = sorted(range(len(run.symbols)), key=lambda atom: run.symbols[atom] == "Li")
    names = [run.symbols[atom] for atom in order]
    kinds = list(dict.fromkeys(names))
    cell = "\n".join("  ".join(f"{one:.8f}" for one in row) for row in run.lattice)
    head = f"run\n1.0\n{cell}\n{' '.join(kinds)}\n{' '.join(str(names.count(kind)) for kind in kinds)}\n"
    frac = run.places[:, order] @ np.linalg.inv(run.lattice)
    row = "  %.8f  %.8f  %.8f\n" * len(names)
    frames = (f"Direct configuration={number + 1:6d}\n{row % tuple(one.ravel())}" for number, one in enumerate(frac))
    path.write_text(head + "".join(frames), encoding="utf-8")
    return path


def show(what: str, program: str, found: list[float], unit: str, amount: float) -> None:
    cost, _, megabytes = found
    print(f"| {what} | {program} | {cost:.3g} | {amount / cost:,.0f} {unit} | {megabytes:.0f} |")


def speed(folder: Path, frames: int) -> None:
    from nitrivac import find_hops, load

    crystal = load("beta-Li3N")
    network = find_hops(crystal, widest_paths=False)
    run = make_run(crystal, network, **CASES["beta-Li3N"], length=frames * 0.05, dt=0.05)
    short = make_run(crystal, network, **CASES["beta-Li3N"], length=5.0, dt=0.05)
    xyz, xdatcar, warm = folder / "run.xyz", folder / "XDATCAR", write_xyz(short, folder / "warm.xyz")
    write_xyz(run, xyz)
    write_xdatcar(run, xdatcar)
    atoms = frames * len(run.symbols)
    print("| what | program | CPU s | per CPU s | MB |\n|---|---|---:|---:|---:|")
    for name, path, ase_format in (("extended XYZ", xyz, "extxyz"), ("XDATCAR", xdatcar, "vasp-xdatcar")):
        ours, theirs = measured(READ, path), measured(READ_ASE, path, ase_format)
        assert ours[1] == theirs[1] == atoms
        show(f"reading {name}", "nitrivac", ours, "atoms", atoms)
        show(f"reading {name}", "ASE", theirs, "atoms", atoms)
    show("reading XDATCAR", "pymatgen", measured(READ_PYMATGEN, xdatcar), "atoms", atoms)
    positions = frames * run.symbols.count("Li")
    followed = measured(FOLLOW, xyz)
    assert abs(followed[1] / len(run.moves) - 1) < 0.05
    show("following", "nitrivac", followed, "positions", positions)
    whole = measured(ANALYSE, xyz, warm, 50.0)
    assert abs(whole[1] / len(run.moves) - 1) < 0.05
    show("the whole analysis", "nitrivac", whole, "positions", positions)


def truth(folder: Path, seeds: int, vibration: float, dt: float, length: float) -> None:
    """How often what was put in lies within twice the stated errors."""
    from nitrivac import analyze_trajectory, find_hops, load
    from nitrivac.trajectories.transport.kinetic_monte_carlo import simulated_diffusion

    print("| crystal | quantity | found / put in | within 10 % | within 2 errors |\n|---|---|---:|---:|---:|")
    for name, case in CASES.items():
        crystal = load(name)
        network = find_hops(crystal, widest_paths=False)
        rows: dict[str, list[tuple[float, float]]] = {}
        tracer = _tracer(crystal, network, case, simulated_diffusion)
        for seed in range(seeds):
            run = make_run(crystal, network, **case, length=length, dt=dt, vibration=vibration, seed=seed)
            found, _ = analyze_trajectory(crystal, [write_xyz(run, folder / "run.xyz")], time_step=dt * 1e3)
            for hop, (there, back) in case["rates"].items():
                row = found.hop(hop)
                alike = row.start == row.end
                put = there if alike else (row.forward + row.backward) / (row.forward / there + row.backward / back)
                rows.setdefault(f"rate of {hop}", []).append((row.rate / put, row.su / put))
            for site in found.sites:
                vacant = 1 - run.occupancy[site.site]
                rows.setdefault(f"vacancies on {site.site}", []).append(
                    ((1 - site.occupancy) / vacant, max(site.occupancy_su, 1e-6) / vacant)
                )
            value = float(np.trace(found.transport.tracer)) / 3
            rows.setdefault("tracer, displacements", []).append((value / tracer, found.transport.tracer_su / tracer))
            predicted, error = found.transport.predicted_tracer, found.transport.predicted_tracer_su
            rows.setdefault("tracer, from the rates", []).append((predicted / tracer, error / tracer))
        for quantity, pairs in rows.items():
            values, errors = np.array(pairs).T
            close, held = np.mean(np.abs(values - 1) < 0.1), np.mean(np.abs(values - 1) < 2 * errors)
            print(
                f"| {name} | {quantity} | {values.mean():.3f} ± {values.std():.3f} | {close:.0%} | {held:.0%} |", flush=True
            )


def _tracer(crystal, network, case, simulated_diffusion) -> float:
    """The tracer diffusivity of the rates put in, by a long simulation."""
    from nitrivac.crystal import make_supercell
    from nitrivac.trajectories.sampling import _ideal_table

    table = _ideal_table(crystal, network, make_supercell(crystal, np.diag(case["cells"])))
    rates = np.array([case["rates"].get(hop.id, (0.0, 0.0)) for hop in network.hops])
    return simulated_diffusion(table, rates, len(table) - case["vacancies"], blocks=200, most_jumps=20_000_000)[0].isotropic


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--frames", type=int, default=20_000)
    parser.add_argument("--vibration", type=float, default=0.2)
    parser.add_argument("--spacing", type=float, default=0.05, help="ps between frames")
    parser.add_argument("--length", type=float, default=150.0, help="ps")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.seeds:
            truth(Path(folder), options.seeds, options.vibration, options.spacing, options.length)
        else:
            speed(Path(folder), 1_000 if options.quick else options.frames)


if __name__ == "__main__":
    main()

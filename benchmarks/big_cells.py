"""CPU seconds and memory of every command on cells of a thousand to a hundred thousand atoms.

Each command runs once in a process of its own, start of Python included. The cells are snapshots: beta-Li3N repeated, a
twentieth of the atoms taken out at random, the rest displaced by 0.05 angstrom, so there is no symmetry to lean on.

    python benchmarks/big_cells.py [--quick]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import ase.io
import numpy as np

from nitrivac import load
from nitrivac.io.ase_atoms import to_atoms

SIZES = {1_000: (5, 5, 5), 10_000: (11, 11, 10), 100_000: (24, 24, 22)}
LIMIT_S = 900


def snapshot(folder: Path, atoms: int) -> Path:
    """A cell of about so many atoms as extended XYZ."""
    rng = np.random.default_rng(atoms)
    cell = to_atoms(load("beta-Li3N")).repeat(SIZES[atoms])
    for name in set(cell.arrays) - {"numbers", "positions"}:
        del cell.arrays[name]
    cell = cell[rng.random(len(cell)) >= 0.05]
    cell.positions += rng.normal(scale=0.05, size=cell.positions.shape)
    path = folder / f"cell-{atoms}.extxyz"
    ase.io.write(path, cell)
    return path


def commands(path: Path, folder: Path, atoms: int) -> dict[str, list[str]]:
    """What is run, by what it is called in the table."""
    times = "x".join(map(str, SIZES[atoms]))
    small = [f"{n}" for n in ("beta-Li3N", "--supercell", times)]
    out = ["-o", str(folder / f"out-{atoms}"), "--force"]
    return {
        "verify": ["verify", str(path)],
        "hops": ["hops", str(path)],
        "polyhedra": ["polyhedra", str(path)],
        "build --format cif": ["build", str(path), "--format", "cif", *out],
        "analyze": ["analyze", str(path), *out],
        f"path, beta-Li3N {times}": ["path", *small, "--hop", "h1", "--method", "linear", *out],
        f"vacancies --count, beta-Li3N {times}": ["vacancies", *small, "Li@4f=10%", "--allow-charge", "--count"],
    }


def measure(arguments: list[str]) -> tuple[int, float, float, str]:
    """Exit code, CPU seconds, megabytes, and what was said on standard error."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            ["timeout", str(LIMIT_S), sys.executable, "-m", "nitrivac", *arguments], stdout=subprocess.DEVNULL, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        said.seek(0)
        return (
            os.waitstatus_to_exitcode(status),
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / 1024,
            said.read().strip(),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the smallest cell only")
    sizes = list(SIZES)[:1] if parser.parse_args().quick else list(SIZES)
    print("| command | atoms | CPU s | MB | |\n|---|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for atoms in sizes:
            path = snapshot(folder, atoms)
            for what, arguments in commands(path, folder, atoms).items():
                code, seconds, megabytes, said = measure(arguments)
                refused = (
                    "refused" if code == 2 and said.startswith("nitrivac: ") else "" if code in (0, 1) else f"exit {code}"
                )
                if refused not in ("", "refused"):
                    sys.exit(f"{what}: {said}")
                print(f"| {what} | {atoms:,} | {seconds:.1f} | {megabytes:.0f} | {refused} |", flush=True)


if __name__ == "__main__":
    main()

"""One small result of each class added since 0.1.0, as which `tests/data/documents/unreleased` was written.

`python -m tests.documents.examples` writes the documents that are not there yet; those that are stay as they are.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac import (
    Occupation,
    analyze_trajectory,
    bond_geometry,
    find_hops,
    load,
    make_supercell,
    occupancy_contrast,
    powder_pattern,
    vacancy_path,
)
from nitrivac.diffraction import make_diffractogram
from nitrivac.documents.document import Document
from nitrivac.trajectories import arrhenius_lines, run_length
from nitrivac.vacancies import rank_plans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nitrivac.trajectories import TrajectoryAnalysis

UNRELEASED = Path(__file__).parents[1] / "data" / "documents" / "unreleased"


def disturbed() -> Occupation:
    """beta-Li3N with a vacancy, a dopant, an antisite and a lithium on no site."""
    beta = load("beta-Li3N")
    atoms = beta.atoms().repeat((2, 2, 2))
    symbols = np.array(atoms.get_chemical_symbols())
    lithium, nitrogen = np.flatnonzero(symbols == "Li"), np.flatnonzero(symbols == "N")
    symbols[lithium[0]], symbols[nitrogen[0]] = "Mg", "Li"
    atoms.set_chemical_symbols(symbols.tolist())
    atoms.positions[lithium[5]] = np.array([1.0, 1.0, 1.0]) @ np.array(beta.atoms().cell)
    return Occupation.of(beta, atoms, source="CONTCAR")


def short_run(jumps: int, temperature: float) -> TrajectoryAnalysis:
    """A lithium that goes to and fro between a site and a vacancy of alpha-Li3N, and one that sits on no site."""
    alpha = load("alpha-Li3N")
    atoms = alpha.atoms().repeat((3, 3, 3))
    lithium = [number for number, symbol in enumerate(atoms.symbols) if symbol == "Li"]
    here, there = atoms.positions[lithium[1]].copy(), atoms.positions[lithium[2]].copy()
    atoms.positions[lithium[10]] = np.array([1.5, 1.5, 1.3]) @ np.array(alpha.atoms().cell)
    del atoms[lithium[2]]
    frames = [atoms.copy() for _ in range(240)]
    for number, frame in enumerate(frames):
        frame.positions[lithium[1]] = (here, there)[number * (jumps + 1) // 240 % 2]
        frame.rattle(0.05, seed=number)
    with tempfile.TemporaryDirectory() as folder:
        from ase.io import write

        write(path := Path(folder) / "run.traj", frames)
        found, _ = analyze_trajectory(alpha, [path], time_step=50.0, temperature=temperature)
    from dataclasses import replace

    return replace(found, files=("run.traj",))


def results() -> Iterator[Document]:
    """A result of each kind; the classes within come with them."""
    beta, alpha = load("beta-Li3N"), load("alpha-Li3N")
    yield bond_geometry(beta, ["Li@2b"])
    yield disturbed().summary()
    yield rank_plans(beta, ["Li@4f=8.3%", "N@2c=5.6%"], 2)
    yield powder_pattern(beta, "Cu", two_theta=(25, 35))
    yield occupancy_contrast(beta, "Cu", two_theta=(25, 40))
    yield from make_diffractogram(powder_pattern(beta, "neutron", two_theta=(28, 29)), width=0.2).profiles
    runs = [short_run(5, 500.0), short_run(11, 700.0)]
    yield runs[0]
    yield from arrhenius_lines(runs)
    hops = find_hops(alpha, widest_paths=False)
    yield hops
    yield vacancy_path(alpha, hops, "h1", images=1, method="linear", supercell=2)
    yield run_length(
        alpha, hops, make_supercell(alpha, np.diag([3, 3, 3])), {"h1": (0.5, 0.5), "h2": (0.1, 0.1)}, vacancies=3
    )


def parts_of(value: Any) -> Iterator[Document]:
    """A result and the documents it holds."""
    if isinstance(value, Document):
        yield value
    if is_dataclass(value):
        for one in fields(value):
            yield from parts_of(getattr(value, one.name))
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from parts_of(one)


if __name__ == "__main__":
    known = {path.stem for path in UNRELEASED.parent.glob("*/*.json")}
    for result in results():
        for part in parts_of(result):
            name = type(part).__name__
            if name not in known:
                known.add(name)
                text = json.dumps(part.as_dict(), indent=1, ensure_ascii=False) + "\n"
                (UNRELEASED / f"{name}.json").write_text(text, encoding="utf-8")
                print(name, len(text))

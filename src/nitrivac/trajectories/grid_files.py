"""Values on a grid over a cell as Gaussian cube and as CHGCAR."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.trajectories.density import Density

__all__ = ["chgcar_text", "cube_text"]

BOHR_A = 0.529177210544  # CODATA 2022


def cube_text(density: Density, crystal: Crystal, values: NDArray[np.float64], title: str, unit: str) -> str:
    """A Gaussian cube file: cell and atoms in bohr as the format has it, values in the unit stated in its second line.

    Args:
        density: whose grid and cell they are on.
        crystal: whose sites are listed as atoms.
        values: at the nodes, shape (n1, n2, n3).
        title: first line.
        unit: of the values, in words.
    """
    from pymatgen.core.periodic_table import Element

    shape = values.shape
    steps = density.lattice / np.array(shape)[:, None] / BOHR_A
    atoms = []
    for place, owner in zip(crystal.frac_coords @ density.lattice / BOHR_A, crystal.orbit_of_site.tolist(), strict=True):
        number = Element(crystal.orbits[owner].elements[0]).Z
        atoms.append(f"{number:5d}{float(number):12.6f}" + "".join(f"{one:12.6f}" for one in place))
    rows = [f"{size:5d}" + "".join(f"{one:12.6f}" for one in step) for size, step in zip(shape, steps, strict=True)]
    head = [title, f"values in {unit}; node (i, j, k) lies at (i/n1, j/n2, k/n3)", f"{len(atoms):5d}" + f"{0:12.6f}" * 3]
    lines = [*head, *rows, *atoms]
    for line in values.reshape(-1, shape[2]):
        lines += _rows_of(line, 6, "{:13.5E}")
    return "\n".join(lines) + "\n"


def chgcar_text(density: Density, crystal: Crystal, title: str) -> str:
    """A CHGCAR file: density times the volume of the cell in cubic angstrom, as the format has it, first axis fastest.

    Args:
        density: the density.
        crystal: whose sites are listed as atoms.
        title: first line.
    """
    names = [crystal.orbits[owner].elements[0] for owner in crystal.orbit_of_site.tolist()]
    order = sorted(range(len(names)), key=lambda site: list(dict.fromkeys(names)).index(names[site]))
    kinds = dict.fromkeys(names[site] for site in order)
    lines = [title, "1.0", *("".join(f"{one:14.8f}" for one in row) for row in density.lattice)]
    lines += [" ".join(kinds), " ".join(str(names.count(kind)) for kind in kinds), "Direct"]
    lines += ["".join(f"{one:12.8f}" for one in crystal.frac_coords[site]) for site in order]
    lines += ["", " ".join(str(size) for size in density.values.shape)]
    volume = abs(float(np.linalg.det(density.lattice)))
    lines += _rows_of((density.values * volume).ravel(order="F"), 5, "{:18.11E}")
    return "\n".join(lines) + "\n"


def _rows_of(values: NDArray[np.float64], per_line: int, pattern: str) -> list[str]:
    """Numbers in lines of so many."""
    texts = [pattern.format(one) for one in values.tolist()]
    return ["".join(texts[begin : begin + per_line]) for begin in range(0, len(texts), per_line)]

"""Crystals relaxed by a potential, in the symmetry they have, and how far that moves their atoms and cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from nitrivac.crystal.model import Crystal  # noqa: TC001 - documents read the hints
from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_keys
from nitrivac.energetics.forces import Shared
from nitrivac.energetics.potential import CalculatorName  # noqa: TC001 - documents read the hints
from nitrivac.errors import EnergyError, SpecificationError
from nitrivac.io.ase_atoms import crystal_from_atoms, to_atoms
from nitrivac.io.sources import load
from nitrivac.io.writers import refuse_disorder
from nitrivac.uncertain_number import rounded

if TYPE_CHECKING:
    from ase import Atoms

    from nitrivac.energetics.potential import Potential
    from nitrivac.io.sources import Source

__all__ = ["Cell", "Relaxation", "RelaxedOrbit", "at_rest", "largest_force", "relax"]

Cell = Literal["fixed", "symmetric", "free"]

FORCE_EV_A = 0.01
STEPS = 500
_STRANGE = 0.03  # a cell edge or the volume off by more than this share of itself: the potential is not made for it


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxedOrbit:
    """How far the atoms of an orbit move.

    Attributes:
        site: address in the crystal that was relaxed.
        mean: angstrom.
        largest: angstrom.
    """

    site: str
    mean: float
    largest: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxation(Document):
    """A crystal at rest on a potential's energy surface.

    Attributes:
        source: what the crystal is.
        calculator: what gave energies and forces.
        cell: whether the cell stayed as it was (`fixed`), kept its symmetry (`symmetric`), or neither (`free`).
        energy: of the cell, eV.
        start_energy: before, eV.
        start_force: largest force before, eV/angstrom, that on the cell among them.
        force: largest force left, eV/angstrom.
        converged: whether that is below what was asked for.
        steps: of the optimiser.
        displacements: by orbit, a rigid shift of the whole crystal taken out.
        lengths: a, b, c after over before.
        volume_ratio: volume after over before.
        group: space group before and after, at 0.01 angstrom.
        crystal: the relaxed crystal.
        caution: what everything made of it must say, see `Provenance`.
    """

    source: str
    calculator: CalculatorName
    cell: str
    energy: float
    start_energy: float
    start_force: float
    force: float
    converged: bool
    steps: int
    displacements: tuple[RelaxedOrbit, ...]
    lengths: tuple[float, float, float]
    volume_ratio: float
    group: tuple[str, str]
    crystal: Crystal = field(repr=False)
    caution: str | None = None

    def __repr__(self) -> str:
        return f"<Relaxation of {self.source}: {self.energy:.3f} eV, {'at rest' if self.converged else 'not at rest'}>"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What speaks against trusting the potential with this crystal."""
        found = []
        off = max((*self.lengths, self.volume_ratio), key=lambda ratio: abs(ratio - 1))
        if abs(off - 1) > _STRANGE:
            found.append(f"the relaxed cell is off by {100 * (off - 1):+.1f} %, more than {100 * _STRANGE:g} %")
        if self.group[0] != self.group[1]:
            found.append(f"the space group changes from {self.group[0]} to {self.group[1]}")
        if not self.converged:
            found.append(f"forces of {self.force:.3f} eV/angstrom are left after {self.steps} steps")
        return tuple(found)

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            **origin_keys(self.source, self.caution),
            "calculator": self.calculator.plain(),
            "cell": self.cell,
            "energy_eV": rounded(self.energy),
            "start_energy_eV": rounded(self.start_energy),
            "start_force_eV_A": rounded(self.start_force),
            "force_eV_A": rounded(self.force),
            "converged": self.converged,
            "steps": self.steps,
            "displacements": [
                {"site": one.site, "mean_A": rounded(one.mean), "largest_A": rounded(one.largest)}
                for one in self.displacements
            ],
            "length_ratios": [rounded(ratio, 5) for ratio in self.lengths],
            "volume_ratio": rounded(self.volume_ratio, 5),
            "space_group": {"before": self.group[0], "after": self.group[1]},
            "warnings": list(self.warnings),
        }


def relax(
    crystal: Source, potential: Potential, *, cell: Cell = "symmetric", force: float = FORCE_EV_A, steps: int = STEPS
) -> Relaxation:
    """The crystal at rest; its space group is kept unless the cell is `free`.

    Args:
        crystal: a crystal of whole atoms, or anything that `nitrivac.load` takes.
        potential: see `load_potential`.
        cell: `fixed` moves atoms only, `symmetric` cell and atoms within the space group, `free` both without it.
        force: at rest when no force is larger, eV/angstrom (and no stress, by its derivative with the cell).
        steps: of the optimiser at most.

    Raises:
        UnsupportedError: a site is partly occupied or mixed.
        EnergyError: the calculator fails, or gives no finite numbers.

    >>> from nitrivac import crystal_from_structure
    >>> from nitrivac.energetics import load_potential, relax
    >>> from pymatgen.core import Lattice, Structure
    >>> copper = crystal_from_structure(Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.7), ["Cu"], [[0, 0, 0]]))
    >>> round(relax(copper, load_potential("ase.calculators.emt:EMT")).lengths[0] * 3.7, 2)
    3.59
    """
    from ase.constraints import FixSymmetry
    from ase.filters import FrechetCellFilter

    if cell not in get_args(Cell):
        raise SpecificationError(f"cell {cell!r}: {', '.join(get_args(Cell))} are accepted")
    found = load(crystal)
    refuse_disorder(found, "a relaxation")
    start = to_atoms(found)
    start.calc = Shared(potential.make(), found.provenance.source)
    atoms = start.copy()
    atoms.calc = start.calc
    start_energy = float(start.get_potential_energy())
    if cell != "free":
        atoms.set_constraint(FixSymmetry(atoms))
    moving = atoms if cell == "fixed" else FrechetCellFilter(atoms)
    start_force = largest_force(moving)
    taken = at_rest(moving, force, steps)
    left = largest_force(moving)
    atoms.set_constraint()
    after = crystal_from_atoms(atoms, source=found.provenance.source)
    before = crystal_from_atoms(start, source=found.provenance.source)
    ratios = atoms.cell.lengths() / start.cell.lengths()
    return Relaxation(
        source=found.provenance.source,
        caution=found.provenance.caution,
        calculator=potential.calculator,
        cell=cell,
        energy=float(atoms.get_potential_energy()),
        start_energy=start_energy,
        start_force=start_force,
        force=left,
        converged=left <= force,
        steps=taken,
        displacements=_displacements(found, start, atoms),
        lengths=(float(ratios[0]), float(ratios[1]), float(ratios[2])),
        volume_ratio=float(atoms.get_volume() / start.get_volume()),
        group=(before.space_group.symbol, after.space_group.symbol),
        crystal=after,
    )


def largest_force(moving: Any) -> float:
    """Largest force on an atom, or of the stress as the cell feels it, eV/angstrom."""
    return float(np.linalg.norm(np.asarray(moving.get_forces()), axis=1).max(initial=0.0))


def at_rest(moving: Any, force: float, steps: int) -> int:
    """Move atoms, or atoms with their cell, until no force is larger; returns the steps taken.

    Raises:
        EnergyError: the atoms fly apart.
    """
    from ase.optimize import FIRE

    with FIRE(moving, logfile=None) as optimiser:
        optimiser.run(fmax=force, steps=steps)
        taken = int(optimiser.nsteps)
    if not np.isfinite(np.asarray(moving.get_positions())).all():
        raise EnergyError("the atoms fly apart: the potential does not know this arrangement")
    return taken


def _displacements(crystal: Crystal, start: Atoms, end: Atoms) -> tuple[RelaxedOrbit, ...]:
    """Distances by orbit between two lists of the same atoms, in fractional coordinates of the new cell, drift taken out."""
    shift = end.get_scaled_positions(wrap=False) - start.get_scaled_positions(wrap=False)
    shift -= np.round(shift)
    shift -= shift.mean(axis=0)
    far = np.linalg.norm(shift @ end.cell.array, axis=1)
    return tuple(
        RelaxedOrbit(
            site=crystal.address(orbit), mean=float(far[orbit.indices].mean()), largest=float(far[orbit.indices].max())
        )
        for orbit in crystal.orbits
    )

"""What a potential is trusted with: the elements it knows, and how it sees the crystal as it was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.documents.document import Document
from nitrivac.energetics.forces import Shared
from nitrivac.energetics.relaxation import relax
from nitrivac.errors import EnergyError, SpecificationError
from nitrivac.io.ase_atoms import to_atoms
from nitrivac.uncertain_number import rounded

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.potential import Potential

__all__ = ["PotentialTrust", "potential_trust"]

_GPA_PER_EV_A3 = 160.21766208  # from the exact elementary charge (SI 2019)
_STEPS = 300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PotentialTrust(Document):
    """How a potential sees a crystal, beside what was measured.

    Attributes:
        source: what the crystal is.
        elements: those of the crystal.
        listed: whether the potential lists them among those it knows; where it keeps no list it was asked all the same.
        energy: of the cell as measured, eV an atom.
        force: largest force there, eV/angstrom.
        stress: there, largest and smallest principal one, GPa, tension positive; None where the potential gives none.
        lengths: a, b, c of the cell at rest over those measured; None where it could not be brought to rest.
        volume_ratio: volume likewise.
        warnings: what speaks against it.
    """

    source: str
    elements: tuple[str, ...]
    listed: bool
    energy: float
    force: float
    stress: tuple[float, float] | None = None
    lengths: tuple[float, float, float] | None = None
    volume_ratio: float | None = None
    warnings: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "source": self.source,
            "elements": list(self.elements),
            "listed": self.listed,
            "energy_eV_atom": rounded(self.energy),
            "force_eV_A": rounded(self.force),
            "stress_GPa": None if self.stress is None else [rounded(value, 2) for value in self.stress],
            "length_ratios": None if self.lengths is None else [rounded(ratio, 4) for ratio in self.lengths],
            "volume_ratio": None if self.volume_ratio is None else rounded(self.volume_ratio, 4),
            "warnings": list(self.warnings),
        }

    def lines(self) -> list[str]:
        """The same in sentences."""
        elements = ", ".join(self.elements)
        known = f"It lists {elements}" if self.listed else f"It keeps no list of elements, and gives energies of {elements}"
        stress = "" if self.stress is None else f", stress {self.stress[1]:.1f} to {self.stress[0]:.1f} GPa"
        found = [
            f"{known}. In the cell as measured: {self.energy:.2f} eV an atom, largest force {self.force:.2f} eV/Å{stress}."
        ]
        if self.lengths is not None and self.volume_ratio is not None:
            edges = ", ".join(f"{name} {100 * (ratio - 1):+.1f} %" for name, ratio in zip("abc", self.lengths, strict=True))
            found.append(f"At rest its cell is off by {edges}, volume {100 * (self.volume_ratio - 1):+.1f} %.")
        return [*found, *(f"Warning: {one}." for one in self.warnings)]


def potential_trust(crystal: Crystal, potential: Potential, *, steps: int = _STEPS) -> PotentialTrust:
    """Elements, energy, forces and stress in the cell as measured, and the cell at rest beside it.

    A deviation of an edge or the volume above 3 % is a warning.

    Args:
        crystal: of whole atoms, as measured.
        potential: see `load_potential`.
        steps: of the optimiser at most.

    Raises:
        SpecificationError: the potential does not know an element.
        EnergyError: it gives no energy of the crystal.
        UnsupportedError: a site is partly occupied or mixed.

    >>> from nitrivac import crystal_from_structure
    >>> from nitrivac.energetics import load_potential, potential_trust
    >>> from pymatgen.core import Lattice, Structure
    >>> copper = crystal_from_structure(Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.65), ["Cu"], [[0, 0, 0]]))
    >>> potential_trust(copper, load_potential("ase.calculators.emt:EMT")).warnings
    ('the relaxed cell is off by -4.9 %, more than 3 %',)
    """
    from ase.calculators.calculator import PropertyNotImplementedError

    base = potential.make()
    listed = _refuse_unknown(crystal, potential, base)
    atoms = to_atoms(crystal)
    atoms.calc = Shared(base, crystal.provenance.source)
    stress, lengths, volume_ratio = None, None, None
    warnings: tuple[str, ...] = ()
    try:
        principal = np.linalg.eigvalsh(atoms.get_stress(voigt=False)) * _GPA_PER_EV_A3
        stress = float(principal[-1]), float(principal[0])
        rest = relax(crystal, potential, steps=steps)
        lengths, volume_ratio, warnings = rest.lengths, rest.volume_ratio, rest.warnings
    except PropertyNotImplementedError:
        warnings = ("it gives no stress, so that its cell cannot be held against the measured one",)
    except EnergyError as error:
        warnings = (f"the crystal cannot be brought to rest: {error}",)
    return PotentialTrust(
        source=crystal.provenance.source,
        elements=tuple(crystal.elements),
        listed=listed,
        energy=float(atoms.get_potential_energy()) / len(atoms),
        force=float(np.linalg.norm(atoms.get_forces(), axis=1).max(initial=0.0)),
        stress=stress,
        lengths=lengths,
        volume_ratio=volume_ratio,
        warnings=warnings,
    )


def _refuse_unknown(crystal: Crystal, potential: Potential, calculator: object) -> bool:
    """Whether the potential lists its elements, all of the crystal's being among them."""
    if potential.elements is None:
        return False
    known = set(potential.elements(calculator))
    unknown = [symbol for symbol in crystal.elements if symbol not in known]
    if unknown:
        some = ", ".join(sorted(known)[:12]) + (", ..." if len(known) > 12 else "")
        raise SpecificationError(
            f"{crystal.provenance.source}: {potential.calculator.name} does not know {', '.join(unknown)}; it knows {some}"
        )
    return True

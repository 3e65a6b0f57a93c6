"""Forces of one calculator for many images, checked, and those of an image that is another one's mirror image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from ase.calculators.calculator import Calculator, PropertyNotImplementedError, all_changes

from nitrivac.errors import CalculatorError

if TYPE_CHECKING:
    from ase import Atoms

    from nitrivac.migration.paths.swap import Swap

__all__ = ["Mirrored", "Shared"]

_LARGEST_FORCE = 1e3  # eV/angstrom; atoms on top of each other, or a potential beyond what it knows


class Shared(Calculator):  # type: ignore[misc]  # ASE has no types
    """One calculator behind many images: each keeps its own results, and no energy or force is taken that is no number.

    Args:
        base: any ASE calculator.
        where: what is calculated, for messages.
    """

    implemented_properties: ClassVar[list[str]] = ["energy", "forces", "stress"]

    def __init__(self, base: Any, where: str) -> None:
        super().__init__()
        self._base, self._where = base, where
        self.evaluations = 0

    def renamed(self, where: str) -> Shared:
        """Another one of the same calculator, for other atoms."""
        return Shared(self._base, where)

    def calculate(
        self, atoms: Atoms | None = None, properties: tuple[str, ...] = ("energy",), system_changes: Any = all_changes
    ) -> None:
        """Ask the calculator; see ASE.

        Raises:
            CalculatorError: it raises something itself, or gives no finite numbers.
        """
        super().calculate(atoms, properties, system_changes)
        probe = self.atoms.copy()
        probe.set_constraint()
        probe.calc = self._base
        try:
            energy, forces = float(probe.get_potential_energy()), np.array(probe.get_forces(), dtype=float)
            results: dict[str, Any] = {"energy": energy, "forces": forces}
            if "stress" in properties:
                results["stress"] = np.array(probe.get_stress(), dtype=float)
        except PropertyNotImplementedError:
            raise
        except Exception as error:
            problem = " ".join(str(error).split()) or type(error).__name__
            raise CalculatorError(f"{self._where}: the calculator fails: {problem}") from error
        self.evaluations += 1
        largest = float(np.abs(forces).max(initial=0.0))
        if not (np.isfinite(energy) and largest < _LARGEST_FORCE):
            raise CalculatorError(
                f"{self._where}: the calculator gives {energy:g} eV and a force of {largest:g} eV/angstrom"
            )
        self.results = results


class Mirrored(Calculator):  # type: ignore[misc]  # ASE has no types
    """Energy and forces of an image as those of its partner, which an operation carries onto it.

    Args:
        partner: the image whose forces are calculated.
        swap: the operation.
    """

    implemented_properties: ClassVar[list[str]] = ["energy", "forces"]

    def __init__(self, partner: Atoms, swap: Swap) -> None:
        super().__init__()
        self._partner, self._swap = partner, swap

    def calculate(
        self, atoms: Atoms | None = None, properties: tuple[str, ...] = ("energy",), system_changes: Any = all_changes
    ) -> None:
        """Take over the partner's results; see ASE."""
        super().calculate(atoms, properties, system_changes)
        forces = self._swap.turned(self._partner.get_forces(apply_constraint=False))
        self.results = {"energy": self._partner.get_potential_energy(), "forces": forces}

"""What worker processes do with a potential: a task each, with the name of its record and its result as plain data."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nitrivac._version import __version__
from nitrivac.energetics.potential import load_potential
from nitrivac.energetics.relaxation import relax
from nitrivac.energetics.trust import potential_trust
from nitrivac.engines.journal import KEY_DIGITS, fingerprint
from nitrivac.engines.tasks import Failure
from nitrivac.errors import NitrivacError

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.potential import CalculatorName, Potential
    from nitrivac.energetics.relaxation import Cell
    from nitrivac.engines.resumed import Done

__all__ = ["RelaxTask", "Task", "TrustTask", "failure_of", "potential_of", "result_of", "task_key"]


@dataclass(frozen=True, kw_only=True, eq=False)
class RelaxTask:
    """One crystal to be relaxed.

    Attributes:
        crystal: of whole atoms.
        calculator: which potential, see `load_potential`.
        cell: what may change with the atoms.
        force: largest force left, eV/angstrom.
        steps: of the optimiser at most.
    """

    crystal: Crystal
    calculator: CalculatorName
    cell: Cell
    force: float
    steps: int

    @cached_property
    def key(self) -> str:
        """All that the result depends on."""
        return task_key("relax", self.calculator, self.crystal, [self.cell, repr(self.force), str(self.steps)])

    def result(self) -> dict[str, Any]:
        """The document of a `Relaxation`.

        Raises:
            NitrivacError: the crystal is disordered, or the calculator fails.
        """
        potential = potential_of(self.calculator.name)
        return relax(self.crystal, potential, cell=self.cell, force=self.force, steps=self.steps).as_dict()


@dataclass(frozen=True, kw_only=True, eq=False)
class TrustTask:
    """One crystal that shows what a potential is trusted with.

    Attributes:
        crystal: of whole atoms, as measured.
        calculator: which potential, see `load_potential`.
    """

    crystal: Crystal
    calculator: CalculatorName

    @cached_property
    def key(self) -> str:
        """All that the result depends on."""
        return task_key("trust", self.calculator, self.crystal, [])

    def result(self) -> dict[str, Any]:
        """The document of a `PotentialTrust`.

        Raises:
            NitrivacError: the potential does not know an element, or gives no energy.
        """
        return potential_trust(self.crystal, potential_of(self.calculator.name)).as_dict()


class Task(Protocol):
    """What a worker process does, with the name of its record."""

    @property
    def key(self) -> str:
        """All that the result depends on."""
        ...

    def result(self) -> dict[str, Any]:
        """Plain data for JSON."""
        ...


def result_of(task: Task) -> dict[str, Any]:
    """What a worker process does: the result of a task, or what it refuses, which the journal keeps as well."""
    try:
        return task.result()
    except NitrivacError as error:
        return {"refused": {"error": type(error).__name__, "message": str(error)}}


def failure_of(done: Done) -> Failure | None:
    """Why a task has no result, None where it has one."""
    if done.value is not None and "refused" in done.value:
        return Failure(**done.value["refused"])
    return done.failure


def task_key(kind: str, calculator: CalculatorName, crystal: Crystal, options: list[str]) -> str:
    """The name of a task's record: its kind, this version, the potential, the crystal and the options."""
    known = [json.dumps(calculator.plain()), _own_module(calculator.name), json.dumps(crystal.as_dict())]
    return fingerprint([kind, __version__, *known, *options])[:KEY_DIGITS]


@cache
def _own_module(name: str) -> str:
    """The text of the module of a `module:factory`, so that results of one that was changed are not taken for new ones."""
    module = sys.modules.get(name.partition(":")[0])
    path = getattr(module, "__file__", None)
    return "" if path is None else Path(path).read_text(encoding="utf-8", errors="replace")


@lru_cache(maxsize=4)
def potential_of(name: str) -> Potential:
    """The potential of a name, found once in each process."""
    return load_potential(name)

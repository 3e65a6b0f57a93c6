"""Configurations ranked by energy beside their electrostatic energies, as a record."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns, Table
from nitrivac.crystal.model import Crystal  # noqa: TC001 - documents read the hints
from nitrivac.documents.document import Document
from nitrivac.energetics.potential import CalculatorName  # noqa: TC001 - documents read the hints
from nitrivac.energetics.trust import PotentialTrust  # noqa: TC001 - documents read the hints
from nitrivac.uncertain_number import rounded
from nitrivac.vacancies.result import VacancyResult  # noqa: TC001 - documents read the hints

__all__ = ["RelaxedConfiguration", "Reranking"]

_FEWEST = 4  # of fewer pairs a rank correlation says nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RelaxedConfiguration(Document):
    """One configuration, relaxed.

    Attributes:
        chosen: `electrostatic` or `random`.
        electrostatic_rank: place among the electrostatic candidates, the lowest being 1; None of random ones.
        degeneracy: how many labelled configurations it stands for.
        space_group: before it was relaxed.
        codes: index of the occupant of each planned site, a digit each.
        electrostatic: energy of point charges, eV; None where charges are unknown.
        start: energy on the ideal sites, eV; None where it failed, as all below.
        energy: at rest, eV.
        relative: less that of the lowest, eV.
        force: largest force left, eV/angstrom.
        converged: whether that is below what was asked for.
        moved: largest displacement, angstrom.
        failure: why there is no energy.
        crystal: at rest.

    >>> from nitrivac.energetics import RelaxedConfiguration
    >>> RelaxedConfiguration(chosen="random", degeneracy=4, space_group="P1", codes="0110", failure="no energy").note
    'no energy'
    """

    chosen: str
    degeneracy: int
    space_group: str
    codes: str
    electrostatic_rank: int | None = None
    electrostatic: float | None = None
    start: float | None = None
    energy: float | None = None
    relative: float | None = None
    force: float | None = None
    converged: bool = False
    moved: float | None = None
    failure: str | None = None
    crystal: Crystal | None = field(default=None, repr=False)

    columns: ClassVar[Columns[RelaxedConfiguration]]

    @property
    def note(self) -> str | None:
        """Why there is no energy, or that it is not at rest."""
        return self.failure or (None if self.converged else "not at rest")


def _chosen(one: RelaxedConfiguration) -> str:
    return one.chosen if one.electrostatic_rank is None else f"{one.chosen} {one.electrostatic_rank}"


RelaxedConfiguration.columns = Columns(
    (
        Column("chosen", lambda one: one.chosen, heading="chosen", left=True, text=_chosen),
        Column("electrostatic_rank", lambda one: one.electrostatic_rank),
        Column("space_group", lambda one: one.space_group, heading="space group", left=True),
        Column("degeneracy", lambda one: one.degeneracy, heading="degeneracy", text=lambda one: f"{one.degeneracy:,}"),
        Column("energy_eV", lambda one: one.electrostatic, heading="charges (eV)", digits=3),
        Column("relaxed_energy_eV", lambda one: one.energy),
        Column("relative_eV", lambda one: one.relative, heading="relaxed (eV)", digits=3),
        Column("moved_A", lambda one: one.moved, heading="moved (Å)", digits=2),
        Column("start_energy_eV", lambda one: one.start),
        Column("force_eV_A", lambda one: one.force),
        Column("converged", lambda one: one.converged),
        Column("codes", lambda one: one.codes),
        Column("note", lambda one: one.note),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reranking(Document):
    """Configurations of one plan by energy, lowest first.

    Attributes:
        planned: source, specification, plan and numbers of configurations.
        calculator: what gave energies and forces.
        candidates: by energy, those that failed last.
        electrostatic: how the candidates of lowest electrostatic energy were found: `exact` or `annealed`; None without any.
        seed: of the random sample.
        trust: how the potential sees the parent, None where that is no crystal of whole atoms.
    """

    planned: VacancyResult
    calculator: CalculatorName
    candidates: tuple[RelaxedConfiguration, ...]
    electrostatic: str | None = None
    seed: int = 0
    trust: PotentialTrust | None = None

    @property
    def source(self) -> str:
        """What the parent is."""
        return self.planned.source

    @property
    def caution(self) -> str | None:
        """What everything made of it must say, see `Provenance`."""
        return self.planned.caution

    def __repr__(self) -> str:
        return f"<Reranking of {self.source}: {self.certificate}>"

    @property
    def certificate(self) -> str:
        """How many electrostatic candidates there are, and how many configurations were relaxed."""
        electrostatic = sum(one.electrostatic_rank is not None for one in self.candidates)
        relaxed = sum(one.energy is not None for one in self.candidates)
        return f"electrostatic {electrostatic}, relaxed {relaxed}"

    def correlation(self, chosen: str | None = None) -> tuple[float | None, int]:
        """Spearman's coefficient between electrostatic and relaxed energies, and of how many configurations.

        Args:
            chosen: `electrostatic` or `random` ones alone, by default all. The random ones are what electrostatics are worth
                in the whole space; those chosen by them are a narrow part of it.

        Returns:
            None for the coefficient where there are fewer than four, or all energies on one side are the same.
        """
        from scipy.stats import spearmanr

        pairs = [
            (one.electrostatic, one.energy)
            for one in self.candidates
            if one.electrostatic is not None and one.energy is not None and chosen in (None, one.chosen)
        ]
        # Energies that differ by less than the sums are exact to are one.
        left, right = np.round(np.array(pairs, dtype=float).reshape(-1, 2), 6).T
        if len(pairs) < _FEWEST or np.ptp(left) == 0 or np.ptp(right) == 0:
            return None, len(pairs)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return float(spearmanr(left, right).statistic), len(pairs)

    @property
    def missed(self) -> float | None:
        """How far the lowest random configuration lies below all electrostatic candidates, eV; negative where above."""
        lowest = {
            kind: min((one.energy for one in self.candidates if one.chosen == kind and one.energy is not None), default=None)
            for kind in ("electrostatic", "random")
        }
        if lowest["electrostatic"] is None or lowest["random"] is None:
            return None
        return lowest["electrostatic"] - lowest["random"]

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON: what `vacancies` prints, with the energies of the potential."""
        whole, number = self.correlation()
        random, drawn = self.correlation("random")
        return self.planned.plain() | {
            "configurations": [RelaxedConfiguration.columns.plain(one) for one in self.candidates],
            "calculator": self.calculator.plain(),
            "certificate": self.certificate,
            "electrostatic_certificate": self.electrostatic,
            "seed": self.seed,
            "rank_correlation": {"spearman": _two(whole), "n": number},
            "rank_correlation_random": {"spearman": _two(random), "n": drawn},
            "missed_eV": None if self.missed is None else rounded(self.missed, 3),
            "trust": None if self.trust is None else self.trust.plain(),
        }

    def tables(self) -> tuple[Table[RelaxedConfiguration], ...]:
        """The configurations, lowest energy first."""
        columns = RelaxedConfiguration.columns
        return (Table(title="Configurations by energy", columns=columns, records=self.candidates),)

    def csv(self) -> str:
        """A row for each configuration, lowest energy first."""
        return RelaxedConfiguration.columns.csv(self.candidates, caution=self.caution)


def _two(value: float | None) -> float | None:
    return None if value is None else rounded(value, 2)

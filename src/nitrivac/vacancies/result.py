"""What a run from specification to configurations planned, counted and made, as a record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from nitrivac.columns import Column, Columns, Table, fixed
from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.crystal.supercells.supercell_matrix import matrix_text
from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_text
from nitrivac.tables import html_facts
from nitrivac.vacancies.enumeration.large_numbers import all_digits, number_text, power_text
from nitrivac.vacancies.enumeration.size import size_text
from nitrivac.vacancies.files.write import own_items
from nitrivac.vacancies.planning.plan import Plan  # noqa: TC001 - documents read the hints
from nitrivac.vacancies.specification import SiteTarget, VacancySpecification  # noqa: TC001 - documents read the hints

if TYPE_CHECKING:
    from nitrivac.vacancies.configuration import Configuration
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["MadeConfiguration", "VacancyResult", "configuration_header", "shared_header", "specification_text"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MadeConfiguration(Document):
    """One configuration that was made, and its file if it was written.

    >>> from nitrivac import load
    >>> from nitrivac.vacancies import Choice, Planning, run_vacancies
    >>> planning = Planning(supercell=(2, 2, 1), allow_charge=True)
    >>> result = run_vacancies(load("alpha-Li3N"), ["Li@2c=2/8"], choice=Choice(mode="enumerate"), planning=planning)
    >>> [one.degeneracy for one in result.made]
    [12, 12, 4]
    """

    file: str | None
    degeneracy: int
    energy: float | None
    space_group: str
    seed: int | None
    certificate: str
    mismatch: float | None = None

    columns: ClassVar[Columns[MadeConfiguration]] = Columns(
        (
            Column("file", lambda made: made.file, heading="file", left=True),
            Column(
                "degeneracy", lambda made: made.degeneracy, heading="degeneracy", text=lambda made: f"{made.degeneracy:,}"
            ),
            Column(
                "energy_eV", lambda made: made.energy, digits=None, heading="E (eV)", text=lambda made: fixed(made.energy, 4)
            ),
            Column("space_group", lambda made: made.space_group, heading="space group", left=True),
            Column("seed", lambda made: made.seed),
            Column("certificate", lambda made: made.certificate),
            Column(
                "mismatch",
                lambda made: made.mismatch,
                digits=None,
                heading="mismatch",
                text=lambda made: fixed(made.mismatch, 6),
            ),
        )
    )


_TARGET: Columns[SiteTarget] = Columns(
    (
        Column("site", lambda target: target.address),
        Column("target", lambda target: target.vacancy.fraction if target.vacancy else 0.0, digits=10),
        Column("uncertainty", lambda target: target.vacancy.uncertainty if target.vacancy else None, digits=None),
        Column(
            "species",
            lambda target: {share.occupant: share.fraction for share in target.shares if share.occupant != VACANCY},
            digits=None,
        ),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VacancyResult(Document):
    """What a run planned, counted and made.

    Attributes:
        source: what the parent is.
        specification: the targets.
        plan: supercell and whole numbers.
        total: labelled configurations.
        count: symmetry-distinct ones.
        made: the configurations made.
        caution: what everything made of it must say, see `Provenance`.
        error: standard error of the natural logarithms of total and count; None where they are exact.

    >>> from nitrivac import load
    >>> from nitrivac.vacancies import Choice, Planning, run_vacancies
    >>> planning = Planning(supercell=(2, 2, 1), allow_charge=True)
    >>> result = run_vacancies(load("alpha-Li3N"), ["Li@2c=2/8"], choice=Choice(mode="count"), planning=planning)
    >>> result.total, result.count
    (28, 3)
    """

    source: str
    specification: VacancySpecification
    plan: Plan
    total: int
    count: int
    made: tuple[MadeConfiguration, ...]
    caution: str | None = None
    error: float | None = None

    @property
    def size_text(self) -> str:
        """How many configurations there are, in words where it is an estimate."""
        if self.error is None:
            return f"{number_text(self.total)}, {number_text(self.count)} of them distinct by symmetry"
        return f"{size_text(self.total, self.error)}, about {power_text(self.count)} of them distinct by symmetry"

    columns: ClassVar[Columns[VacancyResult]] = Columns(  # numbers of configurations as texts, since they can pass 2^53
        (
            Column("spec", lambda result: list(map(_TARGET.plain, result.specification.targets)), digits=None),
            Column("plan", lambda result: result.plan),
            Column("total", lambda result: all_digits(result.total)),
            Column("count", lambda result: all_digits(result.count)),
            Column("log_error", lambda result: result.error, digits=3),  # null where they are exact
            Column("configurations", lambda result: result.made),
        )
    )

    def configurations_table(self) -> Table[MadeConfiguration]:
        """The configurations made, with what they were chosen by."""
        chosen_by = "mismatch" if any(made.mismatch is not None for made in self.made) else "energy_eV"
        columns = replace(MadeConfiguration.columns, shown=f"file space_group degeneracy {chosen_by}")
        return Table(title="Configurations", columns=columns, records=self.made)

    def _repr_html_(self) -> str:
        """Plan, counts and configurations in a notebook."""
        facts = [
            ("supercell", self.plan.supercell),
            ("atoms", self.plan.atoms),
            ("charge", "unknown" if self.plan.charge is None else f"{self.plan.charge:g}"),
            *(
                (one.address, ", ".join(f"{n} of {one.sites} {name}" for name, n in one.counts.items()))
                for one in self.plan.counts
            ),
            ("configurations", self.size_text),
        ]
        parts = [html_facts(facts, caption=f"Vacancies in {origin_text(self.source, self.caution)}")]
        if self.made:
            parts.append(self.configurations_table().html(limit=50))
        return "".join(parts)


def specification_text(specification: VacancySpecification) -> str:
    """The items as given, for headers; empty where the source's own occupancies are the targets."""
    return " ".join(dict.fromkeys(target.text for target in specification.targets if target.text))


def shared_header(space: ConfigurationSpace, specification: VacancySpecification) -> dict[str, str]:
    """What all configurations of a space have in common, for the headers of their files."""
    counts = ", ".join(
        f"{site.address} {name} {number}/{site.sites}" for site in space.plan.counts for name, number in site.counts.items()
    )
    size = space.size
    header = {
        "specification": specification_text(specification),
        "supercell_matrix": matrix_text(space.plan.matrix, diagonal=False),
        "counts": counts,
        "configurations_total": number_text(size.total, ""),
        "configurations_distinct": number_text(size.distinct, ""),
        "configurations_estimated": "" if size.error is None else f"standard error of the logarithm {size.error:.2g}",
    }
    return {key: value for key, value in header.items() if value}


def configuration_header(
    space: ConfigurationSpace, one: Configuration, specification: VacancySpecification
) -> dict[str, str]:
    """Everything needed to repeat a configuration, for a file's header."""
    return shared_header(space, specification) | own_items(one)

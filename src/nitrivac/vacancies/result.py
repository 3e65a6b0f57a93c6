"""What a run from specification to configurations planned, counted and made, as a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_keys, origin_text
from nitrivac.tables import html_facts, html_table
from nitrivac.vacancies.enumeration.large_numbers import all_digits, number_text, power_text
from nitrivac.vacancies.enumeration.size import size_text
from nitrivac.vacancies.files.write import own_items
from nitrivac.vacancies.planning.plan import Plan  # noqa: TC001 - documents read the hints
from nitrivac.vacancies.specification import VacancySpecification  # noqa: TC001 - documents read the hints

if TYPE_CHECKING:
    from nitrivac.vacancies.space import Configuration, ConfigurationSpace

__all__ = ["MadeConfiguration", "VacancyResult", "configuration_header", "shared_header", "specification_text"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MadeConfiguration(Document):
    """One configuration that was made, and its file if it was written."""

    file: str | None
    degeneracy: int
    energy: float | None
    space_group: str
    seed: int | None
    certificate: str
    mismatch: float | None = None


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

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON; numbers of configurations are decimal strings, since they can pass 2^53.

        `log_error` is null where they are exact.
        """
        return {
            **origin_keys(self.source, self.caution),
            "spec": [
                {
                    "site": target.address,
                    "target": round(target.vacancy.fraction, 10) if target.vacancy else 0.0,
                    "uncertainty": target.vacancy.uncertainty if target.vacancy else None,
                    "species": {one.occupant: one.fraction for one in target.shares if one.occupant != VACANCY},
                }
                for target in self.specification.targets
            ],
            "plan": self.plan.printed(),
            "total": all_digits(self.total),
            "count": all_digits(self.count),
            "log_error": None if self.error is None else round(self.error, 3),
            "configurations": [
                {
                    "file": one.file,
                    "degeneracy": one.degeneracy,
                    "energy_eV": one.energy,
                    "space_group": one.space_group,
                    "seed": one.seed,
                    "certificate": one.certificate,
                    "mismatch": one.mismatch,
                }
                for one in self.made
            ],
        }

    def _repr_html_(self) -> str:
        """Plan, counts and configurations in a notebook."""
        facts = [
            ("supercell", " / ".join(" ".join(map(str, row)) for row in self.plan.matrix.tolist())),
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
            rows = [
                (
                    one.file,
                    one.space_group,
                    f"{one.degeneracy:,}",
                    None if one.energy is None else f"{one.energy:.4f}",
                    one.certificate,
                )
                for one in self.made
            ]
            parts.append(html_table(("file", "space group", "degeneracy", "energy (eV)", "chosen"), rows, limit=50))
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
        "supercell_matrix": " ".join(str(value) for value in space.plan.matrix.ravel()),
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

"""What a comparison of structure and property holds, and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import Any, ClassVar

from nitrivac.columns import Column, Columns
from nitrivac.comparison.barriers import OnSameCompounds  # noqa: TC001 - documents read the hints
from nitrivac.comparison.columns import COMPOUNDS, CORRELATIONS, LEFT_OUT, VALUES
from nitrivac.comparison.correlation import MIN_POINTS, Correlation
from nitrivac.comparison.descriptors import Descriptors  # noqa: TC001
from nitrivac.comparison.measurement import RULE, MeasuredValue
from nitrivac.documents.document import Document

__all__ = ["Comparison", "Compound", "LeftOut"]

_TOO_FEW = f"No rank correlation is given for fewer than {MIN_POINTS} points: these are too few."
_HOLM = "p Holm is corrected for all of them"
_SAMPLES = (
    "The samples are not alike: single crystal, hot-pressed, cold-pressed or sintered pellets, milled powder, with and "
    "without grain boundaries, and some conductivities are extrapolated from higher temperatures."
)
_GEOMETRY = (
    "The descriptors go with each other: numbers of lithium neighbours rise with lithium content. "
    "Geometry is no barrier: distances and bottlenecks rank barriers only weakly, and the number of carriers, defects and "
    "lattice dynamics are not in them. A correlation is no cause."
)
_UNDECIDED = (
    "Candidates, computed, not decided, not to be cited as structures; those of one compound share its measurement and are "
    "no independent points"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compound(Document):
    """One compound: geometry beside the measurement that stands for it.

    Attributes:
        id: name in the catalogue.
        family: chemical family.
        grade: provenance grade of the structure.
        measured: the measurement chosen.
        geometry: descriptors of the average structure.
        caution: what everything made of it must say, see `Provenance`.

    >>> from nitrivac import compare
    >>> compound = compare("binary nitride").compounds[0]
    >>> compound.id, compound.grade
    ('beta-Li3N-vacancy-rich-refined', 'B')
    """

    id: str
    family: str
    grade: str | None
    measured: MeasuredValue
    geometry: Descriptors
    caution: str | None = None

    def value(self, name: str) -> float | None:
        """A descriptor, `log10_sigma` or `activation_energy` as a number, None where there is none."""
        if name == "log10_sigma":
            return log10(self.measured.sigma)
        found = self.measured.activation_energy if name == "activation_energy" else getattr(self.geometry, name)
        return None if found is None else float(found)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeftOut(Document):
    """A compound that is not compared.

    Attributes:
        id: name in the catalogue.
        has_conductivity: whether one is known all the same.
        reason: why it is left out.

    >>> from nitrivac import compare
    >>> [one.id for one in compare("nitride iodide").left_out][:2]
    ['Li3N-LiI-LiOH', 'Li5NI2']
    """

    id: str
    has_conductivity: bool
    reason: str


_ON_SAME: Columns[OnSameCompounds] = Columns(
    (
        Column("descriptor", lambda one: one.descriptor),
        Column("n", lambda one: one.n),
        Column("spearman", lambda one: one.spearman, digits=2),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison(Document):
    """Structure against property.

    Attributes:
        family: the part of the catalogue asked for, None for all.
        compounds: by falling conductivity.
        values: every conductivity of these compounds, chosen or not.
        correlations: of each property with each descriptor.
        left_out: compounds that could not be compared.
        alike: groups of compounds that are one structure with and without vacancies, so that they are no independent points.
        seed: of the resampling.
        barriers_by: the potential that barriers are by, None without any.
        on_same: every descriptor against the measured activation energies over the compounds that have a barrier.

    >>> from nitrivac import compare
    >>> [compound.id for compound in compare("nitridosilicate").compounds][:2]
    ['Li5SiN3', 'Li2SiN2']
    """

    family: str | None
    compounds: tuple[Compound, ...]
    values: tuple[MeasuredValue, ...]
    correlations: tuple[Correlation, ...]
    left_out: tuple[LeftOut, ...]
    alike: tuple[tuple[str, ...], ...]
    seed: int
    barriers_by: str | None = None
    on_same: tuple[OnSameCompounds, ...] = ()

    def __repr__(self) -> str:
        return f"<Comparison of {len(self.compounds)} compounds, {self.tested} correlations>"

    @property
    def tested(self) -> int:
        """How many correlations were tested together."""
        return sum(correlation.spearman is not None for correlation in self.correlations)

    def caveats(self) -> tuple[str, ...]:
        """What a reader must know before believing a correlation."""
        few = f"{len(self.compounds)} points are few: read the intervals, not the coefficients."
        many = f"{self.tested} correlations were tested together, of which one in twenty passes p < 0.05 by chance; {_HOLM}."
        pairs = "; ".join(" and ".join(group) for group in self.alike)
        same = f"Not independent, being one structure with and without vacancies: {pairs}."
        correlated = (few, many) if self.tested else (_TOO_FEW,)
        names = ", ".join(compound.id for compound in self.compounds if compound.caution is not None)
        undecided = (f"{_UNDECIDED}: {names}.",) if names else ()
        return (*undecided, *correlated, _SAMPLES, *([same] if pairs else []), _GEOMETRY)

    def rows(self) -> list[dict[str, Any]]:
        """One flat row for each compound, for pandas or CSV."""
        return [
            COMPOUNDS.row(compound) | ({} if compound.caution is None else {"caution": compound.caution})
            for compound in self.compounds
        ]

    def alternatives(self) -> tuple[MeasuredValue, ...]:
        """The conductivities that were not chosen."""
        return tuple(value for value in self.values if not value.chosen)

    columns: ClassVar[Columns[Comparison]] = Columns(
        (
            Column("family", lambda comparison: comparison.family),
            Column("rule", lambda _: RULE),
            Column("caveats", lambda comparison: comparison.caveats()),
            Column("compounds", lambda comparison: comparison.rows(), digits=None),
            Column("correlations", lambda comparison: list(map(CORRELATIONS.plain, comparison.correlations)), digits=None),
            Column("alternatives", lambda comparison: list(map(VALUES.plain, comparison.alternatives())), digits=None),
            Column("left_out", lambda comparison: list(map(LEFT_OUT.plain, comparison.left_out))),
            Column("seed", lambda comparison: comparison.seed),
            Column("barriers_by", lambda comparison: comparison.barriers_by),
            Column("on_same_compounds", lambda comparison: list(map(_ON_SAME.plain, comparison.on_same))),
        )
    )

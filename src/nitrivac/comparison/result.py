"""What a comparison of structure and property holds, and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import Any

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
    """

    id: str
    has_conductivity: bool
    reason: str


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

    def __repr__(self) -> str:
        return f"<Comparison of {len(self.compounds)} compounds, {self.tested} correlations>"

    @property
    def tested(self) -> int:
        """How many correlations were tested together."""
        return sum(one.spearman is not None for one in self.correlations)

    def caveats(self) -> tuple[str, ...]:
        """What a reader must know before believing a correlation."""
        few = f"{len(self.compounds)} points are few: read the intervals, not the coefficients."
        many = f"{self.tested} correlations were tested together, of which one in twenty passes p < 0.05 by chance; {_HOLM}."
        pairs = "; ".join(" and ".join(group) for group in self.alike)
        same = f"Not independent, being one structure with and without vacancies: {pairs}."
        correlated = (few, many) if self.tested else (_TOO_FEW,)
        names = ", ".join(one.id for one in self.compounds if one.caution is not None)
        undecided = (f"{_UNDECIDED}: {names}.",) if names else ()
        return (*undecided, *correlated, _SAMPLES, *([same] if pairs else []), _GEOMETRY)

    def rows(self) -> list[dict[str, Any]]:
        """One flat row for each compound, for pandas or CSV."""
        return [_row(one) for one in self.compounds]

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "family": self.family,
            "rule": RULE,
            "caveats": list(self.caveats()),
            "compounds": self.rows(),
            "correlations": [correlation_row(one) for one in self.correlations],
            "alternatives": [value_row(one) for one in self.values if not one.chosen],
            "left_out": [
                {"id": one.id, "has_conductivity": one.has_conductivity, "reason": one.reason} for one in self.left_out
            ],
            "seed": self.seed,
        }


def _row(one: Compound) -> dict[str, Any]:
    measured, geometry = one.measured, one.geometry
    return {
        "id": one.id,
        "family": one.family,
        "grade": one.grade,
        "sigma_S_cm": measured.sigma,
        "sigma_qualifier": measured.qualifier,
        "temperature_K": measured.temperature,
        "extrapolated": measured.extrapolated,
        "activation_energy_eV": measured.activation_energy,
        "direction": measured.direction,
        "sample": measured.sample,
        "method": measured.method,
        "reference": measured.reference,
        "place": measured.place,
        "shortest_hop_A": _rounded(geometry.shortest_hop),
        "percolating_1d_A": _rounded(geometry.percolating_1d),
        "percolating_3d_A": _rounded(geometry.percolating_3d),
        "bottleneck_1d_A": _rounded(geometry.bottleneck_1d),
        "bottleneck_3d_A": _rounded(geometry.bottleneck_3d),
        "dimension": geometry.dimension,
        "corners": _rounded(geometry.corners),
        "edges": _rounded(geometry.edges),
        "faces": _rounded(geometry.faces),
        "lithium_per_nm3": _rounded(geometry.lithium_density),
        "kappa": None if geometry.kappa is None else str(geometry.kappa),
        "framework": geometry.framework,
        "coordination": geometry.coordination,
        "q": geometry.q,
        "extension": geometry.extension,
        "vacancy_fraction": _rounded(geometry.vacancy_fraction),
    } | ({} if one.caution is None else {"caution": one.caution})


def correlation_row(one: Correlation) -> dict[str, Any]:
    """One flat row of a correlation, for pandas or CSV."""
    row: dict[str, Any] = {"property": one.target, "descriptor": one.descriptor, "n": one.n}
    for name in ("spearman", "kendall"):
        interval = getattr(one, f"{name}_interval") or (None, None)
        row |= {
            name: _rounded(getattr(one, name)),
            f"{name}_low": _rounded(interval[0]),
            f"{name}_high": _rounded(interval[1]),
            f"{name}_p": _rounded(getattr(one, f"{name}_p")),
        }
    return row | {"spearman_p_holm": _rounded(one.spearman_p_holm)}


def value_row(one: MeasuredValue) -> dict[str, Any]:
    """One flat row of a measured conductivity, for pandas or CSV."""
    return {
        "id": one.id,
        "sigma_S_cm": one.sigma,
        "sigma_qualifier": one.qualifier,
        "temperature_K": one.temperature,
        "activation_energy_eV": one.activation_energy,
        "extrapolated": one.extrapolated,
        "direction": one.direction,
        "sample": one.sample,
        "method": one.method,
        "reference": one.reference,
        "place": one.place,
        "chosen": one.chosen,
        "reason": one.reason,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4) + 0.0

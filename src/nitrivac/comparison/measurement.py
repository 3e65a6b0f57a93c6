"""Which of a compound's measured conductivities stands for it, by one stated rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nitrivac.documents.document import Document

if TYPE_CHECKING:
    from nitrivac.catalog import Material, Measurement

__all__ = ["RULE", "MeasuredValue", "choose_measurement", "measured_values"]

REFERENCE_K = 298.15
RULE = (
    "One conductivity stands for a compound: undoped and not amorphous; then measured before extrapolated, from a table of "
    "the review before its text, a plain value before one with a sign or a range, polycrystalline before one direction of a "
    "single crystal (most compounds are known as pellets only), nearest to 298.15 K, and of equals the first of the record."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredValue(Document):
    """One conductivity of a compound, and whether it stands for it.

    Attributes:
        id: the compound.
        sigma: conductivity, S/cm.
        qualifier: sign or words printed with it, None for a plain value.
        temperature: K, None where none is given.
        activation_energy: eV, None where none is given for this sample.
        extrapolated: whether it was extrapolated from higher temperatures.
        direction: crystal direction, `polycrystalline`, or None where nothing is said.
        sample: phase or sample as printed.
        method: preparation as printed.
        reference: number in the review's list.
        place: table or section of the review.
        chosen: whether it stands for the compound.
        reason: why it does not, empty where it does.

    >>> from nitrivac import compare
    >>> measured = compare("binary nitride").compounds[0].measured
    >>> measured.sigma
    0.00214
    """

    id: str
    sigma: float
    qualifier: str | None
    temperature: float | None
    activation_energy: float | None
    extrapolated: bool
    direction: str | None
    sample: str | None
    method: str | None
    reference: str | None
    place: str
    chosen: bool
    reason: str


def choose_measurement(material: Material) -> Measurement | None:
    """The measurement that stands for a compound by `RULE`, None where none may.

    >>> from nitrivac import get_material
    >>> from nitrivac.comparison import choose_measurement
    >>> choose_measurement(get_material("LiPN2")) is None
    False
    """
    usable = [one for one in material.measurements if not _excluded(one)]
    return min(usable, key=_rank) if usable else None


def measured_values(material: Material) -> tuple[MeasuredValue, ...]:
    """Every conductivity of a compound in the order of its record, with the chosen one marked and why others are not."""
    best = choose_measurement(material)
    values = []
    for one in material.measurements:
        if one.sigma_S_cm is None:
            continue
        reason = "" if one is best else _excluded(one) or _why_behind(one, best)
        values.append(
            MeasuredValue(
                id=material.id,
                sigma=one.sigma_S_cm,
                qualifier=one.sigma_qualifier,
                temperature=one.temperature_K,
                activation_energy=one.activation_energy_eV,
                extrapolated=one.is_extrapolated,
                direction=one.direction,
                sample=one.phase,
                method=one.method,
                reference=str(one.reference) if one.reference is not None else None,
                place=f"table {one.table}" if one.table else f"section {one.section}" if one.section else "",
                chosen=one is best,
                reason=reason,
            )
        )
    return tuple(values)


def _excluded(one: Measurement) -> str:
    """Why a measurement may not stand for the structure; empty where it may."""
    if one.sigma_S_cm is None or one.sigma_S_cm <= 0:
        return "no conductivity"
    if "misprint" in (one.sigma_qualifier or ""):
        return "a misprint"
    if ":" in (one.material or ""):
        return "doped"
    if "amorphous" in f"{one.phase} {one.structure_as_printed}".casefold():
        return "amorphous"
    return ""


def _is_one_direction(one: Measurement) -> bool:
    return one.direction not in (None, "polycrystalline")


_STEPS = (
    ("extrapolated", lambda one: one.is_extrapolated),
    ("from the text, not a table", lambda one: one.table is None),
    ("not a plain value", lambda one: one.sigma_qualifier is not None),
    ("one direction of a single crystal", _is_one_direction),
    ("farther from 298.15 K", lambda one: abs((one.temperature_K or float("inf")) - REFERENCE_K)),
)


def _rank(one: Measurement) -> tuple[float, ...]:
    return tuple(float(step(one)) for _, step in _STEPS)


def _why_behind(one: Measurement, best: Measurement | None) -> str:
    """The first step of the rule at which a measurement falls behind the best one."""
    assert best is not None  # where one may stand for the compound, one does
    for (reason, _), own, other in zip(_STEPS, _rank(one), _rank(best), strict=True):
        if own > other:
            return reason
    return "later in the record"

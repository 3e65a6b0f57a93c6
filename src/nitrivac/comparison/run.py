"""Every compound with a structure and a conductivity in one table, and what goes with what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from nitrivac.catalog import materials
from nitrivac.comparison.barriers import on_same_compounds, percolating_barriers
from nitrivac.comparison.correlation import Correlation, holm, rank_correlation
from nitrivac.comparison.descriptors import BARRIERS, NUMBERS, SPECIES, Descriptors, describe
from nitrivac.comparison.measurement import MeasuredValue, measured_values
from nitrivac.comparison.result import Comparison, Compound, LeftOut
from nitrivac.errors import UnknownMaterialError
from nitrivac.io.sources import crystal_from_record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nitrivac.catalog import Material
    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.diffusion.stated_barriers import BarrierFile

__all__ = ["TARGETS", "compare", "materials_of"]

TARGETS = ("log10_sigma", "activation_energy")


def compare(
    family: str | None = None,
    *,
    candidates: bool = False,
    seed: int = 0,
    barriers: Mapping[str, BarrierFile] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Comparison:
    """Compare structure and property over the catalogue, or a family of it.

    Args:
        family: part of a family's name, as in `nitrivac list`; all without it.
        candidates: whether the candidates of unresolved compounds are compared too, each with the compound's measurement.
        seed: of the resampling behind intervals and p-values.
        barriers: by source, barriers by a potential that are descriptors too, see `read_barrier_files`.
        progress: told after each compound how many are done, and of how many.

    Raises:
        UnknownMaterialError: there is no such family.

    >>> from nitrivac import compare
    >>> compare("binary nitride")
    <Comparison of 3 compounds, 0 correlations>
    """
    chosen = materials_of(family)
    left_out = [reason for one in chosen if (reason := _left_out(one, candidates=candidates))]
    missing = {one.id for one in left_out}
    included = [
        (material, name)
        for material in chosen
        if material.id not in missing
        for name in ([None] if material.sites else [one.name for one in material.candidates])
    ]
    compounds: list[Compound] = []
    values: dict[str, tuple[MeasuredValue, ...]] = {}
    for number, (material, name) in enumerate(included, start=1):
        known = values.setdefault(material.id, measured_values(material))
        crystal = crystal_from_record(material, name)
        compounds.append(
            Compound(
                id=crystal.provenance.source,
                family=material.family,
                grade=material.grade,
                measured=next(one for one in known if one.chosen),
                geometry=_described(crystal, barriers or {}),
                caution=crystal.provenance.caution,
            )
        )
        if progress is not None:
            progress(number, len(included))
    compounds.sort(key=lambda one: (-one.measured.sigma, one.id))
    names = (*NUMBERS, *(BARRIERS if barriers else ()))
    return Comparison(
        family=family,
        compounds=tuple(compounds),
        values=tuple(one for known in values.values() for one in known),
        correlations=holm([_correlated(compounds, target, name, seed) for target in TARGETS for name in names]),
        left_out=tuple(left_out),
        alike=_alike(compounds),
        seed=seed,
        barriers_by=", ".join(dict.fromkeys(one.calculator or str(one.path) for one in (barriers or {}).values())) or None,
        on_same=on_same_compounds(compounds),
    )


def _described(crystal: Crystal, barriers: Mapping[str, BarrierFile]) -> Descriptors:
    """Descriptors of a crystal, with its barriers where there are any."""
    found, file = describe(crystal), barriers.get(crystal.provenance.source)
    if file is None:
        return found
    low, high = percolating_barriers(crystal, file, SPECIES)
    return replace(found, barrier_1d=low, barrier_3d=high)


def materials_of(family: str | None) -> tuple[Material, ...]:
    """The records of a family, or all.

    Raises:
        UnknownMaterialError: there is no such family; the message lists them.
    """
    everything = materials()
    chosen = tuple(one for one in everything if family is None or family.casefold() in one.family.casefold())
    if not chosen:
        known = ", ".join(sorted({one.family for one in everything}))
        raise UnknownMaterialError(f"no family {family!r} in the catalogue; there are {known}")
    return chosen


def _left_out(material: Material, *, candidates: bool) -> LeftOut | None:
    """Why a compound is not compared, None where it is."""
    known = measured_values(material)
    reason = None
    sites = [*material.sites, *(site for one in material.candidates if candidates for site in one.sites)]
    if not sites:
        reason = f"no structure ({material.status})"
    elif not known:
        reason = "no measured conductivity"
    elif not any(one.chosen for one in known):
        reason = f"no conductivity of this structure: {', '.join(sorted({one.reason for one in known}))}"
    elif not any("Li" in site.species for site in sites):
        reason = "no lithium sites"
    return LeftOut(id=material.id, has_conductivity=bool(known), reason=reason) if reason else None


def _correlated(compounds: Sequence[Compound], target: str, name: str, seed: int) -> Correlation:
    pairs = [(one.value(name), one.value(target)) for one in compounds]
    whole = [(x, y) for x, y in pairs if x is not None and y is not None]
    return rank_correlation(target, name, [x for x, _ in whole], [y for _, y in whole], seed=seed)


def _alike(compounds: Sequence[Compound]) -> tuple[tuple[str, ...], ...]:
    """Compounds whose distances are the same to the last digit: one set of sites, filled differently."""
    groups: dict[tuple[float | None, ...], list[str]] = defaultdict(list)
    for one in compounds:
        geometry = one.geometry
        key = (geometry.shortest_hop, geometry.percolating_1d, geometry.percolating_3d, geometry.bottleneck_1d)
        groups[tuple(None if value is None else round(value, 6) for value in key)].append(one.id)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)

"""The hops of the mobile species, and when they span the crystal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.analyses.part import Found, Options, Part
from nitrivac.columns import Column, Columns
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.hop import Hop
    from nitrivac.migration.hop_shells import HopSummary
    from nitrivac.migration.network import HopNetwork

__all__ = ["HOPS"]


def _run(crystal: Crystal, options: Options) -> HopNetwork | HopSummary:
    from nitrivac.migration.hop_shells import hops_or_summary
    from nitrivac.migration.network import find_hops

    if options.brief:  # the widest paths take most of the time, and no column has them
        return find_hops(crystal, species=options.species, widest_paths=False)
    return hops_or_summary(crystal, species=options.species)


def _hops(found: Found[HopNetwork]) -> list[Hop]:
    return [hop for hop in found.result.hops if not hop.exclusive]


def _elementary(found: Found[HopNetwork]) -> list[Hop]:
    return [hop for hop in _hops(found) if hop.elementary]


def _radii(found: Found[HopNetwork]) -> list[float]:
    return [hop.straight.radius for hop in _elementary(found) if hop.straight.radius is not None]


def _shortest(found: Found[HopNetwork]) -> Hop | None:
    return next(iter(_hops(found)), None)


def _length(found: Found[HopNetwork]) -> float | None:
    hop = _shortest(found)
    return None if hop is None else hop.distance


def _room(found: Found[HopNetwork]) -> float | None:
    hop = _shortest(found)
    return None if hop is None else hop.straight.radius


def _ends(found: Found[HopNetwork]) -> str | None:
    hop = _shortest(found)
    return None if hop is None else hop.pair


def _spanned(dimension: int, description: str) -> Column[Found[HopNetwork]]:
    return Column(
        f"percolation_{dimension}D_A",
        lambda found: found.result.by_distance[dimension - 1].value,
        kind="float",
        description=description,
    )


def _passed(dimension: int, description: str) -> Column[Found[HopNetwork]]:
    return Column(
        f"percolation_{dimension}D_bottleneck_A",
        lambda found: found.result.by_radius[dimension - 1].value,
        kind="float",
        description=description,
    )


def _directions(dimension: int, description: str) -> Column[Found[HopNetwork]]:
    return Column(
        f"percolation_{dimension}D_directions",
        lambda found: " ".join(found.result.by_distance[dimension - 1].directions) or None,
        description=description,
    )


HOPS: Part[HopNetwork] = Part(
    name="hops",
    run=_run,  # type: ignore[arg-type]  # columns are of brief results alone, which are networks
    key="hops",
    field="hops",
    file="hops.csv",
    lacks=(SpecificationError,),
    title="Hops",
    columns=Columns(
        (
            Column("mobile_species", lambda found: found.result.species, description="the element that hops"),
            Column(
                "hops",
                lambda found: len(_hops(found)),
                kind="int",
                description="symmetry-distinct hops, up to what it takes to span all dimensions and the second shell",
            ),
            Column(
                "elementary_hops",
                lambda found: len(_elementary(found)),
                kind="int",
                description="of these, without a third site in between (Gabriel)",
            ),
            Column("shortest_hop", _ends, description="its ends"),
            Column("shortest_hop_A", _length, kind="float", description="its length"),
            Column(
                "shortest_hop_bottleneck_A",
                _room,
                kind="float",
                description="radius of the largest sphere that passes along it in a straight line",
            ),
            Column(
                "narrowest_bottleneck_A",
                lambda found: min(_radii(found), default=None),
                kind="float",
                description="smallest such radius of an elementary hop",
            ),
            Column(
                "widest_bottleneck_A",
                lambda found: max(_radii(found), default=None),
                kind="float",
                description="largest one",
            ),
            Column(
                "no_bottleneck",
                lambda found: found.result.no_bottleneck,
                description="why bottlenecks are empty",
            ),
            _spanned(1, "length of hop from which on the hops span one dimension"),
            _spanned(2, "two"),
            _spanned(3, "three"),
            _passed(1, "radius of a sphere that finds its way along one dimension"),
            _passed(2, "two"),
            _passed(3, "three"),
            _directions(1, "lattice directions or planes spanned at the first length"),
            _directions(2, "at the second length"),
        )
    ),
)

"""Rows of what a run of molecular dynamics says: of its sites, of its hops, and of long stays on none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.uncertain_number import number_with_uncertainty

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PER_S", "RESIDENCE", "HopRate", "LongStay", "SiteUse"]

PER_S = 1e12
"""Of one per ps."""


def _core(site: SiteUse) -> str:
    return f"{site.core_radius:.3f}"


def _rate(hop: HopRate) -> str:
    return number_with_uncertainty(hop.rate, hop.su, 3) + ("" if hop.well_defined else "*")


def _missed(hop: HopRate) -> str:
    return "-" if hop.missed is None else f"{round(hop.missed, 3) + 0.0:.1%}"


def _mean(hop: HopRate) -> str:
    return "-" if hop.by_window is None else f"{hop.by_window:.3g}"


def _returned(hop: HopRate) -> str:
    return "-" if hop.returned is None else f"{hop.returned:.0%}"


def _per_s(rate: float | None) -> float | None:
    return None if rate is None else rate * PER_S


def _position(stay: LongStay) -> str:
    return " ".join(f"{one:.3f}" for one in stay.place)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteUse(Document):
    """How a Wyckoff position is filled, and how its ions vibrate.

    Attributes:
        site: address.
        sites: how many the supercell has.
        occupancy: ions per site, with its standard error from blocks.
        occupancy_su: see there.
        residence: mean time in ps that an ion stays, the first and last visits counted as censored; None without departures.
        residence_su: standard error.
        departures: how many jumps began here.
        offset: mean place of the ions less the ideal one at the orbit's first site, angstrom, shape (3,).
        displacements: mean product of the components of the displacements from the mean place at that site (the tensor U),
            angstrom squared, shape (3, 3).
        in_core: share of the time that an ion of the site is in its core.
        core_radius: angstrom.
    """

    site: str
    sites: int
    occupancy: float
    occupancy_su: float
    residence: float | None
    residence_su: float | None
    departures: int
    offset: NDArray[np.float64]
    displacements: NDArray[np.float64]
    in_core: float
    core_radius: float

    columns: ClassVar[Columns[SiteUse]] = Columns(
        (
            Column("site", lambda one: one.site, heading="site", left=True),
            Column("sites", lambda one: one.sites, heading="sites"),
            Column(
                "occupancy",
                lambda one: one.occupancy,
                digits=None,
                heading="occupancy",
                text=lambda one: number_with_uncertainty(one.occupancy, one.occupancy_su, 4),
            ),
            Column("su", lambda one: one.occupancy_su, digits=None),
            Column("stay", lambda one: one.residence, heading="stay (ps)", text=lambda one: one.stay, json=False, csv=False),
            Column("u_iso_A2", lambda one: one.u_iso, digits=None, heading="U (Å²)", text=lambda one: f"{one.u_iso:.4f}"),
            Column(
                "offset_A",
                lambda one: one.offset.tolist(),
                digits=None,
                heading="off (Å)",
                text=lambda one: f"{np.linalg.norm(one.offset):.3f}",
            ),
            Column("displacement_tensor_A2", lambda one: one.displacements.tolist(), digits=None, csv=False),
            Column("core_radius_A", lambda one: one.core_radius, digits=None, heading="core (Å)", text=_core),
            Column(
                "in_core", lambda one: one.in_core, digits=None, heading="in core", text=lambda one: f"{one.in_core:.0%}"
            ),
        )
    )

    @property
    def u_iso(self) -> float:
        """A third of the trace of the displacement tensor, angstrom squared."""
        return float(np.trace(self.displacements)) / 3

    @property
    def stay(self) -> str:
        """The mean time of a stay with its error, in words."""
        return "-" if self.residence is None else number_with_uncertainty(self.residence, self.residence_su, 2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HopRate(Document):
    """How often a hop happened.

    Attributes:
        hop: its name in the hops of the crystal.
        start: address of one end.
        end: address of the other.
        distance: angstrom.
        forward: jumps from start to end; where both ends are alike, in one of the two directions.
        backward: jumps the other way.
        rate: jumps of both directions over the time that a filled and a vacant end lay side by side, per ps; extrapolated to
            frames without a gap: what it falls by when every second frame is left out is added once more.
        su: standard error: that of a Poisson count, or of the mean of blocks where this is larger, and half of what the
            extrapolation adds.
        interval: limits of the rate to 95 % by Poisson's law alone.
        directed: rate from start to end and back, each over its own exposure, per ps.
        by_radius: rate as counted at each radius of the plateau, per ps.
        by_window: rate by the nearest site of the mean over a quarter of a ps, None where frames are too far apart.
        every_second: rate as counted in every second frame.
        returned: share of the jumps that the same ion took back as its next.
        well_defined: whether the rate does not depend on the radius of the cores.
        counted: the rate before it is extrapolated; None in documents from before that was done.
    """

    hop: str
    start: str
    end: str
    distance: float
    forward: int
    backward: int
    rate: float
    su: float
    interval: tuple[float, float]
    directed: tuple[float, float]
    by_radius: tuple[float, ...]
    by_window: float | None
    every_second: float
    returned: float | None
    well_defined: bool
    counted: float | None = None

    @property
    def jumps(self) -> int:
        """Jumps of both directions."""
        return self.forward + self.backward

    @property
    def missed(self) -> float | None:
        """Jumps that no frame shows over those counted, as they were added to the rate."""
        return self.rate / self.counted - 1 if self.counted else None

    columns: ClassVar[Columns[HopRate]] = Columns(
        (
            Column("hop", lambda one: one.hop, heading="hop", left=True),
            Column("between", lambda one: f"{one.start} - {one.end}", heading="between", left=True, json=False, csv=False),
            Column("from", lambda one: one.start),
            Column("to", lambda one: one.end),
            Column(
                "distance_A", lambda one: one.distance, digits=None, heading="d (Å)", text=lambda one: f"{one.distance:.3f}"
            ),
            Column("forward", lambda one: one.forward, heading="there"),
            Column("backward", lambda one: one.backward, heading="back"),
            Column("rate_per_s", lambda one: one.rate * PER_S, digits=None, heading="rate (1/ps)", text=_rate),
            Column("su", lambda one: one.su * PER_S, digits=None),
            Column("interval_95_per_s", lambda one: [limit * PER_S for limit in one.interval], digits=None, csv=False),
            Column("forward_rate_per_s", lambda one: one.directed[0] * PER_S, digits=None),
            Column("backward_rate_per_s", lambda one: one.directed[1] * PER_S, digits=None),
            Column("missed", lambda one: one.missed, digits=None, heading="missed", text=_missed),
            Column("counted_rate_per_s", lambda one: _per_s(one.counted), digits=None),
            Column("every_second_frame_rate_per_s", lambda one: _per_s(one.every_second), digits=None),
            Column("window_mean_rate_per_s", lambda one: _per_s(one.by_window), digits=None, heading="mean", text=_mean),
            Column("returned", lambda one: one.returned, digits=None, heading="return", text=_returned),
            Column("well_defined", lambda one: one.well_defined, kind="bool"),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LongStay(Document):
    """Ions that stayed for long in no core, in one place.

    Attributes:
        place: mean place in fractions of the crystal's cell, shape (3,).
        nearest: address of the nearest site.
        distance: from it, angstrom.
        stays: how many.
        time: together, ps.
    """

    place: NDArray[np.float64]
    nearest: str
    distance: float
    stays: int
    time: float

    columns: ClassVar[Columns[LongStay]] = Columns(
        (
            Column("nearest", lambda one: one.nearest, heading="long in no core, near", left=True),
            Column(
                "distance_A",
                lambda one: one.distance,
                digits=None,
                heading="off it (Å)",
                text=lambda one: f"{one.distance:.2f}",
            ),
            Column("position", lambda one: one.place.tolist(), digits=None, heading="at", text=_position, left=True),
            Column("stays", lambda one: one.stays, heading="times"),
            Column(
                "time_ps", lambda one: one.time, digits=None, heading="together (ps)", text=lambda one: f"{one.time:.1f}"
            ),
        )
    )


RESIDENCE: Columns[SiteUse] = Columns(
    (
        Column("site", lambda one: one.site),
        Column("time_ps", lambda one: one.residence, digits=None),
        Column("su", lambda one: one.residence_su, digits=None),
        Column("departures", lambda one: one.departures),
    )
)
"""How long ions stay, by site."""

"""What a run of molecular dynamics says of its crystal, each number with a standard error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_keys
from nitrivac.trajectories.transport.result import Transport  # noqa: TC001 - documents read the hints

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HopRate", "LongStay", "SiteUse", "TrajectoryAnalysis"]


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

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "site": self.site,
            "sites": self.sites,
            "occupancy": self.occupancy,
            "su": self.occupancy_su,
            "offset_A": self.offset.tolist(),
            "displacement_tensor_A2": self.displacements.tolist(),
            "u_iso_A2": float(np.trace(self.displacements)) / 3,
            "in_core": self.in_core,
            "core_radius_A": self.core_radius,
        }


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

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON, rates in 1/s."""
        return {
            "hop": self.hop,
            "from": self.start,
            "to": self.end,
            "distance_A": self.distance,
            "forward": self.forward,
            "backward": self.backward,
            "rate_per_s": self.rate * 1e12,
            "su": self.su * 1e12,
            "interval_95_per_s": [one * 1e12 for one in self.interval],
            "forward_rate_per_s": self.directed[0] * 1e12,
            "backward_rate_per_s": self.directed[1] * 1e12,
            "window_mean_rate_per_s": None if self.by_window is None else self.by_window * 1e12,
            "every_second_frame_rate_per_s": self.every_second * 1e12,
            "counted_rate_per_s": None if self.counted is None else self.counted * 1e12,
            "returned": self.returned,
            "well_defined": self.well_defined,
        }


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

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "position": self.place.tolist(),
            "nearest": self.nearest,
            "distance_A": self.distance,
            "stays": self.stays,
            "time_ps": self.time,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrajectoryAnalysis(Document):
    """A run of molecular dynamics on the sites of its crystal.

    Attributes:
        source: what the crystal is.
        files: the files read.
        species: the mobile element.
        frames: number of frames used.
        time_step: time between frames, fs.
        skipped: time left out at the beginning, ps.
        temperature: K, None where not given.
        matrix: supercell, rows are its vectors in terms of the crystal's, shape (3, 3).
        strain: largest relative change of length of the crystal's cell.
        atoms: number of atoms of each element.
        share: radius of the cores as a share of the distance to the nearest site.
        shares: those of the plateau.
        sites: one for each Wyckoff position of the mobile species.
        hops: one for each hop and split pair of the crystal.
        double: share of the filled sites that hold more than one ion.
        two_step: jumps over a vacant middle that were counted as two hops.
        unlisted: jumps that are no hop of the crystal's list.
        never: ions that were never in a core.
        stays: ions that stayed for long in no core, most time first.
        transport: diffusion and conductivity.
        msd: times in ps and mean square displacements in angstrom squared, shape (2, k).
        remarks: what a reader must know, one sentence each.
        caution: what everything made of the crystal must say.
    """

    source: str
    files: tuple[str, ...]
    species: str
    frames: int
    time_step: float
    skipped: float
    temperature: float | None
    matrix: NDArray[np.int64]
    strain: float
    atoms: dict[str, int]
    share: float
    shares: tuple[float, ...]
    sites: tuple[SiteUse, ...]
    hops: tuple[HopRate, ...]
    double: float
    two_step: int
    unlisted: int
    never: int
    stays: tuple[LongStay, ...]
    transport: Transport
    msd: NDArray[np.float64] = field(repr=False)
    remarks: tuple[str, ...] = ()
    caution: str | None = None

    @property
    def length(self) -> float:
        """Time from the first frame used to the last, ps."""
        return (self.frames - 1) * self.time_step * 1e-3

    def hop(self, name: str) -> HopRate:
        """The hop of a name such as `h2`.

        Raises:
            KeyError: there is none.
        """
        return next(one for one in self.hops if one.hop == name)

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        nearest = min((one.core_radius for one in self.sites), default=0.0) / self.share
        return {
            **origin_keys(self.source, self.caution),
            "files": list(self.files),
            "species": self.species,
            "frames": self.frames,
            "time_step_fs": self.time_step,
            "skipped_ps": self.skipped,
            "length_ps": self.length,
            "temperature_K": self.temperature,
            "atoms": sum(self.atoms.values()),
            "composition": self.atoms,
            "matrix": self.matrix.tolist(),
            "strain": self.strain,
            "core_radius_A": min((one.core_radius for one in self.sites), default=None),
            "core_share": self.share,
            "plateau": [
                {
                    "radius": share,
                    "radius_A": share * nearest,
                    "rates": {one.hop: one.by_radius[place] * 1e12 for one in self.hops},
                }
                for place, share in enumerate(self.shares)
            ],
            "occupancy": [one.plain() for one in self.sites],
            "double_occupancy": self.double,
            "jumps": [one.plain() for one in self.hops],
            "two_step_jumps": self.two_step,
            "unlisted_jumps": self.unlisted,
            "never_in_a_core": self.never,
            "long_stays": [one.plain() for one in self.stays],
            "residence": [
                {"site": one.site, "time_ps": one.residence, "su": one.residence_su, "departures": one.departures}
                for one in self.sites
            ],
            "diffusion": self.transport.plain(),
            "remarks": list(self.remarks),
        }

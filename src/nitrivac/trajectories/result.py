"""What a run of molecular dynamics says of its crystal, each number with a standard error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from nitrivac.columns import Column, Columns, Table
from nitrivac.documents.document import Document
from nitrivac.trajectories.rows import PER_S, RESIDENCE, HopRate, LongStay, SiteUse
from nitrivac.trajectories.transport.result import Transport  # noqa: TC001 - documents read the hints

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["TrajectoryAnalysis"]


def _plateau(run: TrajectoryAnalysis) -> list[dict[str, Any]]:
    """The rates of all hops at each radius."""
    nearest = (run.core_radius or 0.0) / run.share
    return [
        {
            "radius": share,
            "radius_A": share * nearest,
            "rates": {one.hop: one.by_radius[place] * PER_S for one in run.hops},
        }
        for place, share in enumerate(run.shares)
    ]


def _by_radius(shares: tuple[float, ...]) -> Columns[HopRate]:
    """A column of rates for each radius of the cores."""

    def column(place: int) -> Column[HopRate]:
        return Column(
            f"rate_at_{shares[place]:g}_per_s",
            lambda one: one.by_radius[place] * PER_S,
            digits=None,
            heading=f"{shares[place]:g}",
            text=lambda one: f"{one.by_radius[place]:.2g}",
        )

    name: Column[HopRate] = Column("hop", lambda one: one.hop, heading="1/ps at core", left=True)
    return Columns((name, *map(column, range(len(shares)))))


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

    columns: ClassVar[Columns[TrajectoryAnalysis]] = Columns(
        (
            Column("files", lambda run: run.files),
            Column("species", lambda run: run.species),
            Column("frames", lambda run: run.frames),
            Column("time_step_fs", lambda run: run.time_step, digits=None),
            Column("skipped_ps", lambda run: run.skipped, digits=None),
            Column("length_ps", lambda run: run.length, digits=None),
            Column("temperature_K", lambda run: run.temperature, digits=None),
            Column("atoms", lambda run: sum(run.atoms.values())),
            Column("composition", lambda run: run.atoms),
            Column("matrix", lambda run: run.matrix.tolist()),
            Column("strain", lambda run: run.strain, digits=None),
            Column("core_radius_A", lambda run: run.core_radius, digits=None),
            Column("core_share", lambda run: run.share, digits=None),
            Column("plateau", _plateau, digits=None),
            Column("occupancy", lambda run: run.sites),
            Column("double_occupancy", lambda run: run.double, digits=None),
            Column("jumps", lambda run: run.hops),
            Column("two_step_jumps", lambda run: run.two_step),
            Column("unlisted_jumps", lambda run: run.unlisted),
            Column("never_in_a_core", lambda run: run.never),
            Column("long_stays", lambda run: run.stays),
            Column("residence", lambda run: [RESIDENCE.plain(one) for one in run.sites], digits=None),
            Column("diffusion", lambda run: run.transport),
            Column("remarks", lambda run: run.remarks),
        )
    )

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

    @property
    def core_radius(self) -> float | None:
        """Radius of the smallest core, angstrom."""
        return min((one.core_radius for one in self.sites), default=None)

    def tables(self) -> tuple[Table[Any], ...]:
        """The sites, the hops that happened, their rates over the radius of the cores, and long stays in no core."""
        seen = tuple(hop for hop in self.hops if hop.jumps)
        tables: tuple[Table[Any], ...] = (
            Table(title="Sites", columns=SiteUse.columns, records=self.sites),
            Table(title="Jumps", columns=HopRate.columns, records=seen),
            Table(title="Rates by radius of the cores", columns=_by_radius(self.shares), records=seen),
            Table(title="Long stays in no core", columns=LongStay.columns, records=self.stays),
        )
        return tuple(table for table in tables if table.records)

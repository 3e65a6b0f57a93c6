"""What was counted in a run as the rows of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.trajectories.block_errors import error_of_mean
from nitrivac.trajectories.following.rates import poisson_interval, share_missed, tally
from nitrivac.trajectories.rows import HopRate, SiteUse
from nitrivac.trajectories.watch import PLATEAU

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.network import HopNetwork
    from nitrivac.trajectories.following.follower import Itinerary
    from nitrivac.trajectories.following.rates import Tally
    from nitrivac.trajectories.watch import Watch

__all__ = ["hop_rates_of", "remarks_on", "site_uses"]

_FLAT = 0.5  # relative change of a rate between these two shares by which a hop has no plateau
_STEPS = (0.2, 0.4)
_FEW_JUMPS = 50
_LOST = 0.9  # share of the rate that every second frame must still show


def hop_rates_of(watch: Watch, network: HopNetwork, counted: Tally, every_second: Tally, dt: float) -> tuple[HopRate, ...]:
    """The rate of every hop, by every rule.

    Args:
        watch: what was followed.
        network: the hops.
        counted: along the main itinerary.
        every_second: along the one of every second frame.
        dt: time between frames, ps.
    """
    rates, errors = counted.rates(dt)
    others = {
        share: tally(watch.table, network, follower.itinerary()).rates(dt) for share, follower in watch.plateau.items()
    }
    halved, _ = every_second.rates(dt)
    missed = share_missed(counted, every_second)
    windowed = tally(watch.table, network, watch.windowed.itinerary()).rates(dt)[0] if watch.windowed else None
    counts, exposures = counted.counts.sum(axis=0), counted.exposures.sum(axis=0) * dt
    directed = np.divide(counts, exposures, out=np.zeros(counts.shape), where=exposures > 0)
    low, high = (others[share] for share in _STEPS)
    rows = []
    for number, hop in enumerate(network.hops):
        jumps, time = int(counts[number].sum()), float(exposures[number].sum())
        whole = 1 + float(missed[number])
        rate = whole * float(rates[number])
        limits = poisson_interval(jumps)
        alike = hop.start == hop.end
        change = abs(float(high[0][number] - low[0][number]))
        noise = 2 * float(np.hypot(high[1][number], low[1][number]))
        rows.append(
            HopRate(
                hop=hop.id,
                start=hop.start,
                end=hop.end,
                distance=hop.distance,
                forward=int(counts[number, 0]),
                backward=int(counts[number, 1]),
                rate=rate,
                su=float(np.hypot(errors[number], missed[number] * rates[number] / 2)),
                interval=(whole * limits[0] / time, whole * limits[1] / time) if time else (0.0, 0.0),
                directed=(rate, rate) if alike else (whole * float(directed[number, 0]), whole * float(directed[number, 1])),
                counted=float(rates[number]),
                by_radius=tuple(float(others[share][0][number]) for share in PLATEAU),
                by_window=None if windowed is None else float(windowed[number]),
                every_second=float(halved[number]),
                returned=float(counted.returns[number] / jumps) if jumps else None,
                well_defined=change <= max(_FLAT * float(rates[number]), noise if jumps < _FEW_JUMPS else 0.0),
            )
        )
    return tuple(rows)


def site_uses(
    watch: Watch, counted: Tally, missed: NDArray[np.float64], itinerary: Itinerary, dt: float
) -> tuple[SiteUse, ...]:
    """How each Wyckoff position of the mobile species is used.

    A residence time is the time that ions spent there over the number of jumps that began there, those that no frame shows
    included, which counts the first and the last visit of each ion as censored.

    Args:
        watch: what was followed.
        counted: along the main itinerary.
        missed: jumps of each hop that no frame shows over those counted, shape (h,).
        itinerary: that itinerary.
        dt: time between frames, ps.
    """
    table, reference = watch.table, watch.reference
    begun = table.orbits[itinerary.events[:, 2]]
    unshown = np.append(missed, [0.0, 0.0])[counted.kinds]  # nothing for kinds -2 and -1
    left = np.bincount(begun, minlength=len(table.addresses))
    unseen = np.bincount(begun, weights=unshown, minlength=len(table.addresses))
    edges = np.arange(len(counted.fillings) + 1) * counted.frames // len(counted.fillings)
    radii = table.radii(watch.share)
    rows = []
    for number, address in enumerate(table.addresses):
        members = table.orbits == number
        shares = counted.fillings[:, number] / np.diff(edges) / members.sum()
        time = float(counted.fillings[:, number].sum()) * dt
        offset, product, in_core = watch.dwelling.ellipsoid(reference, reference.crystal.find(address))
        number_left, added = int(left[number]), float(unseen[number])
        residence = time / (number_left + added) if number_left + added > 0 else None
        rows.append(
            SiteUse(
                site=address,
                sites=int(members.sum()),
                occupancy=time / dt / counted.frames / float(members.sum()),
                occupancy_su=float(error_of_mean(shares)),
                residence=residence,
                residence_su=(
                    residence * float(np.hypot(np.sqrt(number_left), added / 2)) / (number_left + added)
                    if residence is not None
                    else None
                ),
                departures=number_left,
                offset=offset,
                displacements=product,
                in_core=in_core,
                core_radius=float(radii[members].min()),
            )
        )
    return tuple(rows)


def remarks_on(watch: Watch, rates: tuple[HopRate, ...], counted: Tally, itinerary: Itinerary) -> tuple[str, ...]:
    """What a reader must know before believing the numbers."""
    remarks = []
    seen = [one for one in rates if one.jumps >= _FEW_JUMPS and one.well_defined]
    coarse = [one.hop for one in seen if one.every_second < _LOST * (one.counted or 0.0)]
    if coarse:
        remarks.append(
            f"every second frame shows fewer jumps of {', '.join(coarse)}: frames {watch.time_step:g} fs apart miss some; "
            "the rates are extrapolated to frames without a gap, and half of what that adds is in their errors"
        )
    if vague := [one.hop for one in rates if not one.well_defined and one.jumps]:
        remarks.append(
            f"{', '.join(vague)}: no well-defined hop, since the rate changes with the radius of the cores (no barrier, or "
            "sites other than the crystal's)"
        )
    unlisted = int((counted.kinds == -1).sum())
    if unlisted:
        remarks.append(
            f"{unlisted} of {len(itinerary.events)} jumps are no hop of the crystal's list: longer, or to a site it lacks"
        )
    if (lost := int((itinerary.first < 0).sum())) > 0:
        remarks.append(f"{lost} {watch.reference.species} were never in a core")
    if counted.double > 0.01:
        remarks.append(f"{counted.double:.1%} of the filled sites hold two ions: a site may be missing in the crystal")
    reference, name = watch.reference, watch.reference.crystal.provenance.source
    for dopant in reference.dopants:
        element, _, where = dopant.partition(" on ")
        remarks.append(f"{element}, which {name} does not have, is a dopant here, on {where}")
    remarks += [f"{antisite} is an antisite" for antisite in reference.antisites]
    if reference.held:
        remarks.append(f"sites of {reference.species} that other atoms hold, and that are left out: {reference.held}")
    if watch.strayed is not None:
        remarks.append(
            f"atom {watch.strayed + 1}, which should be immobile, has left its site, so that the drift is less sure"
        )
    return tuple(remarks)

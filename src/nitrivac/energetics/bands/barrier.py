"""The barrier of one hop: the energies along its band, and what must be said of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - documents read the hints

from nitrivac.columns import Column, Columns, fixed
from nitrivac.documents.document import Document

__all__ = ["Barrier"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Barrier(Document):
    """The energy along one hop.

    Attributes:
        hop: `h1`, `h2`, ...
        name: both ends, as `nitrivac hops` names them.
        distance: of the ideal sites, angstrom.
        bottleneck: bottleneck radius of the widest path, or of the straight one, angstrom; None where it has none.
        energies: of the images less that of the first, eV, shape (images,); empty where there is no band.
        converged: whether no force across the band and on its ends is larger than asked for.
        force: largest force across the band that is left, eV/angstrom.
        half: whether symmetry swaps the ends and half the band was calculated.
        atoms: in the supercell.
        evaluations: how often the calculator was asked.
        failure: why there is no band, None where there is one.
        error: class of that error, by which failures are counted.
        remarks: what must be known of the band.
        images: cartesian, unwrapped, angstrom, shape (images, atoms, 3).
        symbols: element of each atom.
        lattice: of the supercell, rows, angstrom, shape (3, 3).
        rests: images at rest between the ends: the band is as many hops more.
        travelled: way of the moving ion up to each image, angstrom, shape (images,).
        moving: index of the moving atom, -1 where it is not known.
        saddle_place: the moving ion in the highest image, in fractions of the crystal's own cell.
        saddle_coordination: ions of opposite charge round it there, within their ligand cutoffs.
        saddle_radius: of the largest sphere round it there that touches no immobile ion, angstrom.
        attempt: attempt frequencies forward and backward of the moving ion alone, 1/s; None where they were not asked for.

    >>> import numpy as np
    >>> from nitrivac.energetics import Barrier
    >>> hop = Barrier(hop="h1", name="Li@4f-Li@4f:1", distance=2.18, bottleneck=0.59, energies=np.array([0, 0.3, 0.1]))
    >>> round(hop.forward, 3), round(hop.backward, 3)
    (0.3, 0.2)
    """

    hop: str
    name: str
    distance: float
    bottleneck: float | None
    energies: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    converged: bool = False
    force: float | None = None
    half: bool = False
    atoms: int = 0
    evaluations: int = 0
    failure: str | None = None
    remarks: tuple[str, ...] = ()
    images: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0, 3)), repr=False)
    symbols: tuple[str, ...] = field(default=(), repr=False)
    lattice: NDArray[np.float64] | None = field(default=None, repr=False)
    rests: tuple[int, ...] = ()
    travelled: NDArray[np.float64] = field(default_factory=lambda: np.empty(0), repr=False)
    moving: int = -1
    saddle_place: tuple[float, float, float] | None = None
    saddle_coordination: int | None = None
    saddle_radius: float | None = None
    attempt: tuple[float, float] | None = None
    error: str | None = None

    columns: ClassVar[Columns[Barrier]]

    @property
    def forward(self) -> float | None:
        """Highest energy of the band less that of its start, eV."""
        return float(self.energies.max() - self.energies[0]) if len(self.energies) else None

    @property
    def backward(self) -> float | None:
        """Highest energy of the band less that of its end, eV."""
        return float(self.energies.max() - self.energies[-1]) if len(self.energies) else None

    @property
    def span(self) -> float | None:
        """Highest energy of the band less its lowest, eV: more than both barriers where the lowest image is no end."""
        return float(np.ptp(self.energies)) if len(self.energies) else None

    @property
    def fractions(self) -> NDArray[np.float64]:
        """Share of the way that the ion has come at each image, 0 to 1, shape (images,)."""
        if len(self.travelled) and self.travelled[-1] > 0:
            return np.asarray(self.travelled / self.travelled[-1])
        return np.linspace(0.0, 1.0, len(self.energies))

    @property
    def saddle(self) -> float | None:
        """Share of the way that the ion has come at the highest image, 0 to 1."""
        return float(self.fractions[self.energies.argmax()]) if len(self.energies) else None

    @property
    def is_sound(self) -> bool:
        """Whether the band is at rest and its highest image lies between the ends: only then is there a barrier."""
        return self.converged and 0 < int(self.energies.argmax()) < len(self.energies) - 1

    @property
    def notes(self) -> tuple[str, ...]:
        """Why there is no band, or what must be known of it."""
        return (*((self.failure,) if self.failure else ()), *self.remarks)


def _frequency(one: Barrier, way: int) -> float | None:
    """To two digits: it is of one ion alone."""
    return None if one.attempt is None else float(f"{one.attempt[way]:.1e}")


def _height(one: Barrier, value: float | None) -> str:
    """An energy in a table, with a star where it is no barrier."""
    return fixed(value, 2) + ("" if value is None or one.is_sound else "*")


Barrier.columns = Columns(
    (
        Column("hop", lambda one: one.hop, heading="hop", left=True),
        Column("name", lambda one: one.name, heading="between", left=True),
        Column("distance_A", lambda one: one.distance, heading="d (Å)", text=lambda one: fixed(one.distance, 3)),
        Column("bottleneck_radius_A", lambda one: one.bottleneck, digits=3, heading="bottleneck"),
        Column("forward_eV", lambda one: one.forward, heading="barrier (eV)", text=lambda one: _height(one, one.forward)),
        Column("backward_eV", lambda one: one.backward, heading="back (eV)", text=lambda one: _height(one, one.backward)),
        Column("highest_less_lowest_eV", lambda one: one.span, digits=2),
        Column("saddle", lambda one: one.saddle, digits=2, heading="saddle"),
        Column("saddle_position", lambda one: one.saddle_place),
        Column("saddle_coordination", lambda one: one.saddle_coordination, heading="CN"),
        Column("saddle_free_radius_A", lambda one: one.saddle_radius, digits=2),
        Column("attempt_forward_Hz", lambda one: _frequency(one, 0), digits=None),
        Column("attempt_backward_Hz", lambda one: _frequency(one, 1), digits=None),
        Column("converged", lambda one: one.converged),
        Column("force_eV_A", lambda one: one.force),
        Column("half_band", lambda one: one.half),
        Column("rests", lambda one: one.rests),
        Column("atoms", lambda one: one.atoms),
        Column("images", lambda one: len(one.energies)),
        Column("evaluations", lambda one: one.evaluations),
        Column("travelled_A", lambda one: one.travelled.tolist()),
        Column("energies_eV", lambda one: one.energies.tolist()),
        Column("error", lambda one: one.error),
        Column("note", lambda one: "; ".join(one.notes) or None),
    ),
    least="saddle_coordination saddle backward_eV",
)

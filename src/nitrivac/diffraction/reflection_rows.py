"""A reflection of a pattern as a row of its tables."""

from __future__ import annotations

from typing import NamedTuple

from nitrivac.columns import Column, Columns

__all__ = ["REFLECTIONS", "Reflection"]


class Reflection(NamedTuple):
    """A family of symmetry-equivalent reflections; what its fields are, `PowderPattern` says."""

    hkl: tuple[int, int, int]
    d: float
    two_theta: float
    multiplicity: int
    f_squared: float
    intensity: float

    @property
    def indices(self) -> str:
        """The Miller indices as people write them."""
        return " ".join(str(one).replace("-", "\N{MINUS SIGN}") for one in self.hkl)


REFLECTIONS: Columns[Reflection] = Columns(
    (
        Column("hkl", lambda one: one.hkl, heading="hkl", text=lambda one: one.indices, left=True, csv=False),
        Column("h", lambda one: one.hkl[0], json=False),
        Column("k", lambda one: one.hkl[1], json=False),
        Column("l", lambda one: one.hkl[2], json=False),
        Column("d_A", lambda one: one.d, digits=6, heading="d (Å)", text=lambda one: f"{one.d:.4f}"),
        Column(
            "two_theta_deg", lambda one: one.two_theta, digits=5, heading="2θ (°)", text=lambda one: f"{one.two_theta:.3f}"
        ),
        Column("multiplicity", lambda one: one.multiplicity, heading="n"),
        Column("f_squared", lambda one: one.f_squared, digits=6, heading="|F|²", text=lambda one: f"{one.f_squared:.1f}"),
        Column("intensity", lambda one: one.intensity, digits=6, heading="I", text=lambda one: f"{one.intensity:.1f}"),
    )
)
"""What files and tables say of a reflection."""

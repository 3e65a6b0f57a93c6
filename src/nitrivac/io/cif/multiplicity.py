"""Site multiplicities that a CIF states, which some programs mean otherwise than the dictionary does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.io.cif.atoms import AtomRow

__all__ = ["check_multiplicities"]


def check_multiplicities(
    rows: Sequence[AtomRow], site_of_row: Sequence[int], crystal: Crystal, source: str
) -> tuple[str, ...]:
    """Compare the stated multiplicities with those of the sites, and say where the column holds something else.

    SHELXL-97 wrote the order of the site symmetry there (1 for a general position), and some programs write 1 everywhere;
    both are recognised by all rows together.

    Args:
        rows: the rows of the atom loop.
        site_of_row: the orbit of each row.
        crystal: the crystal made of them.
        source: the file's name, for messages.

    Returns:
        Remarks, one sentence each.

    Raises:
        ReadError: a multiplicity is not that of its site, and the column is no other quantity.
    """
    stated = [
        (row, row.multiplicity, crystal.orbits[site])
        for row, site in zip(rows, site_of_row, strict=True)
        if row.multiplicity is not None
    ]
    wrong = [(row, number, orbit) for row, number, orbit in stated if number != len(orbit.indices)]
    if not wrong:
        return ()
    order = crystal.space_group.order
    if all(number * len(orbit.indices) == order for _, number, orbit in stated):
        return ("the column of multiplicities holds the order of each site's symmetry, as SHELXL-97 wrote it; not used",)
    if all(number == 1 for _, number, _ in stated):
        return ("the column of multiplicities holds 1 throughout; not used",)
    row, number, orbit = wrong[0]
    raise ReadError(
        f"{source}: atom {row.label}: the file says multiplicity {number}, but its position is "
        f"{orbit.wyckoff} of {crystal.space_group.setting or crystal.space_group.symbol}"
    )

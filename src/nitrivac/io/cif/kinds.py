"""Structures that three dimensions and an ordinary space group do not describe, by what a CIF holds, not by its suffix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nitrivac.errors import ReadError
from nitrivac.io.cif.names import names_of, stated

if TYPE_CHECKING:
    import gemmi

__all__ = ["refuse_magnetic_and_modulated", "remarks_on_moments"]

_MAGNETIC = re.compile(r"_(?:space_group|symmetry)\w*_?magn_?", re.IGNORECASE)
_MODULATED = re.compile(
    r"_(?:space_group|symmetry)\w*_?(?:ssg|superspace)|_cell_modulation_dimension|_cell_(?:wave_vector|subsystem)s?_"
    r"|_atom_site_(?:displace|occ|rot|u)_(?:fourier|special|legendre|ortho|xharm)|_atom_site_fourier_wave_vector",
    re.IGNORECASE,
)
_MOMENTS = re.compile(r"_atom_site_moment|_atom_site_spin", re.IGNORECASE)


def refuse_magnetic_and_modulated(block: gemmi.cif.Block, source: str) -> None:
    """Raise ReadError where the symmetry of a block is that of a magnetic or of a modulated or composite structure.

    Args:
        block: with flat names.
        source: the file's name, for messages.
    """
    for name in names_of(block):
        if not _says_something(block, name):
            continue
        if _MODULATED.match(name):
            raise ReadError(
                f"{source}: holds a modulated or composite structure ({name}), which is not read; write the average "
                "structure, or an approximant in three dimensions, with an ordinary space group"
            )
        if _MAGNETIC.match(name):
            raise ReadError(
                f"{source}: holds a magnetic structure ({name}); magnetic CIF is not read; write the nuclear structure "
                "with an ordinary space group"
            )


def remarks_on_moments(block: gemmi.cif.Block) -> tuple[str, ...]:
    """That moments are left out, where a block with an ordinary space group has them."""
    with_moments = any(_MOMENTS.match(name) and _says_something(block, name) for name in names_of(block))
    return ("magnetic moments are left out",) if with_moments else ()


def _says_something(block: gemmi.cif.Block, name: str) -> bool:
    return any(stated(value) not in ("", "0") for value in block.find_values(name))

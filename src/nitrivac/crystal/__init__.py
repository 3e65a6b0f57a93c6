"""Crystals: built from records, files and structures, addressed by Wyckoff position, checked and written.

The names below are imported when first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nitrivac.crystal.convert import crystal_from_dict, crystal_from_structure
    from nitrivac.crystal.model import Crystal, Occupant, Orbit, Provenance
    from nitrivac.crystal.sources import crystal_from_record, load
    from nitrivac.crystal.space_group import SpaceGroup, parse_space_group

_HOME = {
    "Crystal": "model",
    "Occupant": "model",
    "Orbit": "model",
    "Provenance": "model",
    "SpaceGroup": "space_group",
    "crystal_from_dict": "convert",
    "crystal_from_record": "sources",
    "crystal_from_structure": "convert",
    "load": "sources",
    "parse_space_group": "space_group",
}

__all__ = [
    "Crystal",
    "Occupant",
    "Orbit",
    "Provenance",
    "SpaceGroup",
    "crystal_from_dict",
    "crystal_from_record",
    "crystal_from_structure",
    "load",
    "parse_space_group",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"nitrivac.crystal.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

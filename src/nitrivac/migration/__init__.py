"""How far the mobile ion jumps, between which sites, through what, and whether the jumps span the crystal."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nitrivac.migration.network import Hop, HopNetwork, find_hops

_HOME = {"Hop": "network", "HopNetwork": "network", "find_hops": "network"}

__all__ = ["Hop", "HopNetwork", "find_hops"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"nitrivac.migration.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

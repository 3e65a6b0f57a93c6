"""How coordination polyhedra are made and joined, and the frameworks they build."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nitrivac.polyhedra.framework import Framework
    from nitrivac.polyhedra.molecules import MolecularAnion
    from nitrivac.polyhedra.polyhedron import Polyhedron
    from nitrivac.polyhedra.report import PolyhedraReport, analyze_polyhedra
    from nitrivac.polyhedra.sharing import Sharing
    from nitrivac.polyhedra.snapshots import SnapshotStatistics, snapshot_statistics

_HOME = {
    "Framework": "framework",
    "MolecularAnion": "molecules",
    "PolyhedraReport": "report",
    "Polyhedron": "polyhedron",
    "Sharing": "sharing",
    "SnapshotStatistics": "snapshots",
    "analyze_polyhedra": "report",
    "snapshot_statistics": "snapshots",
}

__all__ = [
    "Framework",
    "MolecularAnion",
    "PolyhedraReport",
    "Polyhedron",
    "Sharing",
    "SnapshotStatistics",
    "analyze_polyhedra",
    "snapshot_statistics",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"nitrivac.polyhedra.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

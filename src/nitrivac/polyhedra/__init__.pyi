from .analyze import CentreSummary, PolyhedraReport, analyze_polyhedra
from .framework import Framework
from .molecules import MolecularAnion
from .polyhedron import Polyhedron
from .sharing import ElementSharing, Sharing
from .snapshots import SnapshotStatistics, snapshot_statistics

__all__ = [
    "CentreSummary",
    "ElementSharing",
    "Framework",
    "MolecularAnion",
    "PolyhedraReport",
    "Polyhedron",
    "Sharing",
    "SnapshotStatistics",
    "analyze_polyhedra",
    "snapshot_statistics",
]

from .analyze import CentreSummary, PolyhedraReport, analyze_polyhedra
from .bonding.bonds import Bond, BondAngle, BondGeometry, bond_geometry
from .frameworks.framework import Framework
from .molecules import MolecularAnion
from .polyhedron import Polyhedron
from .sharing import ElementSharing, Sharing
from .snapshots import SnapshotStatistics, snapshot_statistics

__all__ = [
    "Bond",
    "BondAngle",
    "BondGeometry",
    "CentreSummary",
    "ElementSharing",
    "Framework",
    "MolecularAnion",
    "PolyhedraReport",
    "Polyhedron",
    "Sharing",
    "SnapshotStatistics",
    "analyze_polyhedra",
    "bond_geometry",
    "snapshot_statistics",
]

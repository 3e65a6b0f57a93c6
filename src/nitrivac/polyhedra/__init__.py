"""How coordination polyhedra are made and joined, and the frameworks they build."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nitrivac.polyhedra.coordination import Polyhedron, coordination_polyhedra
    from nitrivac.polyhedra.framework import Framework, find_frameworks
    from nitrivac.polyhedra.report import PolyhedraReport, analyze_polyhedra
    from nitrivac.polyhedra.sharing import Sharing, find_sharing

_HOME = {
    "Framework": "framework",
    "PolyhedraReport": "report",
    "Polyhedron": "coordination",
    "Sharing": "sharing",
    "analyze_polyhedra": "report",
    "coordination_polyhedra": "coordination",
    "find_frameworks": "framework",
    "find_sharing": "sharing",
}

__all__ = [
    "Framework",
    "PolyhedraReport",
    "Polyhedron",
    "Sharing",
    "analyze_polyhedra",
    "coordination_polyhedra",
    "find_frameworks",
    "find_sharing",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"nitrivac.polyhedra.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Coordination polyhedra, and the frameworks they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nitrivac.analyses.part import Found, Options, Part
from nitrivac.columns import Column, Columns, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.analyze import CentreSummary, PolyhedraReport
    from nitrivac.polyhedra.frameworks.framework import Framework

__all__ = ["POLYHEDRA", "main_framework"]


def _run(crystal: Crystal, options: Options) -> PolyhedraReport:
    from nitrivac.polyhedra.analyze import analyze_polyhedra

    return analyze_polyhedra(crystal, each=not options.brief)


def _mobile(found: Found[PolyhedraReport]) -> list[CentreSummary]:
    from nitrivac.chemistry.carrier import charge_carrier

    species = found.options.species or charge_carrier(found.crystal)
    return [centre for centre in found.result.summary if species in centre.centre.split("/")]


def _coordination(found: Found[PolyhedraReport]) -> str | None:
    texts = [
        (f"{centre.centre} " if "/" in centre.centre else "") + _shares(centre.coordination) for centre in _mobile(found)
    ]
    return "; ".join(texts) or None


def _ligand_distance(found: Found[PolyhedraReport]) -> float | None:
    mobile = _mobile(found)
    return mobile[0].mean_distance if len(mobile) == 1 else None


def main_framework(report: PolyhedraReport) -> Framework | None:
    """Of the frameworks of the most kinds of centres, the one that extends farthest; None where there is none."""
    return max(report.frameworks, key=lambda framework: (framework.centre.count(","), framework.dimension), default=None)


def _of_main(
    name: str, value: Callable[[Framework], Any], description: str, kind: Kind = "str"
) -> Column[Found[PolyhedraReport]]:
    """A column of the main framework, empty where there is none."""

    def found_value(found: Found[PolyhedraReport]) -> Any:
        framework = main_framework(found.result)
        return None if framework is None else value(framework)

    return Column(f"framework_{name}", found_value, kind=kind, description=description)


def _shares(shares: Mapping[int, float]) -> str:
    """`2: 0.3333; 4: 0.6667`."""
    return "; ".join(f"{number}: {share:.4g}" for number, share in sorted(shares.items()))


POLYHEDRA: Part[PolyhedraReport] = Part(
    name="polyhedra",
    run=_run,
    key="polyhedra",
    field="polyhedra",
    file="polyhedra.csv",
    title="Coordination polyhedra",
    columns=Columns(
        (
            Column(
                "mobile_coordination",
                _coordination,
                description="coordination number of the mobile species: share of its sites",
            ),
            Column(
                "mobile_ligand_distance_A",
                _ligand_distance,
                kind="float",
                description="mean distance to its ligands",
            ),
            Column(
                "frameworks",
                lambda found: len(found.result.frameworks),
                kind="int",
                description="frameworks found; the following is of the one with most kinds of centres",
            ),
            _of_main("centre", lambda framework: framework.centre, "its centres"),
            _of_main("formula", lambda framework: framework.formula, "centres and anions of one unit or repeat"),
            _of_main(
                "dimension", lambda framework: framework.dimension, "directions in which it extends, 0 to 3", kind="int"
            ),
            _of_main("kappa", lambda framework: framework.kappa, "degree of condensation n(T)/n(X)"),
            _of_main("q", lambda framework: _shares(framework.q), "number of bridging ligands: share of the centres"),
            _of_main("rings", lambda framework: _shares(framework.rings) or None, "ring size: rings per centre"),
            _of_main("name", lambda framework: framework.name, "what a chemist calls it"),
            Column(
                "molecular_anions",
                lambda found: "; ".join(f"{one.per_cell:g} {one.formula}" for one in found.result.molecules) or None,
                description="number per cell and formula",
            ),
        )
    ),
)

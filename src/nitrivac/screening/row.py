"""One structure as one flat row: what it is, its symmetry check, hops, polyhedra and vacancies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.chemistry.carrier import charge_carrier
from nitrivac.errors import NitrivacError
from nitrivac.migration.network import find_hops
from nitrivac.polyhedra.analyze import analyze_polyhedra
from nitrivac.screening.columns import PARTS
from nitrivac.verification.symmetry_check import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.analyze import PolyhedraReport
    from nitrivac.polyhedra.framework import Framework

__all__ = ["ScreenOptions", "structure_row"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenOptions:
    """What is computed for each structure.

    Attributes:
        parts: some of `nitrivac.screening.columns.PARTS`.
        species: the mobile element; by default the charge carrier of each structure, see `nitrivac.chemistry.carrier`.
    """

    parts: tuple[str, ...] = PARTS
    species: str | None = None


def structure_row(crystal: Crystal, options: ScreenOptions) -> dict[str, Any]:
    """The columns of the chosen parts, and `status`, `error`, `message` and `caution`.

    A part that has no answer for this crystal leaves its columns empty and makes the status `partial`; the others are
    computed all the same.

    Args:
        crystal: ordered or average.
        options: what is computed.
    """
    row: dict[str, Any] = {"status": "ok", "caution": crystal.provenance.caution}
    errors: list[tuple[str, str]] = []
    for part in options.parts:
        try:
            row |= _MAKERS[part](crystal, options)
        except NitrivacError as error:
            errors.append((type(error).__name__, f"{part}: {error}"))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault in one part must not cost the other parts, nor other structures
            errors.append((type(error).__name__, f"{part}: {error or 'no message'}"))
    if errors:
        status = "failed" if len(errors) == len(options.parts) else "partial"
        row |= {"status": status, "error": errors[0][0], "message": "; ".join(text for _, text in errors)}
    return row


def _identity(crystal: Crystal, _: ScreenOptions) -> dict[str, Any]:
    lengths = np.linalg.norm(crystal.lattice, axis=1)
    unit = crystal.lattice / lengths[:, None]
    angles = [math.degrees(math.acos(min(1.0, max(-1.0, float(unit[i] @ unit[j]))))) for i, j in ((1, 2), (0, 2), (0, 1))]
    return {
        "formula": crystal.formula,
        "elements": "-".join(sorted(crystal.elements)),
        "sites": crystal.n_sites,
        "atoms": _number(sum(crystal.contents.values())),
        "volume_A3": _number(crystal.volume),
        "density_g_cm3": _number(crystal.density),
        **{f"{name}_A": _number(length) for name, length in zip("abc", lengths.tolist(), strict=True)},
        **{f"{name}_deg": _number(angle) for name, angle in zip(("alpha", "beta", "gamma"), angles, strict=True)},
        "grade": crystal.provenance.grade,
    }


def _symmetry(crystal: Crystal, _: ScreenOptions) -> dict[str, Any]:
    found = verify(crystal)
    return {
        "space_group": found.found.symbol,
        "space_group_number": found.found.number,
        "hall": found.found.hall,
        "expected_number": found.expected.number,
        "symmetry_agrees": found.agrees,
        "second_opinion_number": found.second_opinion,
        "plateau_low_A": _number(found.plateau.low, 8),
        "plateau_high_A": _number(found.plateau.high, 8),
        "wyckoff": _joined(f"{one.label} {one.found}" for one in found.wyckoff),
        "charge": _number(found.charge),
        "min_distance_A": _number(min(found.distances.by_pair.values(), default=None)),
        "oxidation_states": found.oxidation.replace(", ", " ") or None,
        "global_instability_index": _number(found.bond_valences.instability),
        "problems": _joined(found.problems),
    }


def _hops(crystal: Crystal, options: ScreenOptions) -> dict[str, Any]:
    network = find_hops(crystal, species=options.species, widest_paths=False)
    hops = [hop for hop in network.hops if not hop.exclusive]
    elementary = [hop for hop in hops if hop.elementary]
    rooms = [hop.straight.radius for hop in elementary if hop.straight.radius is not None]
    shortest = hops[0] if hops else None
    row: dict[str, Any] = {
        "mobile_species": network.species,
        "hops": len(hops),
        "elementary_hops": len(elementary),
        "shortest_hop": shortest.pair if shortest else None,
        "shortest_hop_A": _number(shortest.distance) if shortest else None,
        "shortest_hop_bottleneck_A": _number(shortest.straight.radius) if shortest else None,
        "narrowest_bottleneck_A": _number(min(rooms, default=None)),
        "widest_bottleneck_A": _number(max(rooms, default=None)),
        "no_bottleneck": network.no_bottleneck,
    }
    for distance, radius in zip(network.by_distance, network.by_radius, strict=True):
        name = f"percolation_{distance.dimension}D"
        row[f"{name}_A"] = _number(distance.value)
        row[f"{name}_bottleneck_A"] = _number(radius.value)
        if distance.dimension < 3:
            row[f"{name}_directions"] = " ".join(distance.directions) or None
    return row


def _polyhedra(crystal: Crystal, options: ScreenOptions) -> dict[str, Any]:
    report = analyze_polyhedra(crystal)
    main = _main_framework(report)
    species = options.species or charge_carrier(crystal)
    mobile = [one for one in report.summary if species in one.centre.split("/")]
    row: dict[str, Any] = {
        "mobile_coordination": _joined(
            (f"{one.centre} " if "/" in one.centre else "") + _shares(one.coordination) for one in mobile
        ),
        "mobile_ligand_distance_A": _number(mobile[0].mean_distance) if len(mobile) == 1 else None,
        "frameworks": len(report.frameworks),
        "molecular_anions": _joined(f"{one.per_cell:g} {one.formula}" for one in report.molecules),
    }
    if main is not None:
        row |= {
            "framework_centre": main.centre,
            "framework_formula": main.formula,
            "framework_dimension": main.dimension,
            "framework_kappa": str(main.kappa),
            "framework_q": _shares(main.q),
            "framework_rings": _shares(main.rings) or None,
            "framework_name": main.name,
        }
    return row


def _main_framework(report: PolyhedraReport) -> Framework | None:
    """Of the frameworks of the most kinds of centres, the one that extends farthest."""
    return max(report.frameworks, key=lambda one: (one.centre.count(","), one.dimension), default=None)


def _vacancies(crystal: Crystal, options: ScreenOptions) -> dict[str, Any]:
    vacant = [orbit for orbit in crystal.orbits if orbit.vacancy > 1e-8]
    species = options.species or charge_carrier(crystal)
    mobile = [orbit for orbit in crystal.orbits if species in orbit.elements]
    sites = sum(len(orbit.indices) for orbit in mobile)
    return {
        "ordered": crystal.is_ordered,
        "vacancy_fractions": _joined(f"{crystal.address(orbit)} {orbit.vacancy:.4g}" for orbit in vacant),
        "mobile_vacancy_fraction": _number(sum(one.vacancy * len(one.indices) for one in mobile) / sites) if sites else None,
        "vacancies_per_cell": _number(sum(orbit.vacancy * len(orbit.indices) for orbit in vacant)),
        "mixed_sites": _joined(crystal.address(orbit) for orbit in crystal.orbits if len(orbit.occupants) > 1),
    }


_MAKERS: Mapping[str, Callable[[Crystal, ScreenOptions], dict[str, Any]]] = {
    "identity": _identity,
    "symmetry": _symmetry,
    "hops": _hops,
    "polyhedra": _polyhedra,
    "vacancies": _vacancies,
}


def _number(value: float | None, digits: int = 4) -> float | None:
    """A number as tables have it: rounded, no minus before 0, nothing for what is no number."""
    return None if value is None or not math.isfinite(value) else round(float(value), digits) + 0.0


def _joined(texts: Iterable[str]) -> str | None:
    return "; ".join(texts) or None


def _shares(shares: Mapping[int, float]) -> str:
    """`2: 0.3333; 4: 0.6667`."""
    return "; ".join(f"{number}: {share:.4g}" for number, share in sorted(shares.items()))

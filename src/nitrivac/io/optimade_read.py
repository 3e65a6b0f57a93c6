"""OPTIMADE structures as crystals; what an average structure cannot hold is refused, never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.from_structure import crystal_from_structure
from nitrivac.crystal.occupancies import nominal_shares
from nitrivac.elements import ELEMENTS
from nitrivac.errors import ReadError
from nitrivac.io.optimade_write import ISOTOPE_MASSES, VACANCY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pymatgen.core.periodic_table import Element, Species

    from nitrivac.crystal.model import Crystal

__all__ = ["crystal_from_optimade", "looks_like_optimade"]

_SUM = 1e-6  # how far from one the concentrations of a species may add up to: the error of printed digits
_REFUSED = {
    "assemblies": "sites that are filled together or not at all",
    "implicit_atoms": "atoms without a site",
    "site_attachments": "atoms attached to a site without a place of their own",
}


def looks_like_optimade(data: Mapping[str, Any]) -> bool:
    """Whether plain data are meant as an OPTIMADE structure or a response with one."""
    return data.get("type") == "structures" or "data" in data or "cartesian_site_positions" in data


def crystal_from_optimade(
    data: Mapping[str, Any], *, source: str = "OPTIMADE structure", symprec: float = 0.01, index: int | None = None
) -> Crystal:
    """The crystal of an OPTIMADE structure; its symmetry is found in the cell as given.

    Args:
        data: a resource of type `structures`, its attributes alone, or a response whose `data` hold such resources.
        source: what to call it in messages and output.
        symprec: tolerance in angstrom of the symmetry search.
        index: which structure of a response of several, from 0 or, below 0, from the end.

    Raises:
        ReadError: it is no such structure, or has assemblies, attached or implicit atoms, unknown elements (`X`) or
            concentrations that do not add up to one.
        BuildError: the sites make no crystal.
    """
    from pymatgen.core.lattice import Lattice
    from pymatgen.core.structure import Structure

    attributes = _attributes(data, source, index)
    _refuse_features(attributes, source)
    lattice = _rows(attributes, "lattice_vectors", source, 3)
    names = attributes.get("species_at_sites")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or not names:
        raise ReadError(f"{source}: species_at_sites is needed, the name of the species at each site")
    points = _rows(attributes, "cartesian_site_positions", source, len(names))
    if abs(np.linalg.det(lattice)) < 1e-3:
        raise ReadError(f"{source}: the lattice vectors span no volume")
    composition = {name: _composition(one, source) for name, one in _species_by_name(attributes, names, source).items()}
    unknown = sorted(set(names) - set(composition))
    if unknown:
        raise ReadError(f"{source}: species_at_sites names {unknown[0]!r}, which species does not describe")
    filled = [index for index, name in enumerate(names) if composition[name]]  # a site of nothing but vacancy is none
    labels = attributes.get("_nitrivac_site_labels")
    structure = Structure(
        Lattice(lattice),
        [composition[names[index]] for index in filled],
        (points @ np.linalg.inv(lattice))[filled],
    )
    known = isinstance(labels, list) and len(labels) == len(names) and all(isinstance(one, str) for one in labels)
    return crystal_from_structure(
        structure, source=source, symprec=symprec, labels=[labels[index] for index in filled] if known and labels else None
    )


def _attributes(data: Mapping[str, Any], source: str, index: int | None) -> Mapping[str, Any]:
    """The attributes of the one structure that the data hold, or of the one chosen."""
    if "data" in data:
        found = data["data"] if isinstance(data["data"], list) else [data["data"]]
        if len(found) != 1 and index is None:
            how = f"; choose one as {source}@0 to {source}@{len(found) - 1}" if found else ""
            raise ReadError(f"{source}: an OPTIMADE response of {len(found)} entries; one structure is needed{how}")
        if not -len(found) <= (index or 0) < len(found) or not isinstance(found[index or 0], dict):
            raise ReadError(f"{source}: the OPTIMADE response of {len(found)} entries has no structure {index or 0}")
        data = found[index or 0]
    elif index is not None:
        raise ReadError(f"{source}: holds one structure; none is chosen by @{index}")
    if data.get("type", "structures") != "structures":
        raise ReadError(f"{source}: an OPTIMADE resource of type {data['type']!r}; one of type structures is needed")
    attributes = data.get("attributes", data)
    if not isinstance(attributes, dict):
        raise ReadError(f"{source}: the attributes of the OPTIMADE structure are missing")
    return attributes


def _refuse_features(attributes: Mapping[str, Any], source: str) -> None:
    features = set(attributes.get("structure_features") or ()) | ({"assemblies"} if attributes.get("assemblies") else set())
    for feature, meaning in _REFUSED.items():
        if feature in features:
            raise ReadError(f"{source}: has {feature} ({meaning}); an average structure with sites only is needed")
    types, number = attributes.get("dimension_types", [1, 1, 1]), attributes.get("nperiodic_dimensions", 3)
    if number != 3 or types != [1, 1, 1]:
        raise ReadError(f"{source}: is not periodic in three directions (dimension_types {types}); a crystal is needed")


def _rows(attributes: Mapping[str, Any], key: str, source: str, number: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    try:
        rows = np.array(attributes[key], dtype=float)
    except (KeyError, TypeError, ValueError):
        rows = np.full(0, np.nan)
    if rows.shape != (number, 3) or not np.isfinite(rows).all():
        raise ReadError(f"{source}: {key} must be {number} rows of three finite numbers")
    return rows


def _species_by_name(attributes: Mapping[str, Any], names: list[str], source: str) -> dict[str, Mapping[str, Any]]:
    """The species by their names; where a response leaves them out each name must be that of an element."""
    species = attributes.get("species")
    if species is None:
        if unknown := sorted({name for name in names if name not in ELEMENTS}):
            raise ReadError(f"{source}: has no species, and species_at_sites names {unknown[0]!r:.40}, which is no element")
        return {name: {"name": name, "chemical_symbols": [name], "concentration": [1.0]} for name in names}
    if not isinstance(species, list) or not all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in species
    ):
        raise ReadError(f"{source}: species is needed, a list of mappings with name, chemical_symbols and concentration")
    names = [one["name"] for one in species]
    if len(set(names)) < len(names):
        raise ReadError(f"{source}: two species have the same name")
    return dict(zip(names, species, strict=True))


def _composition(one: Mapping[str, Any], source: str) -> dict[Species | Element, float]:
    """What a species puts on a site; the rest of the site is vacant."""
    from pymatgen.core.periodic_table import Element, Species

    name, symbols, shares = one["name"], one.get("chemical_symbols"), one.get("concentration")
    where = f"{source}: species {name!r}"
    if not isinstance(symbols, list) or not isinstance(shares, list) or len(symbols) != len(shares) or not symbols:
        raise ReadError(f"{where}: chemical_symbols and concentration must be lists of one length")
    if one.get("attached"):
        raise ReadError(f"{where}: has attached atoms without a place of their own")
    if not all(isinstance(share, (int, float)) and not isinstance(share, bool) and 0 <= share <= 1 for share in shares):
        raise ReadError(f"{where}: a concentration is not a number from 0 to 1")
    shares = nominal_shares(shares)
    if abs(sum(shares) - 1) > _SUM:
        raise ReadError(f"{where}: the concentrations add up to {sum(shares):.6g}, not 1; a vacant share is a `vacancy`")
    states, masses = _of_length(one, "_nitrivac_oxidation_states", symbols), _of_length(one, "mass", symbols)
    found: dict[Species | Element, float] = {}
    for symbol, share, state, mass in zip(symbols, shares, states, masses, strict=True):
        if symbol == VACANCY or share == 0:
            continue
        isotope = next((name for name, value in ISOTOPE_MASSES.items() if symbol == "H" and _near(mass, value)), symbol)
        if isotope not in ELEMENTS and isotope not in ISOTOPE_MASSES:
            raise ReadError(f"{where}: {symbol!r:.20} is no element")
        kind = Element(isotope) if state is None else Species(isotope, state)
        found[kind] = found.get(kind, 0.0) + share
    return found


def _of_length(one: Mapping[str, Any], key: str, symbols: list[Any]) -> list[Any]:
    """An optional list beside the symbols; all None where it is not there or does not fit."""
    values = one.get(key)
    return values if isinstance(values, list) and len(values) == len(symbols) else [None] * len(symbols)


def _near(mass: Any, value: float) -> bool:
    return isinstance(mass, (int, float)) and abs(mass - value) < 0.01

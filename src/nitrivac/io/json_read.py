"""Structures in JSON: of this program, of pymatgen, of OPTIMADE and of ASE, told apart by their keys."""

from __future__ import annotations

import json
import math
import warnings
from typing import TYPE_CHECKING, Any

from nitrivac.crystal.from_structure import crystal_from_structure
from nitrivac.crystal.model import Crystal
from nitrivac.errors import DocumentError, NitrivacError, ReadError
from nitrivac.io.ase_atoms import crystal_from_atoms
from nitrivac.io.ase_files import json_frames, looks_like_ase_json
from nitrivac.io.frames import chosen_frame
from nitrivac.io.optimade_read import crystal_from_optimade, looks_like_optimade

if TYPE_CHECKING:
    from collections.abc import Callable

    from pymatgen.core.structure import Structure


__all__ = ["crystal_from_json"]

_ACCEPTED = "a crystal of this program, a pymatgen Structure, an OPTIMADE structure or an ASE database"


def crystal_from_json(text: str, source: str, *, symprec: float, frame: int | None = None) -> Crystal:
    """The crystal of a JSON text.

    Args:
        text: the file's content.
        source: its name, for messages.
        symprec: tolerance in angstrom of the symmetry search where the text states no symmetry.
        frame: which structure of an ASE database or OPTIMADE response of several, from 0 or, below 0, from the end.

    Raises:
        ReadError, BuildError: it makes no crystal.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{source}: no valid JSON: {error}") from error
    if not isinstance(data, dict):
        raise ReadError(f"{source}: holds no structure; {_ACCEPTED} is needed")
    if looks_like_ase_json(data):
        frames = _foreign(source, lambda: list(json_frames(data, source)), "an ASE database")
        return crystal_from_atoms(chosen_frame(frames, frame, source), source=source, symprec=symprec)
    if looks_like_optimade(data):
        return crystal_from_optimade(data, source=source, symprec=symprec, index=frame)
    if frame is not None:
        raise ReadError(f"{source}: holds one structure; none is chosen by @{frame}")
    if data.get("@class") == "Crystal":
        try:
            return _named(source, lambda: Crystal.from_dict(data))
        except DocumentError as error:
            raise ReadError(str(error)) from error
    if "lattice" not in data or "sites" not in data:
        raise ReadError(f"{source}: holds no structure; {_ACCEPTED} is needed")
    structure, empty = _foreign(source, lambda: _plain_structure(data), "a pymatgen Structure")
    remarks = [f"{', '.join(empty[:6])}: occupancy 0, {'an empty site' if len(empty) == 1 else 'empty sites'}, left out"]
    return crystal_from_structure(structure, source=source, symprec=symprec, remarks=remarks if empty else ())


def _plain_structure(data: dict[str, Any]) -> tuple[Structure, list[str]]:
    """A Structure from the numbers and names of its data alone, and what its empty sites are called.

    pymatgen's own `from_dict` imports modules that the properties name, which would let a file run code.
    """
    from pymatgen.core.lattice import Lattice
    from pymatgen.core.periodic_table import Element, Species
    from pymatgen.core.structure import Structure

    species, points, labels, empty = [], [], [], []
    for number, site in enumerate(data["sites"], start=1):
        composition: dict[Element | Species, float] = {}
        for one in site["species"]:
            state, amount = one.get("oxidation_state"), float(one["occu"])
            kind = Element(one["element"]) if state is None else Species(one["element"], float(state))
            if not 0 <= amount <= 1.01 or math.isnan(amount):
                raise ReadError(f"the occupancy {amount:g} of site {number} is not from 0 to 1")
            if amount:
                composition[kind] = composition.get(kind, 0.0) + amount
        label = (site.get("properties") or {}).get("label") or site.get("label")
        if not composition:
            empty.append(str(label or f"site {number}"))
            continue
        species.append(composition)
        points.append([float(value) for value in site["abc"]])
        labels.append(str(label) if label else None)
    return Structure(Lattice(data["lattice"]["matrix"]), species, points, labels=labels), empty


def _foreign(source: str, read: Callable[[], Any], what: str) -> Any:
    """The result of another program's reader, its warnings kept off the terminal and any failure made ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return read()
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise ReadError(reason if source in reason else f"{source}: cannot be read as {what}: {reason[:200]}") from error


def _named(source: str, read: Callable[[], Crystal]) -> Crystal:
    """The crystal, or its error with the file's name before it."""
    try:
        return read()
    except NitrivacError as error:
        raise type(error)(str(error) if source in str(error) else f"{source}: {error}") from error

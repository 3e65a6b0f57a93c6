"""What becomes of structure files of others: `python tests/corpus.py [--details]` prints it for each folder of them.

Complete are structures of which every part of a screening has an answer, partial those of which some part has none, refused
those that are not read. `--rewritten` also writes some of them again with other programs and compares what is read back.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
if not __package__:  # run as a file
    sys.path.insert(0, str(ROOT))

from tests.elsewhere import SHARED, shared_table  # noqa: E402

CASES = "cases/files"
FOLDERS = ("corpus/mp", "corpus/obelix", CASES)
MOBILE = ("Li", "Na", "K", "Ag", "Cu", "F", "O")  # the first of these that a structure has is screened as mobile


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file.

    Attributes:
        name: path below the shared folder.
        status: `complete`, `partial` or `refused`.
        message: why it is not complete.
        fault: what is not as it must be, empty where nothing is.
    """

    name: str
    status: str
    message: str = ""
    fault: str = ""


def files(folder: str) -> list[Path]:
    """The structure files of a folder, in order."""
    if folder == CASES:
        return [SHARED / CASES / name for name in shared_table(f"{CASES}/expected.json")]
    return sorted((SHARED / folder).glob("*.cif"))


def outcome(path: Path, *, screened: bool = True) -> Outcome:
    """Read a file, and screen what it makes unless reading alone is asked for."""
    from nitrivac import load
    from nitrivac.errors import NitrivacError
    from nitrivac.screening import ScreenOptions, structure_row

    warnings.simplefilter("ignore")
    name = path.relative_to(SHARED).as_posix()
    try:
        crystal = load(path)
    except NitrivacError as error:
        return Outcome(name=name, status="refused", message=str(error), fault=_refusal(path))
    except Exception as error:  # noqa: BLE001 - what must never be
        text = f"{type(error).__name__}: {error}"
        return Outcome(name=name, status="refused", message=text, fault=text)
    fault = _unlike(crystal, path)
    if not screened:
        return Outcome(name=name, status="read", fault=fault)
    species = next((one for one in MOBILE if one in crystal.elements), "Li")
    row = structure_row(crystal, ScreenOptions(species=species))
    status = "complete" if row["status"] == "ok" else "partial"
    return Outcome(name=name, status=status, message=row.get("message", ""), fault=fault)


@cache
def _expected() -> dict[str, Any]:
    return dict(shared_table(f"{CASES}/expected.json"))


def _case(path: Path) -> dict[str, Any] | None:
    """What must come of a case, None for a file of the corpus."""
    folder = SHARED / CASES
    return _expected()[path.relative_to(folder).as_posix()] if path.is_relative_to(folder) else None


def _refusal(path: Path) -> str:
    """Why a refusal is wrong: another program reads the file, or the case can be read."""
    case = _case(path)
    if case is not None:
        return "" if {"refuse", "refuse_ok", "soft"} & set(case) else "refused, but can be read"
    from pymatgen.core.structure import Structure

    try:
        Structure.from_file(path)
    except Exception:  # noqa: BLE001 - it complains in many ways
        return ""
    return "refused, but pymatgen reads it"


def _unlike(crystal: Any, path: Path) -> str:
    """In what a crystal is unlike the case it was read from."""
    case = _case(path)
    if case is None:
        return ""
    if "refuse" in case:
        return "read, but must be refused"
    if "soft" in case:
        return ""
    slack, wanted, found = case.get("tol", 2e-3), case.get("contents"), crystal.contents
    if wanted is not None and (
        set(wanted) != set(found) or any(abs(found[one] - wanted[one]) > max(1e-3, slack * wanted[one]) for one in wanted)
    ):
        return f"contents { {one: round(amount, 4) for one, amount in found.items()} }, not {wanted}"
    checks = (
        ("number", crystal.space_group.number, 0),
        ("sites", crystal.n_sites, 0),
        ("charge", crystal.charge, 1e-3),
        ("volume", crystal.volume, 1e-2),
    )
    for key, value, tolerance in checks:
        if case.get(key) is not None and (value is None or abs(value - case[key]) > tolerance):
            return f"{key} {value}, not {case[key]}"
    return ""


def main() -> None:
    """Print the table, and on request each file that is not as it must be, or not complete."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--details", action="store_true", help="also name each file that is not complete, and why")
    parser.add_argument("--rewritten", type=int, metavar="N", default=0, help="also write N of them with other programs")
    chosen = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there; NITRIVAC_SHARED names the folder that has the files")
    print(f"{'folder':16} {'files':>6} {'complete':>9} {'partial':>8} {'refused':>8} {'not as it must be':>18}")
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for folder in FOLDERS:
            found = list(pool.map(outcome, files(folder), chunksize=8))
            numbers = Counter(one.status for one in found)
            faults = [one for one in found if one.fault]
            print(
                f"{folder:16} {len(found):6} {numbers['complete']:9} {numbers['partial']:8} {numbers['refused']:8} "
                f"{len(faults):18}"
            )
            for one in found if chosen.details else faults:
                if one.fault or one.message:
                    print(f"  {one.name}: {'; '.join(filter(None, (one.fault, f'{one.status}: {one.message}')))}")
        if chosen.rewritten:
            from tests.rewritten import print_rewritten

            print_rewritten(chosen.rewritten, pool)


if __name__ == "__main__":
    main()

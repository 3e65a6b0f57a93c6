"""Relaxed configurations as files, numbered in order of energy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.errors import UnsupportedError
from nitrivac.files import format_name
from nitrivac.io.writers import SUFFIXES, crystal_text
from nitrivac.vacancies.result import specification_text

if TYPE_CHECKING:
    from nitrivac.energetics.defects.reranking_record import Reranking

__all__ = ["refuse_format", "reranked_texts"]


def refuse_format(file_format: str) -> None:
    """Refuse before any work a format that has no file for each configuration.

    Raises:
        UnsupportedError: it is none.
    """
    if format_name(file_format) not in SUFFIXES:
        raise UnsupportedError(f"--format {file_format} does not go with --calculator; {', '.join(SUFFIXES)} do")


def reranked_texts(found: Reranking, file_format: str) -> dict[str, str]:
    """File name to text of every configuration that was relaxed, the lowest first.

    Args:
        found: the ranking.
        file_format: a key of `SUFFIXES`.
    """
    shared = {
        "specification": specification_text(found.planned.specification),
        "supercell_matrix": found.planned.plan.supercell,
        "relaxed_by": str(found.calculator),
        "certificate": found.certificate,
    }
    texts = {}
    for number, one in enumerate(found.candidates, start=1):
        if one.crystal is None:
            continue
        own = {
            "chosen": one.chosen,
            "degeneracy": str(one.degeneracy),
            "electrostatic_energy_eV": "" if one.electrostatic is None else f"{one.electrostatic:.6f}",
            "relaxed_energy_eV": f"{one.energy:.6f}",
            "codes": one.codes,
        }
        header = {key: value for key, value in (shared | own).items() if value}
        name = f"configuration-{number:06d}{SUFFIXES[format_name(file_format)]}"
        texts[name] = crystal_text(one.crystal, file_format, extra=header)
    return texts

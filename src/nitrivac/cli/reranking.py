"""`nitrivac vacancies --calculator`: electrostatic candidates and a random sample, ranked by a potential."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nitrivac.cli.common import console, message, print_json
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics import RerankingOptions
    from nitrivac.vacancies.planning.search import Planning

__all__ = ["rerank_and_show"]


def rerank_and_show(
    crystal: Crystal,
    items: Sequence[str],
    calculator: str,
    *,
    options: RerankingOptions,
    planning: Planning,
    rank: int,
    output: Path | None,
    file_format: str,
    force: bool,
    as_json: bool,
) -> None:
    """Rank configurations by energy, write them relaxed in that order, and print the table or JSON."""
    from nitrivac.energetics import load_potential, rerank
    from nitrivac.energetics.defects.reranked_files import refuse_format, reranked_texts
    from nitrivac.files import prepare_folder, write_texts
    from nitrivac.report.terminal.energetics import reranking_report
    from nitrivac.report.terminal.progress import progress_bar

    if output is not None:
        refuse_format(file_format)
        if output.exists() and any(output.glob("manifest.jsonl")):
            raise SpecificationError(f"{output}: has a run of configurations; choose another folder with -o")
    with progress_bar("configurations") as progress:
        found = rerank(
            crystal, items, load_potential(calculator), options=options, planning=planning, rank=rank, progress=progress
        )
    if output is not None:
        texts = reranked_texts(found, file_format)
        texts |= {
            "reranking.csv": found.csv(),
            "reranking.json": json.dumps(found.plain(), ensure_ascii=False, indent=1) + "\n",
        }
        prepare_folder(output)
        write_texts({output / name: text for name, text in texts.items()}, overwrite=force)
        message(f"{output}: {len(texts) - 2} configurations in order of energy, reranking.csv, reranking.json")
    if as_json:
        print_json(found.plain())
    else:
        console().print(reranking_report(found))

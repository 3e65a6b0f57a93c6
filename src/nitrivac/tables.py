"""Small HTML tables, for notebooks and reports; every text is escaped."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from nitrivac.glossary import TERMS, term_of_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["glossary_html", "html_facts", "html_table"]

_CAPTION = '<caption style="text-align: left; font-weight: bold">'
_NUMBER = re.compile(r"[<>~≈]?\s?[-−+]?[\d,]+(\.\d+)?([eE][-+]?\d+)?( ?%)?|\d+/\d+|-|")


def html_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    caption: str = "",
    limit: int | None = None,
    links: bool = False,
) -> str:
    """A table with numbers to the right and text to the left; headings that are words of the glossary say what they mean.

    Args:
        headings: one for each column.
        rows: cells; None is left empty.
        caption: above the table.
        limit: rows shown; how many more there are is said below.
        links: whether headings link to their words on the same page, see `glossary_html`.
    """
    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    more = len(texts) - limit if limit is not None else 0
    shown = texts[:limit]
    numeric = [all(_NUMBER.fullmatch(row[column]) for row in shown) for column in range(len(headings))]
    align = [' style="text-align: right"' if is_number else ' style="text-align: left"' for is_number in numeric]
    head = "".join(_heading(text, how, links=links) for text, how in zip(headings, align, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{how}>{escape(text)}</td>" for text, how in zip(row, align, strict=True)) + "</tr>\n"
        for row in shown
    )
    title = f"{_CAPTION}{escape(caption)}</caption>\n" if caption else ""
    rest = f"<p>{more:,} more rows.</p>\n" if more > 0 else ""
    return f"<table>\n{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n{rest}"


def _heading(text: str, how: str, *, links: bool) -> str:
    term = term_of_heading(text)
    if term is None:
        return f'<th scope="col"{how}>{escape(text)}</th>'
    meaning = escape(f"{term.word}: {term.definition}")
    link = f'<a class="word" href="#word-{term.anchor}" aria-label="{escape(term.word)}"></a>' if links else ""
    return f'<th scope="col"{how} title="{meaning}">{escape(text)}{link}</th>'


def glossary_html() -> str:
    """The words of the glossary, where the links of headings lead."""
    parts = []
    for term in TERMS:
        unit = f" ({escape(term.unit)})" if term.unit else ""
        formula = f" <code>{escape(term.formula)}</code>." if term.formula else ""
        source = f" {escape(term.source)}." if term.source else ""
        meaning = f"{escape(term.definition)}{formula}{source}"
        parts.append(f'<dt id="word-{term.anchor}">{escape(term.word)}{unit}</dt>\n<dd>{meaning}</dd>\n')
    return f"<dl>\n{''.join(parts)}</dl>\n"


def html_facts(facts: Iterable[tuple[str, object]], *, caption: str = "") -> str:
    """Names with values, a row each; those without a value are left out."""
    rows = "".join(
        f'<tr><th scope="row" style="text-align: left">{escape(name)}</th>'
        f'<td style="text-align: left">{escape(str(value))}</td></tr>\n'
        for name, value in facts
        if value not in (None, "")
    )
    title = f"{_CAPTION}{escape(caption)}</caption>\n" if caption else ""
    return f"<table>\n{title}<tbody>\n{rows}</tbody>\n</table>\n"

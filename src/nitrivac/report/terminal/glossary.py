"""The words of tables, figures and files, explained on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from nitrivac.glossary import Term

__all__ = ["glossary_report"]


def glossary_report(terms: Sequence[Term]) -> RenderableType:
    """Each word with what it is, one below the other."""
    parts: list[RenderableType] = []
    for term in terms:
        names = "".join(f" ({text})" for text in (term.unit, f"in tables: {term.short}" if term.short else "") if text)
        parts.append(Text(f"{term.word}{names}", style="bold"))
        keys = f"JSON: {', '.join(term.keys)}" if term.keys else ""
        parts += [Padding(Text(text), (0, 0, 0, 2)) for text in (term.definition, term.formula, keys, term.source) if text]
    return Group(*parts)

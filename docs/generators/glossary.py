"""The page of words, from those that tables, figures and files use."""

from nitrivac.glossary import TERMS, Term

__all__ = ["glossary_page"]

_INTRODUCTION = """\
# Glossary

One word for each quantity, in the terminal, in figures, in the report, in help and in this documentation.
`nitrivac glossary WORD` prints an entry; WORD may be a heading of a table or a key of JSON.
"""


def glossary_page() -> str:
    """The page: an entry for each word."""
    return "\n".join([_INTRODUCTION, *map(_entry, TERMS)])


def _entry(term: Term) -> str:
    lines = [f"## {term.word}", "", _plain(term.definition)]
    if term.formula:
        lines += ["", "```text", term.formula, "```"]
    facts = [("unit", term.unit), ("in tables", term.short), ("in JSON", ", ".join(f"`{key}`" for key in term.keys))]
    facts.append(("source", _plain(term.source)))
    lines += ["", *(f"- {name}: {text}" for name, text in facts if text), ""]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """A text without what Markdown would take for markup."""
    return text.replace("*", "\\*").replace("_", "\\_")

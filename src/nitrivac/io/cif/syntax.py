"""CIF text as data blocks: CIF 1.1 by gemmi, the quotes and lists of CIF 2 rewritten for it, repeated tags settled."""

from __future__ import annotations

import re
from typing import Any

import gemmi

from nitrivac.errors import ReadError
from nitrivac.io.cif.names import stated

__all__ = ["parsed_cif"]

_VERSION_2 = re.compile(r"\ufeff?#\\#CIF_2\.0\b")
# The tokens of CIF 2, of which three kinds are new: triple quotes, lists and tables.
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<field>(?<=\n);.*?\n;)"
    r"|(?P<triple>'''(?P<single>.*?)'''|\"\"\"(?P<double>.*?)\"\"\")"
    r"|(?P<quoted>'(?P<one>[^'\n]*)'|\"(?P<two>[^\"\n]*)\")"
    r"|(?P<open>[\[{])|(?P<close>[\]}])"
    r"|(?P<word>[^\s\[\]{}'\"][^\s\[\]{}]*)",
    re.DOTALL,
)


def parsed_cif(text: str, source: str) -> gemmi.cif.Document:
    """The data blocks of a CIF text, each tag once.

    A tag that is repeated with an empty value, as one database of minerals does, or with the same value, counts once. Lists
    and tables of CIF 2 become one text each; none of the items that are read here has one.

    Args:
        text: the file's content.
        source: its name, for messages.

    Raises:
        ReadError: the syntax is wrong, or a tag is repeated with another value.
    """
    if _VERSION_2.match(text):
        text = _as_version_1(text, source)
    try:
        document = gemmi.cif.read_string(text, check_level=0)
    except (ValueError, RuntimeError) as error:
        reason = str(error).removeprefix("string:").strip()
        raise ReadError(f"{source}: no valid CIF: line {reason}") from error
    for block in document:
        _settle_repeated(block, source)
    return document


def _settle_repeated(block: gemmi.cif.Block, source: str) -> None:
    """Leave each tag of a block once."""
    first: dict[str, tuple[Any, tuple[str, ...]]] = {}
    for item in block:
        pair: Any = item.pair
        columns: list[tuple[str, tuple[str, ...]]] = []
        if pair is not None:
            columns = [(pair[0], (pair[1],))]
        elif item.loop is not None:
            columns = [(tag, ()) for tag in item.loop.tags]
        for tag, values in columns:
            name = tag.casefold()
            if name not in first:
                first[name] = (item, values)
                continue
            earlier, known = first[name]
            if values and not stated(values[0]):
                item.erase()
            elif known and not stated(known[0]):
                earlier.erase()
                first[name] = (item, values)
            elif values and known and gemmi.cif.as_string(values[0]) == gemmi.cif.as_string(known[0]):
                item.erase()
            else:
                both = f": {known[0]:.40} and {values[0]:.40}" if values and known else ""
                raise ReadError(f"{source}: no valid CIF: {tag} is stated twice{both}")


def _as_version_1(text: str, source: str) -> str:
    """CIF 2 with its strings quoted as CIF 1.1 has them, lists and tables as one string."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces: list[str] = []
    place = start = depth = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise ReadError(
                f"{source}: no valid CIF: line {text.count(chr(10), 0, place) + 1}: a bracket or quote is not closed"
            )
        place = token.end()
        kind = token.lastgroup
        if token["open"]:
            start = token.start() if depth == 0 else start
            depth += 1
        elif token["close"]:
            depth -= 1
            if depth < 0:
                raise ReadError(
                    f"{source}: no valid CIF: line {text.count(chr(10), 0, place) + 1}: a bracket closes nothing"
                )
            if depth == 0:
                pieces.append(_quoted(text[start:place]))
        elif depth == 0:
            inside = next((token[name] for name in ("single", "double", "one", "two") if token[name] is not None), None)
            pieces.append(token[0] if inside is None or kind in ("space", "comment", "field", "word") else _quoted(inside))
    if depth:
        raise ReadError(f"{source}: no valid CIF: line {text.count(chr(10), 0, start) + 1}: a list or table is not closed")
    return "".join(pieces)


def _quoted(inside: str) -> str:
    words = gemmi.cif.quote(" ".join(inside.split()))
    return f"\n{words}\n" if words.startswith(";") else words

"""One name for each data item: dotted names of DDLm and DDL2 dictionaries as those of the first core dictionaries."""

from __future__ import annotations

from typing import Any

import gemmi

__all__ = ["NOTHING", "first_value", "names_of", "stated", "with_flat_names"]

NOTHING = ("", "?", ".")
"""What a value says that says nothing: unknown or not applicable."""


def with_flat_names(block: gemmi.cif.Block) -> gemmi.cif.Block:
    """The block with `_cell_length_a` for `_cell.length_a`; the block itself where no name has a dot.

    A name that the block has in both forms keeps the flat one.
    """
    names = names_of(block)
    if not any("." in name for name in names):
        return block
    taken = {name.casefold() for name in names if "." not in name}

    def new_name(name: str) -> str | None:
        flat_name = name.replace(".", "_")
        return None if flat_name != name and flat_name.casefold() in taken else flat_name

    flat = gemmi.cif.Block(block.name)
    for item in block:
        pair: Any = item.pair
        loop = item.loop
        if pair is not None and (name := new_name(pair[0])) is not None:
            flat.set_pair(name, pair[1])
        elif loop is not None:
            columns = [(column, name) for column, tag in enumerate(loop.tags) if (name := new_name(tag)) is not None]
            if columns:
                values = [loop.values[column :: loop.width()] for column, _ in columns]
                flat.init_loop("", [name for _, name in columns]).set_all_values(values)
    return flat


def names_of(block: gemmi.cif.Block) -> list[str]:
    """The names of all data items of a block, as written."""
    names: list[str] = []
    for item in block:
        pair: Any = item.pair
        if pair is not None:
            names.append(pair[0])
        elif item.loop is not None:
            names += item.loop.tags
    return names


def stated(value: str | None) -> str:
    """What a raw value says, without its quotes; empty where it is absent, unknown (`?`) or not applicable (`.`)."""
    text = gemmi.cif.as_string(value).strip() if value else ""
    return "" if text in NOTHING else text


def first_value(block: gemmi.cif.Block, tags: tuple[str, ...]) -> tuple[str, str]:
    """The first of the items that says something, and its name; two empty texts where none does."""
    for tag in tags:
        for value in block.find_values(tag):
            if text := stated(value):
                return text, tag
    return "", ""

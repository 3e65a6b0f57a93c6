"""Words that a figure says where it is pointed at: kept in the names of its artists, titles in SVG."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.artist import Artist

__all__ = ["pointed", "with_titles"]

_MARK, _NEXT = "pointed: ", "\N{SYMBOL FOR RECORD SEPARATOR}"
_NAMED = re.compile(rf"<g id=([\"']){_MARK}(.*?)\1>", re.DOTALL)
_PLACE, _PATH = (re.compile(rf"<{name} [^>]*/>") for name in ("use", "path"))


def pointed(artist: Artist, *words: str) -> None:
    """Let an artist, or each thing that it draws, say something when it is pointed at.

    Args:
        artist: of matplotlib: a line, bar or text with one text; markers or lines drawn together with one for each, all
            within the axes.
        words: what they say.
    """
    artist.set_gid(_MARK + _NEXT.join(words))


def with_titles(svg: str) -> str:
    """SVG as matplotlib writes it with the words of `pointed` as titles, which browsers show."""
    first, *pieces = _NAMED.split(svg)
    texts = [first]
    for words, rest in zip(pieces[1::3], pieces[2::3], strict=True):
        each = words.split(_NEXT)
        texts.append(f"{_opened(words)}{rest}" if len(each) == 1 else f"<g>{_each(rest, each)}")
    return "".join(texts)


def _each(rest: str, words: list[str]) -> str:
    """The markers of a group, or its lines, one by one with their words."""
    end = rest.index("</g>")
    drawn = rest[:end]
    pattern = _PLACE if "<use " in drawn else _PATH
    if len(pattern.findall(drawn)) != len(words):
        raise AssertionError(f"{len(words)} texts for {len(pattern.findall(drawn))} things drawn")
    remaining = iter(words)
    return pattern.sub(lambda found: f"{_opened(next(remaining))}{found[0]}</g>", drawn) + rest[end:]


def _opened(words: str) -> str:
    return f'<g class="pointed"><title>{words}</title>'

"""A figure as the bytes of a file: the same bytes for the same figure."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html import escape
from importlib.resources import files
from textwrap import fill
from typing import TYPE_CHECKING

from nitrivac.errors import SpecificationError
from nitrivac.report.figures.drawing.pointing import with_titles
from nitrivac.report.figures.drawing.style import CAUTION, styled
from nitrivac.report.figures.drawing.svg import scene_svg
from nitrivac.report.figures.drawing.turnable import scene_script

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nitrivac.report.figures.drawing.scene import Scene

__all__ = ["FORMATS", "figure_bytes", "figure_fragment", "figure_page", "scene_picture"]

_LETTERS = 24  # of a caution, in an inch
FORMATS = ("png", "svg", "pdf", "html")
_DESCRIPTION = {"png": "Description", "svg": "Description", "pdf": "Subject"}  # where a format's metadata say what it shows
_UNDATED: dict[str, dict[str, None]] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}


def figure_bytes(figure: Figure, file_format: str, *, caution: str | None = None) -> bytes:
    """A matplotlib figure as a file, without dates and with its fonts (outlines in SVG, TrueType in PDF).

    Args:
        figure: from one of the `*_figure` functions.
        file_format: `png` (300 dots per inch), `svg` or `pdf`.
        caution: what must be said of what it shows, see `Provenance`; it stands below the figure and in the metadata.

    Raises:
        SpecificationError: another format.
    """
    if file_format not in _UNDATED:
        raise SpecificationError(f"no figure format {file_format!r}; there are {', '.join(_UNDATED)}")
    stream = io.BytesIO()
    metadata: dict[str, str | None] = {**_UNDATED[file_format]}
    with styled():
        if caution is not None:
            line = int(figure.get_figwidth() * _LETTERS)
            figure.supxlabel(fill(caution, line, break_on_hyphens=False), fontsize=5, color=CAUTION)
            metadata[_DESCRIPTION[file_format]] = caution
        figure.savefig(stream, format=file_format, metadata=metadata)
    content = stream.getvalue()
    return with_titles(content.decode()).encode() if file_format == "svg" else content


def figure_fragment(figure: Figure, name: str, words: str, *, caution: str | None = None) -> str:
    """A matplotlib figure as SVG within a page, which says what is pointed at; see `templates/figure.js`.

    Args:
        figure: from one of the `*_figure` functions.
        name: what it shows: the id of its element, and the beginning of all ids within.
        words: what it shows, for those who cannot see it.
        caution: see `figure_bytes`.
    """
    text = figure_bytes(figure, "svg", caution=caution).decode()
    drawing = re.sub(r"\s*<metadata>.*?</metadata>", "", text[text.index("<svg ") :], flags=re.DOTALL)
    drawing = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", drawing)
    attributes = f'id="{name}" class="drawing" role="img" aria-label="{escape(words)}"'
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", drawing).replace("<svg ", f"<svg {attributes} ", 1)


def scene_picture(scene: Scene, *, caution: str | None = None) -> str:
    """A scene as an SVG image.

    Args:
        scene: from one of the `*_scene` functions.
        caution: see `figure_bytes`.
    """
    return scene_svg(replace(scene, caution=caution))


def figure_page(fragment: str, title: str) -> str:
    """A figure as a page of its own that it fills, and that needs no network.

    Args:
        fragment: of `figure_fragment` or `nitrivac.report.figures.drawing.turnable.scene_html`.
        title: of the page.
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_template('figure.css')}</style>\n</head>\n"
        f'<body class="whole">\n{fragment}\n<script>\n{_template("figure.js")}</script>\n{scene_script()}\n'
        "</body>\n</html>\n"
    )


def _template(name: str) -> str:
    return (files("nitrivac.report.page") / "templates" / name).read_text(encoding="utf-8")

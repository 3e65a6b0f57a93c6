"""A figure as the bytes of a file: the same bytes for the same figure."""

from __future__ import annotations

import io
import re
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from nitrivac.errors import SpecificationError
from nitrivac.report.figures.drawing.pointing import with_titles
from nitrivac.report.figures.drawing.style import styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "figure_bytes", "figure_fragment", "figure_page", "plotly_fragment"]

FORMATS = ("png", "svg", "pdf", "html")
# The usual buttons would send data to a server, too.
_CONFIG = {
    "responsive": True,
    "displaylogo": False,
    "showSendToCloud": False,
    "displayModeBar": True,
    "modeBarButtons": [["toImage", "resetCameraDefault3d"]],
}
_CAUTION_COLOUR = "#b00020"
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
            figure.supxlabel(caution, fontsize=5, color=_CAUTION_COLOUR)
            metadata[_DESCRIPTION[file_format]] = caution
        figure.savefig(stream, format=file_format, metadata=metadata)
    content = stream.getvalue()
    return with_titles(content.decode()).encode() if file_format == "svg" else content


def figure_fragment(figure: Figure, name: str, words: str, *, caution: str | None = None) -> str:
    """A matplotlib figure as SVG within a page, which says what is pointed at; see `templates/pointing.js`.

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


def plotly_fragment(figure: Any, name: str, *, caution: str | None = None) -> str:
    """A plotly figure as HTML that needs plotly.js on the page.

    Args:
        figure: from one of the `*_plotly` functions.
        name: what it shows, `structure` and so on: the id of its element.
        caution: what must be said of what it shows; it stands on the figure.
    """
    if caution is not None:
        place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom"}
        figure.add_annotation(text=caution, showarrow=False, font={"size": 11, "color": _CAUTION_COLOUR}, **place)
    return str(figure.to_html(full_html=False, include_plotlyjs=False, div_id=name, config=_CONFIG))


def figure_page(fragment: str, title: str, *, in_space: bool = False) -> str:
    """A figure as a page of its own that it fills, and that needs no network.

    Args:
        fragment: from `figure_fragment` or `plotly_fragment`.
        title: of the page.
        in_space: whether it is plotly's.
    """
    plotly = ""
    if in_space:
        from plotly.offline import get_plotlyjs

        plotly = f"<script>{get_plotlyjs()}</script>\n"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_template('figure.css')}</style>\n"
        f'{plotly}</head>\n<body class="whole">\n{fragment}\n<script>\n{_template("figure.js")}</script>\n</body>\n</html>\n'
    )


def _template(name: str) -> str:
    return (files("nitrivac.report.page") / "templates" / name).read_text(encoding="utf-8")

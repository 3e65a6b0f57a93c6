"""Figures of every result: matplotlib's for paper (`*_figure`), plotly's to turn and point at (`*_plotly`).

Both libraries come with the extra `report` and are imported when a figure is made.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

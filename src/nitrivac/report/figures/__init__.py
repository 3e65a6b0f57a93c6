"""Figures of every result: matplotlib's (`*_figure`), and scenes to turn in space (`*_scene`).

Matplotlib comes with the extra `report` and is imported when a figure is made.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""From refined occupancies to whole atoms in a box: specification, average structure, plan, configurations."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

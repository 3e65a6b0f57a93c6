"""How far the mobile ion jumps, between which sites, through what, and whether the jumps span the crystal."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

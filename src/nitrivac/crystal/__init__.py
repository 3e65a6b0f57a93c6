"""Crystals: lattice, orbits and group; built from asymmetric units and structures, addressed by Wyckoff position."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

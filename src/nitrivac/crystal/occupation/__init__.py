"""Atoms on the sites of a crystal's supercell: found, displaced as they are, and as crystals of their own."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

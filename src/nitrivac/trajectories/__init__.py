"""Molecular dynamics on the sites of a crystal: occupancies, jumps by hop, rates, diffusion, density."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

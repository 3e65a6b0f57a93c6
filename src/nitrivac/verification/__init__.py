"""Whether a crystal has the symmetry, composition and chemistry that its source states."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

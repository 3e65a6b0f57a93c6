"""Space groups in every setting, Wyckoff positions, and the two programs that find symmetry."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

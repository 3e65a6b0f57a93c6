"""Structure against property: what the geometry of each compound is, what was measured, and how the two go together."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

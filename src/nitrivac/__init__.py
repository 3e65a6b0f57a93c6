"""nitrivac: crystal structures, vacancies, lithium hops and polyhedra of nitride solid electrolytes.

Every name is imported when it is first used, so that importing the package costs nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

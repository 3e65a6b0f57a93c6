"""Every class of result that has a document."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

import nitrivac
from nitrivac.documents.document import Document


def every_document_class() -> list[type[Document]]:
    """The classes below `Document`, from all modules of the package."""
    for found in walk_packages(nitrivac.__path__, "nitrivac."):
        if not found.name.endswith("__main__"):
            import_module(found.name)
    waiting = Document.__subclasses__()
    for kind in waiting:
        waiting += kind.__subclasses__()
    return waiting

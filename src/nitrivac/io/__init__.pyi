from .optimade_write import optimade_entry
from .read import read_crystal
from .sources import Source, crystal_from_record, load
from .writers import crystal_text, write

__all__ = [
    "Source",
    "crystal_from_record",
    "crystal_text",
    "load",
    "optimade_entry",
    "read_crystal",
    "write",
]

from .merge import merge_tables
from .row import ScreenOptions, structure_row
from .run import screen
from .summary import ScreenMode, ScreenSummary
from .tables import read_table

__all__ = [
    "ScreenMode",
    "ScreenOptions",
    "ScreenSummary",
    "merge_tables",
    "read_table",
    "screen",
    "structure_row",
]

from .space_group import SpaceGroup, parse_space_group

__all__ = [
    "SpaceGroup",
    "parse_space_group",
]

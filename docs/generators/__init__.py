"""What is made from the program itself: commands, modules, records, pictures, and the tutorials from the notebooks."""

from pathlib import Path

from generators.catalogue import catalogue_pages
from generators.commands import commands_page
from generators.energies import energies_page
from generators.glossary import glossary_page
from generators.modules import module_pages
from generators.pictures import pictures
from generators.tutorials import tutorial_sources

__all__ = ["write_generated_pages"]

_GENERATED = (  # as .gitignore has them
    "tutorials/*.py", "data/_*.md", "data/family-*.md", "reference/nitrivac*.md", "pictures/*",
)  # fmt: skip


def write_generated_pages(docs: Path) -> None:
    """Write every generated page that is new or has changed, and remove those that nothing makes any more.

    Args:
        docs: the folder of the documentation.
    """
    texts = {
        **tutorial_sources(docs.parent / "notebooks"),
        **catalogue_pages(),
        **energies_page(),
        **module_pages(),
        "reference/commands.md": commands_page(),
        "reference/glossary.md": glossary_page(),
    }
    pages = {name: text.encode("utf-8") for name, text in texts.items()} | pictures()
    for pattern in _GENERATED:
        for path in docs.glob(pattern):
            if path.relative_to(docs).as_posix() not in pages:
                path.unlink()
    for name, content in pages.items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)

"""Sphinx configuration; what can be generated from the program is, each time the site is built."""

import os
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generators import write_generated_pages  # noqa: E402  needs the path above

import nitrivac  # noqa: E402

write_generated_pages(HERE)

# The kernels that execute the tutorials inherit this: sharp figures.
os.environ["MATPLOTLIBRC"] = str(HERE / "matplotlibrc")

project = "nitrivac"
author = "The nitrivac developers"
copyright = author  # noqa: A001  Sphinx wants this name
release = version = nitrivac.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "conf.py", "generators", "**/_*.md"]
default_role = "literal"  # the docstrings' single backticks
smartquotes = False

nb_custom_formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = "cache"
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_merge_streams = True
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
maximum_signature_line_length = 80
python_use_unqualified_type_names = True
add_module_names = False

html_theme = "furo"
html_title = "nitrivac"
html_static_path = ["_static"]
html_css_files = ["nitrivac.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00618f", "color-brand-content": "#00618f"},
    "dark_css_variables": {"color-brand-primary": "#6cc4ee", "color-brand-content": "#6cc4ee"},
}


def _keep_trailing_underscores(_app: Any, _what: str, _name: str, _object: Any, _options: Any, lines: list[str]) -> None:
    """Attribute types such as `np.bool_` are no reStructuredText references."""
    lines[:] = [re.sub(r"_(?=[\],|\s]|$)", r"\_", line) if ":vartype" in line else line for line in lines]


def setup(app: Any) -> None:
    """Connect what the extensions lack."""
    app.connect("autodoc-process-docstring", _keep_trailing_underscores, priority=900)

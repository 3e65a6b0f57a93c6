"""Print the command that stands in a README's fenced block after a marker `<!-- command: NAME -->`."""

import re
import sys
from pathlib import Path

path, name = sys.argv[1:]
found = re.search(
    rf"<!-- command: {re.escape(name)} -->\n+```[a-z]*\n(.+?)\n```", Path(path).read_text(encoding="utf-8"), re.DOTALL
)
if found is None:
    sys.exit(f"{path}: no command named {name}")
sys.stdout.write(found[1].strip() + "\n")

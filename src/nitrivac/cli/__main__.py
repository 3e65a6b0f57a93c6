"""`python -m nitrivac.cli`."""

from nitrivac.cli import main

main()

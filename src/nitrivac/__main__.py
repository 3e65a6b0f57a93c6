"""`python -m nitrivac` is the command line."""

from nitrivac.cli import main

main()

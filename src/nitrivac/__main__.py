"""The command line, as `nitrivac` and as `python -m nitrivac`."""

import sys


def run() -> None:
    """Run the command line; an interrupt while its modules are still being imported ends it as quietly as later ones."""
    try:
        from nitrivac.cli import main
    except KeyboardInterrupt:
        sys.exit(130)
    main()


if __name__ == "__main__":
    run()

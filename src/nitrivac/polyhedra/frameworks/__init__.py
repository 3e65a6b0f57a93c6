"""What polyhedra build together: frameworks, their rings and nets."""

"""Which supercell, and which whole numbers of atoms in it."""

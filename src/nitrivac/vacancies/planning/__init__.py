"""Which supercell holds which whole numbers of atoms."""

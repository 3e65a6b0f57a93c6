"""How many fillings there are and which they are, up to symmetry."""

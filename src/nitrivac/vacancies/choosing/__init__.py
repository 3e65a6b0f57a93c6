"""Which fillings to take: by energy, by likeness to a random alloy."""

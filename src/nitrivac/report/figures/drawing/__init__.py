"""How crystals are drawn: projections, solids and styles that figures share."""

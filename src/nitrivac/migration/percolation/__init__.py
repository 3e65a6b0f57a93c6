"""Where hops join into paths without end."""

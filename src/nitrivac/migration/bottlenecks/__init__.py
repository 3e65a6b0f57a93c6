"""How narrow the way of a hop is."""

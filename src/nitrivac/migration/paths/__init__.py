"""Images along a hop, for nudged elastic bands and for profiles."""

"""Bond lengths and angles around a centre."""

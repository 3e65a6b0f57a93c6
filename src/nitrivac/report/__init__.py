"""What the terminal shows; each module renders one kind of result, readable at 80 columns."""

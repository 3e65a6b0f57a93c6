"""Sites too near to be filled together: which they are, how many ways remain, and random ones of these."""

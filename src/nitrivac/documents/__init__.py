"""Records and results as documents (MSONable): plain data that say what they are, and read back to the same object."""

"""The reader and the writer of CIF."""

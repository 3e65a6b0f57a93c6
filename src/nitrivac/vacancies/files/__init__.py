"""Configurations as files, with a manifest."""

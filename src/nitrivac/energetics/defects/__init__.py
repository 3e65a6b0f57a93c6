"""Vacancies: single ones on each site, and arrangements of many, by energy."""

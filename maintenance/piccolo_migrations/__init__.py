"""Migrations of maintenance, oldest first; raw SQL is the truth of every constraint."""

"""Migrations of registry, oldest first; raw SQL is the truth of every constraint."""

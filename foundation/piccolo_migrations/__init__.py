"""Migrations of foundation, oldest first; raw SQL is the truth of every constraint."""

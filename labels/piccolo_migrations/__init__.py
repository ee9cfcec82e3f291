"""Migrations of labels, oldest first; raw SQL is the truth of every constraint."""

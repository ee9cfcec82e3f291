"""Migrations of scheduling, oldest first; raw SQL is the truth of every constraint."""

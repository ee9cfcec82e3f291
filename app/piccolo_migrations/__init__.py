"""Migrations of app, oldest first; raw SQL is the truth of every constraint."""

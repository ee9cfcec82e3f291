"""Templates in the reader's language: one Jinja environment, its globals and filters."""

from app.rendering.engine import PageEngine
from app.rendering.environment import environment, render

__all__ = ["PageEngine", "environment", "render"]

"""The crews a plan may name."""

from __future__ import annotations

from foundation.database import fetch
from foundation.translation import Lang, pick


async def crew_choices(lang: Lang) -> list[tuple[int, str]]:
    """Crews that go out, as choices of a form."""
    rows = await fetch("SELECT id, name, name_en FROM crew WHERE active ORDER BY name")
    return [(row["id"], pick(lang, row["name"], row["name_en"])) for row in rows]

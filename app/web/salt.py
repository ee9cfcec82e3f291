"""One salt for the visitors of a district, whichever process answers them and however often it is started again."""

from __future__ import annotations

import secrets

from app.web.client import use_salt
from foundation.database import fetchval


async def load_salt() -> None:
    """Take the district's salt, made by whoever comes first.

    A report sent again after a restart, or to another process, must be known as the same; so the salt outlives both.
    What it salts is erased with the contact of the report.
    """
    use_salt(
        await fetchval(
            "INSERT INTO visitor_salt AS v (id, salt) VALUES (1, $1)"
            " ON CONFLICT (id) DO UPDATE SET salt = v.salt RETURNING salt",
            secrets.token_bytes(16),
        )
    )

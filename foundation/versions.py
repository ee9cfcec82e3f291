"""Versions as HTTP carries them (pure)."""

from __future__ import annotations

from foundation.errors import Invalid, VersionNeeded
from foundation.translation import N_


def parse_version(header: str | None) -> int:
    """The version in an If-Match header. Raises VersionNeeded without one and Invalid for nonsense."""
    if header is None:
        raise VersionNeeded(N_("Send If-Match with the version you are changing."))
    text = header.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid(N_('If-Match holds a version in quotes, such as "3".'), code="bad_if_match")
    return int(text)


def given_version(header: str | None, otherwise: int | None = None) -> int | None:
    """``parse_version`` where none need be given: then it is ``otherwise``. Raises Invalid for nonsense."""
    return parse_version(header) if header else otherwise

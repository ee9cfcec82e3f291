"""The rail of the desk: what each role may open, with what waits there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from foundation.act import Act
from foundation.principals import Role
from foundation.translation import N_, translate
from maintenance.queries import desk_counts

_FRESH: Final = timedelta(seconds=15)
_STAFF: Final = frozenset(Role)
_RAIL: Final = (
    ("desk", N_("To do"), "/desk", "layout-dashboard", "d", _STAFF),
    ("requests", N_("Reports"), "/desk/requests", "message-square-warning", "r", _STAFF),
    ("orders", N_("Work orders"), "/desk/orders", "wrench", "o", _STAFF),
    ("plans", N_("Plans"), "/desk/plans", "calendar-clock", "p", _STAFF),
    ("assets", N_("Facilities"), "/desk/assets", "map-pinned", "a", _STAFF),
    ("map", N_("Map"), "/desk/map", "map", "m", _STAFF),
    ("labels", N_("Labels"), "/desk/labels", "qr-code", "l", _STAFF),
    ("imports", N_("Import"), "/desk/imports", "upload", "i", frozenset({Role.REGISTRAR})),
    ("crew", N_("Crew's day"), "/crew", "hard-hat", "c", frozenset({Role.CREW})),
    ("accounts", N_("Accounts"), "/desk/accounts", "users", "u", frozenset({Role.ADMINISTRATOR})),
)


class RailCounts:
    """What waits, for the rail of every desk page: asked at most every few seconds, and anew after each deed."""

    def __init__(self) -> None:
        self._kept: tuple[datetime, Mapping[str, int]] | None = None
        self.last: Mapping[str, int] = {}
        """The counts as they were last asked for: enough beside a form that comes back with what is wrong."""

    async def read(self, at: datetime) -> Mapping[str, int]:
        """The counts, a quarter of a minute old at most."""
        if self._kept is None or abs(at - self._kept[0]) > _FRESH:
            self.last = await desk_counts(at)
            self._kept = (at, self.last)
        return self._kept[1]

    def forget(self) -> None:
        """Somebody is doing something."""
        self._kept = None


def desk_navigation(act: Act, path: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The entries this principal may open."""
    return [
        {
            "key": key,
            "title": translate(act.lang, title),
            "href": href,
            "icon": icon,
            "go": go,
            "count": counts.get(key),
            "late": counts.get(f"{key}_late", 0) > 0,
            "current": path == href or (href != "/desk" and path.startswith(href + "/")),
        }
        for key, title, href, icon, go, roles in _RAIL
        if act.principal.holds(*roles)
    ]


def account_links(act: Act) -> dict[str, str]:
    """Who is signed in, and the way out."""
    return {"name": act.principal.label, "href": "/account", "sign_out_href": "/sign-out"}

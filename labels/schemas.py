"""What goes in and out of labels: one Struct for each intent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct

from foundation.codes import printed
from labels.states import LabelState


class LabelRead(Struct, frozen=True, kw_only=True):
    """One label. ``code`` is nine characters, ``printed`` the same as on the label; ``asset`` an asset code."""

    id: int
    code: str
    printed: str
    state: LabelState
    asset: str | None
    asset_name: str | None
    asset_name_en: str | None
    successor: str | None
    created_at: datetime
    printed_at: datetime | None
    fixed_at: datetime | None
    ended_at: datetime | None
    version: int


class IssuedLabel(Struct, frozen=True):
    """An asset's current label; ``new`` where it was issued just now."""

    id: int
    code: str
    check_word: int
    new: bool = False

    @property
    def printed(self) -> str:
        """The code as on the label."""
        return printed(self.code)


class LabelIssue(Struct, kw_only=True, forbid_unknown_fields=True):
    """Issue labels to the assets of these codes; those that have one keep it."""

    assets: list[str]


class LabelBind(Struct, kw_only=True, forbid_unknown_fields=True):
    """Bind a blank label to an asset; ``replace`` lets it take the place of the asset's current label.

    ``lon`` and ``lat`` are where it was stuck on, in degrees WGS 84: both or neither.
    """

    asset: str
    replace: bool = False
    lon: float | None = None
    lat: float | None = None


class LabelFilter(Struct, frozen=True, kw_only=True):
    """Which labels a list shows; ``q`` is part of a label code, or an asset code."""

    state: str | None = None
    q: str | None = None
    cursor: str | None = None
    limit: int = 50


class Selection(Struct, frozen=True, kw_only=True):
    """Whose labels are printed: the assets of these codes, or all that the filter finds.

    With ``reprint`` those of them whose label waits to be printed anew, by street and asset code; with ``imported``
    those that an import batch made or changed.
    """

    codes: tuple[str, ...] = ()
    kind: str | None = None
    street: str | None = None
    q: str | None = None
    only: str | None = None
    reprint: bool = False
    imported: int | None = None


class PublicAsset(Struct, frozen=True):
    """What anyone may see of an asset; the fields are the columns of the view ``public_asset``."""

    id: int
    code: str
    kind: str
    name: str
    name_en: str
    address: str
    address_en: str
    street: str
    community: str
    lon: float | None
    lat: float | None
    status: str
    operating_state: str
    condition: int | None
    condition_on: date | None
    attributes: dict[str, Any]
    version: int
    organisation_id: int | None
    organisation: str | None
    organisation_en: str | None
    duty_phone: str | None
    open_requests: int
    open_orders: int
    known: list[dict[str, Any]]
    last_service_at: datetime | None
    last_service_zh: str | None
    last_service_en: str | None
    next_service_at: datetime | None
    next_service_zh: str | None
    next_service_en: str | None
    label_code: str | None
    lines: list[dict[str, Any]]


class Landing(Struct, frozen=True):
    """What a scan leads to: the label, and its asset unless it is blank.

    ``check_word`` is the number of the word that the sticker must show (``labels.check_word``); ``photo`` the file key
    of the photo taken when the label was fixed.
    """

    label_id: int
    code: str
    state: LabelState
    check_word: int
    photo: str | None
    asset: PublicAsset | None

    @property
    def printed(self) -> str:
        """The code as on the label."""
        return printed(self.code)


class PrintResult(Struct, frozen=True):
    """What a print command tells."""

    labels: int
    pages: int
    seconds: float
    file: str
    warnings: list[dict[str, str]] = msgspec.field(default_factory=list)

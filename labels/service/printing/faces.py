"""The words of assets as templates ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from foundation.act import Act
from foundation.database import Record, fetch
from foundation.settings import current_settings
from labels.press import LISTED, PrintOrder
from labels.press.spool import Spooled
from labels.schemas import IssuedLabel
from labels.service.issue import issue_to
from labels.template.binding import FROM_CODE
from registry.catalogue import Kind, catalogue
from registry.queries import find_organisations
from registry.schemas import AssetRead
from registry.words import show_value


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of a job's labels are made from: the template's fields, the organisations, the day."""

    fields: tuple[str, ...]
    with_photo: bool
    organisations: Mapping[int, Record]
    printed_on: str

    def of(self, asset: AssetRead) -> dict[str, str]:
        """The words of one asset for the template's fields; those that follow from the code are the press's."""
        kind = catalogue().kind(asset.kind)
        owner = self.organisations.get(asset.organisation_id or 0)
        settings = current_settings()
        phone = (owner["duty_phone"] if owner else None) or settings.duty_phone
        known = {
            "kind": f"{kind.zh} {kind.en}",
            "kind_zh": kind.zh,
            "kind_en": kind.en,
            "name": asset.name,
            "name_en": asset.name_en,
            "address": asset.address or asset.street,
            "address_en": asset.address_en,
            "street": asset.street,
            "community": asset.community,
            "asset_code": asset.code,
            # The number first: where the line is cut, half a name still helps and half a number does not.
            "owner": " ".join(filter(None, (phone, owner["name"] if owner else ""))),
            "owner_name": owner["name"] if owner else "",
            "owner_name_en": (owner["name_en"] or "") if owner else "",
            "phone": phone or "",
            "district_zh": settings.district_name,
            "district_en": settings.district_name_en,
            "printed_on": self.printed_on,
        }
        return {name: known[name] if name in known else _attribute(name, asset, kind) for name in self.fields}


def _attribute(name: str, asset: AssetRead, kind: Kind) -> str:
    """``attribute.KEY`` in Chinese, ``attribute.KEY.en`` in English; only what anyone may see of the asset."""
    _, _, rest = name.partition("attribute.")
    key, _, lang = rest.partition(".")
    found = next((attribute for attribute in kind.attributes if attribute.key == key and attribute.public), None)
    return "" if found is None else show_value(found, asset.attributes.get(key), "en" if lang else "zh-CN")


async def words_for(order: PrintOrder, act: Act) -> Words:
    """What the words of a job are made from."""
    bound = order.template.bound
    listed = LISTED if order.form == "zip" else ()
    return Words(
        fields=tuple(name for name in dict.fromkeys((*bound.fields, *listed)) if name not in FROM_CODE),
        with_photo=bool(bound.photos),
        organisations={row["id"]: row for row in await find_organisations()},
        printed_on=f"{act.at.astimezone(current_settings().zone):%Y-%m-%d}",
    )


async def spooled(assets: Sequence[AssetRead], words: Words, act: Act) -> list[Spooled]:
    """The labels of assets, issued where there are none, with their words. Raises as ``issue_to`` does."""
    issued = await issue_to(assets, act)
    photos = await photos_of(issued.values()) if words.with_photo else {}
    made = []
    for asset in assets:
        label = issued[asset.id]
        photo = photos.get(label.id, "")
        made.append(Spooled(label.id, asset.id, label.code, label.check_word, words.of(asset), photo, asset.code))
    return made


async def photos_of(labels: Iterable[IssuedLabel]) -> dict[int, str]:
    """The file of the photo of each label that has one, by the label's id."""
    ids = [label.id for label in labels]
    rows = await fetch("SELECT id, photo FROM label WHERE id = ANY($1::bigint[]) AND photo IS NOT NULL", ids)
    return {row["id"]: row["photo"] for row in rows}

"""A label of nothing, to try a template with: its code was never issued and opens no facility."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from foundation.codes import LENGTH
from foundation.settings import current_settings
from labels.press import PrintOrder
from labels.press.spool import Spooled
from labels.qr import label_url
from labels.stamp import Shift
from labels.stock import Stock
from labels.template import Template

# Eight zeros and their check character: a code that can be read. Codes are drawn from 2^40, so it is as good as never
# issued; where it is scanned, the page says that there is no such label.
SPECIMEN: Final = "0" * LENGTH
TITLE: Final = "样张 SPECIMEN"
_WORDS: Final = {
    "kind": "样张 Specimen",
    "kind_zh": "样张",
    "kind_en": "Specimen",
    "name": "样张公共厕所",
    "name_en": "Specimen Public Toilet",
    "address": "样张路1号",
    "address_en": "1 Specimen Road",
    "street": "样张街道",
    "community": "样张社区",
    "asset_code": "SPECIMEN-0001",
    "owner": "0000-00000000 样张管理单位",
    "owner_name": "样张管理单位",
    "owner_name_en": "Specimen Authority",
    "phone": "0000-00000000",
    "district_zh": "样张区",
    "district_en": "Specimen District",
    "printed_on": "2026-01-01",
}


def specimen_label(fields: Iterable[str]) -> Spooled:
    """A label whose words say that they are a specimen's, for the fields of a template."""
    attributes = {name: "Specimen" if name.endswith(".en") else "样张" for name in fields if "." in name}
    return Spooled(0, None, SPECIMEN, 0, _WORDS | attributes, "", "SPECIMEN")


def specimen_order(template: Template, stock: Stock, shift: Shift | None = None) -> PrintOrder:
    """The order by which a template is tried on a stock; what no face can draw is shown as 〓."""
    prefix = label_url(current_settings().public_url, SPECIMEN)[:-LENGTH]
    return PrintOrder(template, stock, prefix, shift=shift or Shift(), title=TITLE, anyway=True)

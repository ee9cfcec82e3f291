"""Which field a column of somebody else's file is, judged by its name (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from registry.catalogue.schema import Kind
from registry.catalogue.words import fold

# From the surest name to the weakest, written as `fold` leaves them: small letters, digits and simplified characters.
# A row number or a foreign database id (id, objectid, fid) is no code; x and y may be metres, so they come last.
FIELDS: Final[dict[str, str]] = {
    "code": """
        code assetcode facilitycode 资产编号 设施编号 部件编号 设施编码 资产编码 编号 编码 代码 公厕编号
        树木编号 桥梁编号 站点编号 assetid facilityid
    """,
    "name": """
        name namezh namecn nametc namesc namechi namechinese chinesename 名称 设施名称 资产名称 公厕名称
        厕所名称 站点名称 驿站名称 桥梁名称 桥名 天桥名称 点位名称 垃圾房名称 中文名称 facilityname
        assetname sitename title
    """,
    "name_en": """
        nameen nameeng englishname nameenglish 英文名称 英文名 名称英语 名称英文
    """,
    "address": """
        address addresszh addresscn addresstc addresssc 地址 详细地址 设施地址 所在地 所在地连结表记
        所在位置 地点 位置 位置描述 住所 streetaddress fulladdress siteaddress location qaddress
    """,
    "address_en": """
        addressen addresseng englishaddress 英文地址 地址英文
    """,
    "lon": """
        lon lng long longitude 经度 经度wgs84 lonwgs84 wgs84lon wgs84lng 东经 gpslon gpslng
        decimallongitude x x坐标
    """,
    "lat": """
        lat latitude 纬度 纬度wgs84 latwgs84 wgs84lat 北纬 gpslat decimallatitude y y坐标
    """,
    "geometry": """
        geometry geom thegeom wkt geojson shape wktgeom 几何 空间位置
    """,
    "street": """
        street 所属街道 所在街道 街道 街镇 镇街 街道名称 所属街镇 街道镇乡 乡镇街道 乡镇 subdistrict
    """,
    "community": """
        community 所属社区 所在社区 社区 社区名称 村社 社区村 村社区 里别 neighbourhood
    """,
}
_RANKED: Final = {name: (field, rank) for field, names in FIELDS.items() for rank, name in enumerate(names.split())}


def guess_field(header: str, kind: Kind) -> str | None:
    """The field or attribute key that a column is by its name, or None where it could be anything."""
    found = _ranked(header, kind)
    return found[0] if found else None


def guess_fields(headers: Iterable[str], kind: Kind) -> dict[str, str]:
    """A field for each column that has one; of two columns for one field the surer name wins, then the first."""
    best: dict[str, tuple[int, str]] = {}
    for header in headers:
        found = _ranked(header, kind)
        if found and (found[0] not in best or found[1] < best[found[0]][0]):
            best[found[0]] = (found[1], header)
    return {header: field for field, (_, header) in best.items()}


def _ranked(header: str, kind: Kind) -> tuple[str, int] | None:
    word = fold(header)
    if word in _RANKED:
        return _RANKED[word]
    for attribute in kind.attributes:
        names = [fold(name) for name in (attribute.key, attribute.zh, attribute.en, *attribute.aliases)]
        if word and word in names:
            return attribute.key, names.index(word)
    return None

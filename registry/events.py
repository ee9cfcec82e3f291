"""History kinds the registry itself writes."""

from __future__ import annotations

from foundation.translation import Lang, translate
from registry.history import HistoryEvent, kind
from registry.words import FIELDS


@kind("asset.registered", zh="登记入库：{name}", en="Registered: {name}", audience="public")
class AssetRegistered(HistoryEvent, frozen=True):
    """An asset came on record by hand."""

    name: str
    code: str


@kind("asset.imported", zh="由批次 {batch} 导入", en="Imported with batch {batch}")
class AssetImported(HistoryEvent, frozen=True):
    """An asset came on record, or changed, with an import."""

    batch: int
    created: bool
    fields: tuple[str, ...] = ()


@kind("asset.changed", zh="资料更正：{fields}", en="Record changed: {fields}")
class AssetChanged(HistoryEvent, frozen=True):
    """Fields of the record changed; the values themselves stand in the record."""

    fields: list[str]

    def words(self, lang: Lang) -> dict[str, object]:
        """The fields in one line, as the reader calls them."""
        names = [translate(lang, FIELDS.get(name, name)) for name in self.fields]
        return {"fields": ("、" if lang == "zh-CN" else ", ").join(names)}


@kind("asset.condition_rated", zh="状况评定为 {condition} 级", en="Condition rated {condition} of 5", audience="public")
class ConditionRated(HistoryEvent, frozen=True):
    """The condition of 1 (excellent) to 5 (critical) was rated."""

    condition: int
    before: int | None = None


@kind("asset.retired", zh="停用：{reason}", en="Retired: {reason}", audience="public")
class AssetRetired(HistoryEvent, frozen=True):
    """The asset left service; its record and history stay."""

    reason: str


@kind("asset.reinstated", zh="恢复使用", en="Back in service", audience="public")
class AssetReinstated(HistoryEvent, frozen=True):
    """A retired asset came back into service."""


@kind(
    "import.done",
    zh="导入 {file_name}：新增 {created}，更新 {updated}，未变 {unchanged}，拒绝 {rejected}",
    en="Imported {file_name}: {created} created, {updated} updated, {unchanged} unchanged, {rejected} rejected",
)
class ImportDone(HistoryEvent, frozen=True):
    """One import, on the district's own stream."""

    batch: int
    file_name: str
    created: int
    updated: int
    unchanged: int
    rejected: int


@kind("import.undone", zh="撤销导入批次 {batch}", en="Undid import batch {batch}")
class ImportUndone(HistoryEvent, frozen=True):
    """An import was taken back."""

    batch: int


@kind("organisation.changed", zh="单位登记：{name}", en="Organisation on record: {name}")
class OrganisationChanged(HistoryEvent, frozen=True):
    """An organisation was registered or changed."""

    name: str

"""History kinds of plans."""

from __future__ import annotations

from foundation.translation import Lang
from registry.history import HistoryEvent, kind


@kind("plan.adopted", zh="启用养护计划“{title}”：{when}", en="Maintenance plan “{title}” adopted: {when}")
class PlanAdopted(HistoryEvent, frozen=True):
    """A plan begins, for one asset or for many."""

    plan: int
    title_zh: str
    title_en: str
    when_zh: str
    when_en: str
    targets: int


@kind("plan.changed", zh="养护计划“{title}”已修改：{fields}", en="Maintenance plan “{title}” changed: {fields}")
class PlanChanged(HistoryEvent, frozen=True):
    """Fields of a plan changed; the values stand in the plan."""

    plan: int
    title_zh: str
    title_en: str
    fields: list[str]

    def words(self, lang: Lang) -> dict[str, object]:
        """The field names in one line."""
        return super().words(lang) | {"fields": ("、" if lang == "zh-CN" else ", ").join(self.fields)}


@kind("plan.paused", zh="养护计划“{title}”已暂停", en="Maintenance plan “{title}” paused")
class PlanPaused(HistoryEvent, frozen=True):
    """A plan rests: it opens nothing until it is resumed."""

    plan: int
    title_zh: str
    title_en: str


@kind("plan.resumed", zh="养护计划“{title}”已恢复", en="Maintenance plan “{title}” resumed")
class PlanResumed(HistoryEvent, frozen=True):
    """A plan runs again, from now on."""

    plan: int
    title_zh: str
    title_en: str


@kind(
    "plan.occurrences_skipped",
    zh="“{title}”有 {count} 次未单独派工（前次未完成，或由最近一次代替）",
    en="“{title}”: {count} occurrences without an order of their own (an earlier one not done, or a later one instead)",
)
class OccurrencesSkipped(HistoryEvent, frozen=True):
    """Occurrences of an asset that passed without an order of their own."""

    plan: int
    title_zh: str
    title_en: str
    count: int

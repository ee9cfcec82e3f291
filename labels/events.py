"""History kinds of labels, for staff. Codes are as printed, XXXX-XXXX-C."""

from __future__ import annotations

from registry.history import HistoryEvent, kind


@kind("label.issued", zh="发放标签 {label}", en="Label {label} issued")
class LabelIssued(HistoryEvent, frozen=True):
    """The asset got a code."""

    label: str


@kind(
    "label.printed",
    zh="打印标签 {label}（{job}，第 {sheet} 张第 {position} 格）",
    en="Label {label} printed ({job}, sheet {sheet}, position {position})",
)
class LabelPrinted(HistoryEvent, frozen=True):
    """The label was put on a sheet; sheet and position count from 1."""

    label: str
    job: str
    stock: str
    sheet: int
    position: int
    template: str = ""


@kind("label.bound", zh="绑定预印标签 {label}", en="Pre-printed label {label} bound")
class LabelBound(HistoryEvent, frozen=True):
    """A blank label was fixed on the asset."""

    label: str


@kind("label.fixed", zh="标签 {label} 已贴装", en="Label {label} fixed in place")
class LabelFixed(HistoryEvent, frozen=True):
    """Somebody saw the label in its place."""

    label: str


@kind("label.worn", zh="标签 {label} 磨损", en="Label {label} is worn")
class LabelWorn(HistoryEvent, frozen=True):
    """The label needs replacing."""

    label: str


@kind("label.replaced", zh="标签 {label} 更换为 {successor}", en="Label {label} replaced by {successor}")
class LabelReplaced(HistoryEvent, frozen=True):
    """The old code leads on to its successor for ever."""

    label: str
    successor: str


@kind("label.voided", zh="标签 {label} 作废：{reason}", en="Label {label} made void: {reason}")
class LabelVoided(HistoryEvent, frozen=True):
    """The code leads nowhere any more and is never used again."""

    label: str
    reason: str


@kind("label.checked", zh="标签 {label} 经查看无误", en="Label {label} looked at and found good")
class LabelChecked(HistoryEvent, frozen=True):
    """What was reported about the label does not hold, or no longer."""

    label: str


@kind(
    "label.swapped",
    zh="与 {other} 对调标签：{before} 换为 {label}",
    en="Labels exchanged with {other}: {before} became {label}",
)
class LabelSwapped(HistoryEvent, frozen=True):
    """The asset has the label that the other asset had, and the other way round; ``other`` is an asset code."""

    label: str
    before: str
    other: str


@kind("label.preprinted", zh="预印空白标签 {count} 张（{job}）", en="{count} blank labels pre-printed ({job})")
class LabelsPreprinted(HistoryEvent, frozen=True):
    """Blank labels were made, on the district's own stream."""

    count: int
    job: str
    stock: str


@kind(
    "label.batch_voided",
    zh="批次 {batch} 剩余 {count} 张空白标签作废：{reason}",
    en="{count} blank labels of batch {batch} made void: {reason}",
)
class BatchVoided(HistoryEvent, frozen=True):
    """What was left of a batch leads nowhere, on the district's own stream."""

    batch: str
    count: int
    reason: str


class LabelTemplateLine(HistoryEvent, frozen=True):
    """A line about one revision of an operator's label template, on the district's own stream."""

    template: str
    revision: int
    name_zh: str
    name_en: str


@kind(
    "label_template.drafted",
    zh="标签模板 {template}（{name}）第 {revision} 版存为草稿",
    en="Label template {template} ({name}), revision {revision}, kept as a draft",
)
class LabelTemplateDrafted(LabelTemplateLine, frozen=True):
    """An operator brought a template; nothing is printed with it yet."""


@kind(
    "label_template.published",
    zh="标签模板 {template}（{name}）第 {revision} 版发布",
    en="Label template {template} ({name}), revision {revision}, published",
)
class LabelTemplatePublished(LabelTemplateLine, frozen=True):
    """From now on labels of that template are printed with this revision."""


@kind(
    "label_template.withdrawn",
    zh="标签模板 {template}（{name}）第 {revision} 版撤回",
    en="Label template {template} ({name}), revision {revision}, withdrawn",
)
class LabelTemplateWithdrawn(LabelTemplateLine, frozen=True):
    """Nothing is printed with this revision any more; where one of that key ships, it is used again."""


@kind("label_stock.saved", zh="标签纸 {stock} 已保存", en="Label stock {stock} saved")
class LabelStockSaved(HistoryEvent, frozen=True):
    """An operator's own stock was added or changed, on the district's own stream."""

    stock: str


@kind("label_stock.removed", zh="标签纸 {stock} 已移除", en="Label stock {stock} removed")
class LabelStockRemoved(HistoryEvent, frozen=True):
    """An operator's own stock is no more, on the district's own stream."""

    stock: str


@kind("label_printer.saved", zh="打印机 {printer} 的校准已保存", en="Printer {printer} and its correction saved")
class LabelPrinterSaved(HistoryEvent, frozen=True):
    """A printer was added or its correction changed, on the district's own stream."""

    printer: str


@kind("label_printer.removed", zh="打印机 {printer} 已移除", en="Printer {printer} removed")
class LabelPrinterRemoved(HistoryEvent, frozen=True):
    """A printer is no more, on the district's own stream."""

    printer: str

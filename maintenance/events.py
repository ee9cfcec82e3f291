"""History kinds of requests and orders. No word a citizen wrote and no phone number ever stands here."""

from __future__ import annotations

from registry.history import HistoryEvent, kind


@kind(
    "service_request.reported",
    zh="有人报修：{category}（{number}）",
    en="Fault reported: {category} ({number})",
    audience="public",
)
class RequestReported(HistoryEvent, frozen=True):
    """A citizen reported a fault."""

    number: str
    category_zh: str
    category_en: str
    category_key: str


@kind(
    "service_request.joined",
    zh="又有人反映：{category}，共 {reporters} 人（{number}）",
    en="Reported again: {category}, {reporters} people in all ({number})",
    audience="public",
)
class RequestJoined(HistoryEvent, frozen=True):
    """Somebody else reported the same fault."""

    number: str
    category_zh: str
    category_en: str
    reporters: int
    category_key: str = ""  # lines of before it was kept have none


@kind("service_request.held", zh="报修待审：{number}", en="Report held for a look: {number}")
class RequestHeld(HistoryEvent, frozen=True):
    """A suspicious report waits for a look before it counts."""

    number: str
    category_key: str


@kind("service_request.moved", zh="报修 {number}：{word}", en="Report {number}: {word}", audience="public")
class RequestMoved(HistoryEvent, frozen=True):
    """A report moved from one state to another."""

    number: str
    before: str
    after: str
    word_zh: str
    word_en: str


@kind("service_request.refused", zh="报修 {number} 不予立案：{reason}", en="Report {number} not accepted: {reason}")
class RequestRefused(HistoryEvent, frozen=True):
    """A report was not accepted, for a reason the citizen sees on their own page."""

    number: str
    reason: str


@kind("service_request.merged", zh="报修 {number} 并入 {into}", en="Report {number} merged into {into}")
class RequestMerged(HistoryEvent, frozen=True):
    """A report was merged into another."""

    number: str
    into: str


@kind("service_request.rated", zh="市民评价 {stars} 分（{number}）", en="Rated {stars} of 5 by a citizen ({number})")
class RequestRated(HistoryEvent, frozen=True):
    """A citizen rated the work."""

    number: str
    stars: int


@kind("service_request.contact_seen", zh="查看了报修 {number} 的联系方式", en="Saw the contact of report {number}")
class ContactSeen(HistoryEvent, frozen=True):
    """A dispatcher looked at a phone number or a position."""

    number: str


@kind("work_order.opened", zh="开立工单 {number}：{title}", en="Order {number} opened: {title}")
class OrderOpened(HistoryEvent, frozen=True):
    """A work order was opened; the crew is named where a plan gave it to one at once."""

    number: str
    title_zh: str
    title_en: str
    origin: str
    crew_zh: str = ""
    crew_en: str = ""


@kind("work_order.assigned", zh="工单 {number} 派给{crew}", en="Order {number} assigned to {crew}")
class OrderAssigned(HistoryEvent, frozen=True):
    """An order went to a crew."""

    number: str
    crew_zh: str
    crew_en: str


@kind("work_order.moved", zh="工单 {number}：{word}", en="Order {number}: {word}")
class OrderMoved(HistoryEvent, frozen=True):
    """An order moved from one state to another."""

    number: str
    before: str
    after: str
    word_zh: str
    word_en: str
    reason: str = ""


@kind("work_order.completed", zh="{title}：已完成", en="{title}: done", audience="public")
class OrderCompleted(HistoryEvent, frozen=True):
    """The work on this asset was done."""

    number: str
    title_zh: str
    title_en: str
    by: str = ""


@kind("work_order.verified", zh="{title}：核查通过", en="{title}: checked and found good", audience="public")
class OrderVerified(HistoryEvent, frozen=True):
    """Somebody else checked the work."""

    number: str
    title_zh: str
    title_en: str


@kind("crew.changed", zh="班组登记：{name}", en="Crew on record: {name}")
class CrewChanged(HistoryEvent, frozen=True):
    """A crew was registered or changed."""

    name: str


@kind(
    "contacts.purged",
    zh="清除到期联系方式 {count} 条、照片 {photos} 张",
    en="Removed {count} contacts and {photos} photos past their date",
)
class ContactsPurged(HistoryEvent, frozen=True):
    """Personal data past its date went."""

    count: int
    photos: int = 0

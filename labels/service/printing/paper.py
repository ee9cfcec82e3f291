"""What the labels are printed on, by name, and as the press needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from anyio import to_thread

from foundation.codes import LENGTH
from foundation.errors import Invalid
from foundation.translation import N_
from labels.press import PrintOrder, prepare, small_modules
from labels.qr import label_url
from labels.queries import find_printer, find_stock, find_template
from labels.stamp import Shift
from labels.stock import DEFAULT_STOCK, cells
from labels.template import DEFAULT_TEMPLATE

TITLE: Final = "设施标签 Facility labels"
FORMS: Final = ("pdf", "zpl", "zip")


@dataclass(frozen=True, slots=True)
class Paper:
    """What the labels are printed on, and the address they carry; stock, template and printer by their keys.

    ``anyway`` prints what was asked about; ``request`` is the key of a request, which however often it is sent prints
    once.
    """

    public_url: str
    stock: str = DEFAULT_STOCK
    start: int = 1
    template: str = DEFAULT_TEMPLATE
    printer: str = ""
    form: str = "pdf"
    anyway: bool = False
    request: str = ""

    def contents(self) -> list[object]:
        """What tells one request of a key from another: everything but the key."""
        return [
            self.public_url, self.stock, self.start, self.template, self.printer, self.form, self.anyway,
        ]  # fmt: skip


async def order_for(paper: Paper) -> PrintOrder:
    """The order for the press: everything about the job that can be wrong is found before a label is issued.

    Raises Invalid for an unknown stock, printer or form, a form that is not for the stock, a start position the stock
    does not have, or an address that labels cannot carry; NotFound for an unknown template.
    """
    if paper.form not in FORMS:
        raise Invalid(
            N_("Labels are printed as {known}, not as {form}."),
            code="bad_form",
            known=", ".join(FORMS),
            form=paper.form,
        )
    stock = await find_stock(paper.stock)
    cells(stock, 1, paper.start)
    address = label_url(paper.public_url, "0" * LENGTH)
    order = PrintOrder(
        template=await find_template(paper.template),
        stock=stock,
        prefix=address[:-LENGTH],
        start=paper.start,
        shift=(await find_printer(paper.printer)).shift if paper.printer else Shift(),
        title=TITLE,
        anyway=paper.anyway,
        form=paper.form,
    )
    await to_thread.run_sync(prepare, order)
    return order


async def asked_before(order: PrintOrder) -> None:
    """Raises LookFirst where somebody should look before labels of this order are made."""
    if note := await to_thread.run_sync(small_modules, order):
        params: dict[str, Any] = dict(note.params)
        raise LookFirst(note.text, code=note.code, **params)


class LookFirst(Invalid):
    """Nothing is wrong, but a person should say that it is meant so."""

"""What the labels are printed on, by name, and as the press needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from foundation.codes import LENGTH
from foundation.errors import Invalid
from foundation.translation import N_
from labels.press import PrintOrder, check_form
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
    check_form(order)
    return order

"""Words that several pages of labels use."""

from typing import Final

from foundation.translation import N_, Lang, translate
from labels.states import STATE_WORDS, LabelState
from labels.stock import A4, Stock

_SHEET = N_("{page}, {columns} × {rows} labels of {width:g} × {height:g} mm")
_SINGLE = N_("{form} of {width:g} × {height:g} mm")
_FINE = N_("{stock}, {dpi} dpi")
STOCK_FORMS: Final = {"sheet": N_("Page"), "roll": N_("Roll"), "plate": N_("Plate")}
PRINTER_FORMS: Final = {"pdf": N_("PDF"), "zpl": N_("ZPL for a thermal printer")}
_FILES: Final = {**PRINTER_FORMS, "zip": N_("ZIP for an engraver (SVG, PNG, CSV)")}


def stock_words(stock: Stock, lang: Lang) -> str:
    """A stock as a person chooses it."""
    if stock.per_sheet > 1:
        page = "A4" if (stock.page_width, stock.page_height) == A4 else f"{stock.page_width:g} × {stock.page_height:g}"
        said = translate(
            lang, _SHEET, page=page, columns=stock.columns, rows=stock.rows,
            width=stock.label_width, height=stock.label_height,
        )  # fmt: skip
    else:
        form = translate(lang, STOCK_FORMS[stock.form])
        said = translate(lang, _SINGLE, form=form, width=stock.label_width, height=stock.label_height)
    return translate(lang, _FINE, stock=said, dpi=stock.dpi) if stock.dpi else said


def state_word(state: LabelState, lang: Lang) -> str:
    """A label's state in words."""
    return translate(lang, STATE_WORDS[state])


def means_words(lang: Lang, *, with_zpl: bool) -> list[tuple[str, str]]:
    """The forms a job can be had in; ZPL only where the stock says how fine its printer is."""
    return [(form, translate(lang, words)) for form, words in _FILES.items() if with_zpl or form != "zpl"]

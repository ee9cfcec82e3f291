"""Pages of what labels are printed with: templates, stock, printers."""

from labels.pages.means.printers import PRINTER_PAGES
from labels.pages.means.stocks import STOCK_PAGES
from labels.pages.means.templates import TEMPLATE_PAGES

MEANS_PAGES = [*TEMPLATE_PAGES, *STOCK_PAGES, *PRINTER_PAGES]

"""HTML to PDF: the one door of WeasyPrint, and the fonts that are printed."""

from foundation.pdf.apart import lay_out_apart
from foundation.pdf.fonts import FontFile, font_face_css, font_files, known_characters, leaves_ink, text_measure
from foundation.pdf.layout import Layout, Part, TextStyle, lay_out
from foundation.pdf.raster import POINTS_PER_INCH, Pages, Raster, open_pages
from foundation.pdf.render import Files, OutsideAddress, render_pdf

__all__ = [
    "POINTS_PER_INCH",
    "Files",
    "FontFile",
    "Layout",
    "OutsideAddress",
    "Pages",
    "Part",
    "Raster",
    "TextStyle",
    "font_face_css",
    "font_files",
    "known_characters",
    "lay_out",
    "lay_out_apart",
    "leaves_ink",
    "open_pages",
    "render_pdf",
    "text_measure",
]

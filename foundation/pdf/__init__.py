"""HTML to PDF: the one door of WeasyPrint, and the fonts that are printed."""

from foundation.pdf.fonts import FontFile, font_face_css, font_files, missing_characters, text_width
from foundation.pdf.render import render_pdf

__all__ = ["FontFile", "font_face_css", "font_files", "missing_characters", "render_pdf", "text_width"]

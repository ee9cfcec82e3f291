"""HTML to PDF through WeasyPrint, shut off from every file and every host."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from foundation.errors import StartRefused
from foundation.pdf.fonts import FontFile
from foundation.translation import N_

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher, URLFetcherResponse


class OutsideAddress(Exception):
    """A page to be printed asked for something that is not a bundled font: a fault of its template."""


# Pictures a page may show: by the address that stands in the page, each with its content and media type.
Files = Mapping[str, tuple[bytes, str]]


def render_pdf(
    html: str, *, fonts: Iterable[FontFile] = (), files: Files | None = None, variant: str | None = None
) -> bytes:
    """The PDF of one self-contained HTML page with its own ``<style>``.

    Nothing is read but the given fonts, by their ``url``, and the given files, by their address. Takes about 15 ms for
    each label, so callers on the event loop run it in a thread. Raises OutsideAddress for any other address and
    StartRefused where the system's text libraries are missing.
    """
    with shut_off(html, fonts, files) as page:
        pdf: bytes = page.write_pdf(pdf_variant=variant)
    return pdf


@contextlib.contextmanager
def shut_off(html: str, fonts: Iterable[FontFile], files: Files | None = None) -> Iterator[Any]:
    """WeasyPrint's document of a page that reaches no file and no host but what is given: to try is OutsideAddress."""
    weasyprint, fatal = _weasyprint()
    asked: list[str] = []  # an address of a font that cannot be had is passed over by the library, but not by us
    try:
        yield weasyprint.HTML(string=html, url_fetcher=_fetcher(fonts, files or {}, asked))
    except fatal as error:
        raise OutsideAddress(str(error.__cause__ or error)) from error
    if asked:
        raise OutsideAddress(asked[0])


def _weasyprint() -> tuple[Any, type[BaseException]]:
    # Imported late: it costs half a second, and the program must be able to say what is missing.
    try:
        import weasyprint
        from weasyprint.urls import FatalURLFetchingError
    except OSError as error:
        raise StartRefused(
            N_("Printing needs the Pango library. Install it with: {line}"),
            line="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        ) from error
    return weasyprint, FatalURLFetchingError


def _fetcher(fonts: Iterable[FontFile], files: Files, asked: list[str]) -> URLFetcher:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    bundled = {font.url: font.path for font in fonts}

    answer: Any = URLFetcherResponse

    class BundledOnly(URLFetcher):
        """Answers for the bundled fonts; everything else stops the rendering."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - WeasyPrint's own signature
            if url in files:
                data, media_type = files[url]
                given: URLFetcherResponse = answer(url, data, {"Content-Type": media_type})
                return given
            if url not in bundled:
                asked.append(url)
                raise OutsideAddress(url)
            found: URLFetcherResponse = answer(url, bundled[url].read_bytes(), {"Content-Type": "font/ttf"})
            return found

    shut: Any = BundledOnly
    made: URLFetcher = shut(fail_on_errors=True)
    return made

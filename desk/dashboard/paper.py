"""A review as one HTML file that needs no other, for screen and print, and the same as a PDF."""

from importlib.util import find_spec

from cases.errors import ConfigurationError
from cases.monthly import Review
from desk.dashboard.charts import picture
from desk.dashboard.wording import Wording
from desk.pages import Pages

PDF_VARIANT = "pdf/ua-1"
"""Tagged, so that screen readers find headings, tables and their heads (ISO 14289-1)."""


def html(pages: Pages, lang: str, review: Review) -> str:
    """The file, in that language."""
    words = Wording(pages.profile, pages.words(lang))
    return pages.render("monthly.html", lang, review=review, words=words, picture=picture)


def makes_pdf() -> bool:
    """Whether what makes PDFs is installed."""
    return find_spec("weasyprint") is not None


def pdf(pages: Pages, lang: str, review: Review) -> bytes:
    """The same on A4. Raises ConfigurationError where what makes PDFs is not installed."""
    try:
        from weasyprint import HTML  # type: ignore[import-untyped]  # lazy: slow to load, and an extra
    except (ImportError, OSError) as error:
        mend = "install the extra: pip install 'aiguillage[pdf]', with Pango (libpango, libharfbuzz) beside it"
        raise ConfigurationError([("--pdf", "needs WeasyPrint, which is not installed here", mend)]) from error
    found: bytes = HTML(string=html(pages, lang, review), url_fetcher=_nothing).write_pdf(pdf_variant=PDF_VARIANT)
    return found


def _nothing(url: str, *_: object, **__: object) -> dict[str, object]:
    """The file names no other; whatever asks for one is refused."""
    raise ValueError(f"a review loads nothing: {url[:80]}")

"""What would take long or swell is turned away before anything slow sees it."""

import pytest

from ingest.email import markup
from ingest.email.limits import HTML_ATTRIBUTES, HTML_DEPTH

BOMBS = (
    "<div>" * (HTML_DEPTH + 1) + "Bonjour",
    "<svg>" + "<g>" * (HTML_DEPTH + 1) + "Bonjour",
    "<a " + "x=1 " * (HTML_ATTRIBUTES + 1) + ">Bonjour</a>" + " " * 20_000,
)


@pytest.mark.parametrize("bomb", BOMBS, ids=("deep", "deep in a picture", "attributes"))
def test_html_beyond_its_caps_reaches_no_library(bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def reached() -> None:
        pytest.fail("a library was given it")

    monkeypatch.setattr(markup, "_cleaner", reached)
    monkeypatch.setattr(markup, "_with_boundaries", reached)
    assert markup.safe_html(bomb).startswith("<pre>")
    assert "Bonjour" in markup.html_to_text(bomb)

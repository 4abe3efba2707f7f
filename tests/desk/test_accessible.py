"""The check itself finds what it is to find."""

from typing import Any

import pytest

from tests.desk.accessible import assert_accessible, violations

pytestmark = pytest.mark.servers("chromium")
PAGE = '<!doctype html><html lang="fr"><title>Essai</title><main><h1>Essai</h1>{}</main></html>'


def test_a_sound_page_passes(page: Any) -> None:
    page.set_content(PAGE.format('<label>Nom <input name="n" autocomplete="name"></label>'))
    assert_accessible(page)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<input>", "label"),
        ('<p style="color: #999; background: #fff">pâle</p>', "color-contrast"),
        (
            '<button style="width: 9px; height: 9px; padding: 0">a</button><button style="width: 9px">b</button>',
            "target-size",
        ),
        ("<img src=data:,>", "image-alt"),
    ],
)
def test_what_is_wrong_is_found(page: Any, body: str, rule: str) -> None:
    page.set_content(PAGE.format(body))
    assert rule in {line.partition(":")[0] for line in violations(page)}


def test_scrolling_sideways_is_found(page: Any) -> None:
    page.set_content(PAGE.format('<p style="width: 3000px">large</p>'))
    with pytest.raises(AssertionError, match="too wide"):
        assert_accessible(page)

"""Where webhooks may go."""

import pytest

from notify.hooks.address import ForbiddenAddressError, Guide, NoAddressError, addresses_of, is_public

PUBLIC = ("8.8.8.8", "2001:4860:4860::8888")
PRIVATE = (
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1"),
    *("::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::", "nowhere"),
    *("::10.0.0.1", "::8.8.8.8", "64:ff9b:1::a00:1", "fec0::1", "255.255.255.255", "192.0.0.8", "2001:db8::1"),
)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_open_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_what_only_we_can_reach(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://example.org/",
            "https://",
            "ftp://example.org/",
            "https://a:b@example.org/",
            "https://example.org/#x",
        ),
        *(
            "https://example.org:0/",
            "https://example.org:x/",
            "https://exa mple.org/",
            "https://[::1/",
            "file:///etc/x",
        ),
        f"https://example.org/{'x' * 500}",
        "https://exämple.org/",
    ],
)
def test_an_address_that_says_itself_that_it_is_none(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        Guide().check(url)


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    guide = Guide(look_up=lambda *_: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(ForbiddenAddressError):
        guide.find("https://example.org/hook")


def test_what_was_looked_at_is_what_is_connected_to() -> None:
    place = Guide(look_up=lambda *_: ["2001:4860:4860::8888"]).find("https://example.org:8443/hook?a=1")
    assert (place.url, place.host) == ("https://[2001:4860:4860::8888]:8443/hook?a=1", "example.org:8443")
    assert place.name == "example.org"


def test_what_the_operator_names_may_be_anywhere() -> None:
    guide = Guide(frozenset({"crm.example.org"}), look_up=lambda *_: ["10.0.0.1"])
    assert guide.find("http://crm.example.org/").url == "http://10.0.0.1:80/"


def test_a_name_without_an_address_may_have_one_later() -> None:
    with pytest.raises(NoAddressError):
        addresses_of("nobody.invalid", 443)
    with pytest.raises(NoAddressError):
        Guide(look_up=lambda *_: []).find("https://example.org/")

"""One shop has one address, however somebody types it."""

import pytest

from regie.cli.connect import BadAddress, _home


@pytest.mark.parametrize(
    "typed",
    [
        "https://shop.example",
        "https://shop.example/",
        " HTTPS://Shop.EXAMPLE ",
        "https://shop.example:443/",
        "Https://SHOP.example//",
    ],
)
def test_one_shop_is_known_by_one_address(typed: str) -> None:
    assert _home(typed) == "https://shop.example"


@pytest.mark.parametrize(
    ("typed", "home"),
    [
        ("http://127.0.0.1:18381", "http://127.0.0.1:18381"),
        ("HTTP://Shop.example:80/Winkel/", "http://shop.example/Winkel"),
        ("https://shop.example:8443/nl", "https://shop.example:8443/nl"),
    ],
)
def test_what_tells_shops_apart_stays(typed: str, home: str) -> None:
    assert _home(typed) == home


@pytest.mark.parametrize("typed", ["127.0.0.1:18381", "shop.example", "", "//shop.example"])
def test_an_address_without_a_scheme_says_what_is_missing(typed: str) -> None:
    with pytest.raises(BadAddress, match="no https:// in front"):
        _home(typed)

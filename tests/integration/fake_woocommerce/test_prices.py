"""What goods cost in the fake shop: prices, sales and taxes."""

from datetime import timedelta

from regie.demo.woocommerce import Options, WooShop
from regie.demo.woocommerce.testing import NOON, Caller, HandClock
from tests.kit.shops.fake_woo import by_name


def test_no_price_differs_from_a_free_one(call: Caller) -> None:
    found = [by_name(call, name)["price"] for name in ("Keuken op maat", "Proefzakje koffie")]

    assert found == ["", "0"]


def test_the_price_shown_follows_the_display_setting_and_not_the_price(call: Caller) -> None:
    found = by_name(call, "Koksmes 21 cm")

    assert (found["price"], "73.55" in found["price_html"]) == ("89.00", True)


def test_a_sale_window_decides_by_the_clock(call: Caller) -> None:
    names = ("Steelpannetje met schenkrand", "Wok met platte bodem", "Paellapan geëmailleerd")

    assert [by_name(call, name)["on_sale"] for name in names] == [True, False, False]


def test_a_scheduled_sale_starts_when_its_time_comes(clock: HandClock, call: Caller) -> None:
    clock.pass_by(timedelta(days=30).total_seconds())

    assert by_name(call, "Wok met platte bodem")["price"] == "49.00"


def test_a_late_queue_leaves_the_old_price_standing(clock: HandClock) -> None:
    late = Options(queue_lag=timedelta(hours=6))
    call = Caller(WooShop.load(clock=clock, options=late))
    clock.at = NOON.replace(month=12, day=20, hour=1)

    found = by_name(call, "Wok met platte bodem")

    assert (found["on_sale"], found["price"]) == (True, "58.00")


def test_a_sale_that_ended_is_cleared(clock: HandClock, call: Caller) -> None:
    clock.pass_by(timedelta(days=60).total_seconds())

    found = by_name(call, "Steelpannetje met schenkrand")

    assert (found["price"], found["sale_price"]) == ("42.00", "")


def test_the_tax_meaning_of_prices_stands_in_the_settings(call: Caller) -> None:
    found = {entry["id"]: entry["value"] for entry in call.get("settings/tax")}

    assert found["woocommerce_prices_include_tax"] == "yes"


def test_a_single_setting_can_be_read(call: Caller) -> None:
    assert call.get("settings/general/woocommerce_currency")["value"] == "EUR"


def test_the_rates_are_those_of_the_netherlands(call: Caller) -> None:
    found = {entry["class"]: entry["rate"] for entry in call.get("taxes")}

    assert found == {"standard": "21.0000", "reduced-rate": "9.0000", "zero-rate": "0.0000"}

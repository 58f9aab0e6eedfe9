"""What every platform must pass before it may be called supported: inherit, and hand in a shop."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec import Struct

from connector.model.document import compose
from connector.model.errors import BadSignature, PlatformRejected
from connector.model.inventory import Availability, InventoryLevel, StockPolicy
from connector.model.order import HandingOver, News, PlacedOrder, Telling, ToldLine
from connector.model.product import Product
from connector.platforms import Hint, HintKind, Incoming, Page, Platform


def promises(level: InventoryLevel) -> bool:
    """Whether a shopper may be told that it is there."""
    return level.availability_here() is Availability.IN_STOCK


class PlatformContract:
    """The suite; a subclass gives the fixture `platform`: opened, with its shop at rest.

    `nobody` is an id in the platform's form that the shop never gave to any product.
    """

    nobody = "999999999"

    @pytest.fixture
    def platform(self) -> Iterator[Platform]:
        """Yield the platform under test."""
        raise TypeError("Give a `platform` fixture: the contract is for yours.")

    def _products(self, platform: Platform) -> dict[str, Product]:
        pages = platform.full(None)
        return {record.external_id: record.product() for page in pages for record in page.records}

    def _digests(self, platform: Platform) -> dict[str, bytes]:
        pages = platform.full(None)
        return {record.external_id: record.digest for page in pages for record in page.records}

    def test_a_full_read_shows_every_product_once(self, platform: Platform) -> None:
        platform.prepare()

        pages = list(platform.full(None))

        ids = [record.external_id for page in pages for record in page.records]
        assert len(ids) == len(set(ids)) == pages[-1].done

    def test_the_context_of_a_shop_at_rest_stays_the_same(self, platform: Platform) -> None:
        assert platform.prepare().digest == platform.prepare().digest

    def test_a_shop_at_rest_reads_the_same_twice(self, platform: Platform) -> None:
        platform.prepare()

        first = self._products(platform)

        assert self._products(platform) == first

    def test_a_digest_has_sixteen_bytes_and_tells_products_apart(self, platform: Platform) -> None:
        platform.prepare()

        found = list(self._digests(platform).values())

        assert {len(each) for each in found} == {16}
        assert len(set(found)) == len(found)

    def test_single_reads_equal_the_full_read(self, platform: Platform) -> None:
        platform.prepare()
        whole = self._digests(platform)

        fetched = platform.fetch(list(whole))

        assert {each.external_id: each.digest for each in fetched.records} == whole

    def test_a_delta_reads_as_a_full_read_does(self, platform: Platform) -> None:
        platform.prepare()
        whole = self._digests(platform)
        modified = [each.source.as_of for each in self._products(platform).values()]
        earliest = min(each for each in modified if each)

        pages: list[Page] = list(platform.delta(earliest - timedelta(days=1), None))

        found = {each.external_id: each.digest for page in pages for each in page.records}
        assert found
        assert found.items() <= whole.items()

    def test_the_listing_agrees_with_the_products(self, platform: Platform) -> None:
        platform.prepare()
        listing = platform.listing()
        if listing is None:
            pytest.skip("this platform sweeps by a full read")

        told = {each.external_id: (each.modified, each.variants) for each in listing}

        found = self._products(platform)
        assert told == {
            key: (
                each.source.as_of,
                told[key][1] and frozenset(one.external_id for one in each.variants),
            )
            for key, each in found.items()
        }

    def test_a_product_that_never_was_is_confirmed_to_be_missing(self, platform: Platform) -> None:
        platform.prepare()

        assert list(platform.fetch([self.nobody]).missing) == [self.nobody]

    def test_a_variant_that_never_was_belongs_to_no_product(self, platform: Platform) -> None:
        platform.prepare()

        assert platform.product_of(Hint(HintKind.VARIANT, self.nobody)) is None

    def test_no_level_promises_what_is_not_there(self, platform: Platform) -> None:
        platform.prepare()

        found = self._products(platform).values()

        levels = [lvl for one in found for variant in one.variants for lvl in variant.inventory]
        empty = [lvl for lvl in levels if lvl.tracked and (lvl.available or 0) <= 0]
        assert not [lvl for lvl in empty if lvl.available is not None and promises(lvl)]
        assert {lvl.policy for lvl in levels} <= set(StockPolicy)

    def test_the_state_of_a_product_reads_alone_as_in_the_whole(self, platform: Platform) -> None:
        platform.prepare()

        for page in platform.full(None):
            for record in page.records:
                found, life = record.product(), record.life()
                told = compose(found, {}, page.read_at).document.publication
                assert (life.status, life.visibility) == (found.status, found.visibility)
                assert life.is_shown(page.read_at) >= told.publishable
                assert set(found.withheld) <= set(life.withheld)

    def test_every_level_is_at_a_known_place(self, platform: Platform) -> None:
        places = {place.id for place in platform.prepare().locations}

        found = self._products(platform).values()

        levels = [lvl for one in found for variant in one.variants for lvl in variant.inventory]
        assert {lvl.location_id for lvl in levels} <= places

    def test_products_survive_being_stored(self, platform: Platform) -> None:
        platform.prepare()

        for product in self._products(platform).values():
            stored = msgspec.json.encode(product)
            assert msgspec.json.decode(stored, type=Product) == product

    def test_a_forged_webhook_is_refused(self, platform: Platform) -> None:
        forged = Incoming({"content-type": "application/json"}, b'{"id": 1}')

        with pytest.raises(BadSignature):
            platform.receive(forged, ["the right secret"])

    @pytest.mark.parametrize(
        "body", [b"", b"null", b"[]", b"{}", b"<html>", b"\xff\xfe", b'{"id": "x"}', b'{"id": -1}']
    )
    @pytest.mark.parametrize("topic", ["", "odd", "products/update", "product.deleted"])
    def test_odd_webhooks_raise_nothing(self, platform: Platform, topic: str, body: bytes) -> None:
        assert isinstance(platform.hints(topic, body), (list, tuple))


class Till(Struct, frozen=True):
    """A shop in which a test can buy.

    `buy` places a paid order of so many pieces, to be picked up, and returns the order's id in the
    platform's form. `shown` returns what the shop itself shows of it, in any form that compares.
    """

    platform: Platform
    buy: Callable[[int], str]
    shown: Callable[[str], object]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class OrderContract:
    """The suite for orders in and news out; a subclass gives the fixture `till`."""

    nobody = "999999999"

    @pytest.fixture
    def till(self) -> Iterator[Till]:
        """Yield the shop under test."""
        raise TypeError("Give a `till` fixture: the contract is for yours.")

    def _bought(self, till: Till, quantity: int = 2) -> PlacedOrder:
        found = till.platform.order(Hint(HintKind.ORDER, till.buy(quantity)))
        assert found is not None
        return found

    def _news(self, order: PlacedOrder, news: News, till: Till, turn: int = 1) -> Telling:
        (part,) = order.parts
        return Telling(
            key=f"ful_contract/{turn}/{news.value}",
            news=news,
            order=order.external_id,
            part=part.external_id,
            at=till.now(),
            lines=tuple(ToldLine(line.external_id, line.quantity) for line in part.lines),
        )

    def test_an_order_that_never_was_is_none(self, till: Till) -> None:
        assert till.platform.order(Hint(HintKind.ORDER, self.nobody)) is None

    def test_an_order_is_owed_by_one_part_with_all_its_pieces(self, till: Till) -> None:
        found = self._bought(till, 2)

        (part,) = found.parts
        assert (found.owed, part.handing_over, part.closed) == (True, HandingOver.PICKUP, False)
        assert [(line.quantity, line.refunded) for line in part.lines] == [(2, 0)]

    def test_an_order_at_rest_reads_the_same_twice(self, till: Till) -> None:
        first = self._bought(till)

        assert till.platform.order(Hint(HintKind.ORDER, first.external_id)) == first

    def test_what_changed_is_found_without_a_webhook(self, till: Till) -> None:
        first, second = self._bought(till), self._bought(till)

        found = list(till.platform.orders(till.now() - timedelta(hours=1)))

        assert [each.external_id for each in found] == [first.external_id, second.external_id]

    def test_what_did_not_change_is_not_read_again(self, till: Till) -> None:
        self._bought(till)

        assert list(till.platform.orders(till.now() + timedelta(hours=1))) == []

    def test_what_was_handed_over_is_closed(self, till: Till) -> None:
        order = self._bought(till)

        till.platform.tell(self._news(order, News.HANDED_OVER, till))

        found = till.platform.order(Hint(HintKind.ORDER, order.external_id))
        assert found is not None
        assert found.parts[0].closed

    @pytest.mark.parametrize("news", [each for each in News if "RESERVED" not in each.value])
    def test_telling_twice_is_telling_once(self, till: Till, news: News) -> None:
        order = self._bought(till)
        till.platform.tell(self._news(order, news, till))
        once = till.shown(order.external_id)

        till.platform.tell(self._news(order, news, till))

        assert till.shown(order.external_id) == once

    def test_a_whole_life_told_twice_ends_the_same(self, till: Till) -> None:
        order = self._bought(till)
        life = [
            self._news(order, news, till, turn)
            for turn, news in enumerate((News.PREPARED, News.HANDED_OVER))
        ]
        for telling in life:
            till.platform.tell(telling)
        once = till.shown(order.external_id)

        for telling in life:
            till.platform.tell(telling)

        assert till.shown(order.external_id) == once

    def test_news_of_an_order_that_is_not_there_is_rejected(self, till: Till) -> None:
        telling = Telling("ful_x/1/HANDED_OVER", News.HANDED_OVER, self.nobody, self.nobody)

        with pytest.raises(PlatformRejected):
            till.platform.tell(telling)

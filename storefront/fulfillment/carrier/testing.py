# ruff: noqa: S101, D102
"""What every carrier must pass before a store may rely on it: inherit, and hand one in."""

from collections.abc import Iterator

import pytest

from connector.model.errors import BadSignature, PlatformError
from storefront.fulfillment.carrier.carrier import Carrier, Response, Wish
from storefront.fulfillment.job.job import JobState


class Recorded:
    """Plays recorded answers in their turn, and keeps what was asked."""

    def __init__(self, answers: dict[str, Response]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, bytes]] = []

    def __call__(self, request: object) -> Response:
        method, url = getattr(request, "method", ""), getattr(request, "url", "")
        self.asked.append((f"{method} {url}", getattr(request, "body", None) or b""))
        key = next((each for each in self.answers if f"{method} {url}".endswith(each)), None)
        return Response(404, b"{}") if key is None else self.answers[key]


class CarrierContract:
    """The suite; a subclass gives `carrier`, `wire`, `wish`, and messages of theirs.

    `wire` answers well to every call. `message` is a signed message that the delivery was made,
    `odd_message` one in a state that nobody knows, `forged` one that others signed.
    """

    now = 1_800_000_000_000
    message: tuple[dict[str, str], bytes]
    odd_message: tuple[dict[str, str], bytes]
    forged: tuple[dict[str, str], bytes]

    @pytest.fixture
    def wire(self) -> Iterator[Recorded]:
        """Yield the line to the carrier under test."""
        raise TypeError("Give a `wire` fixture: the contract is for yours.")

    @pytest.fixture
    def carrier(self) -> Iterator[Carrier]:
        """Yield the carrier under test, on that line."""
        raise TypeError("Give a `carrier` fixture: the contract is for yours.")

    @pytest.fixture
    def wish(self) -> Iterator[Wish]:
        """Yield a delivery to be made, to somebody with a whole name, telephone and code."""
        raise TypeError("Give a `wish` fixture: the contract is for yours.")

    def test_a_quote_names_a_price_in_minor_units(self, carrier: Carrier, wish: Wish) -> None:
        quote = carrier.quote(wish, self.now)

        assert quote.fee.amount > 0
        assert len(quote.fee.currency) == 3

    def test_a_quote_names_nobody(self, carrier: Carrier, wire: Recorded, wish: Wish) -> None:
        carrier.quote(wish, self.now)

        sent = wire.asked[-1][1].decode()
        names = [word for word in wish.contact.name.split() if len(word) > 2]
        private = (wish.contact.phone, wish.contact.email, wish.contact.door_code)
        assert not [each for each in (*names, *private) if each and each in sent]

    def test_an_order_tells_no_family_name_no_notes_and_no_code(
        self, carrier: Carrier, wire: Recorded, wish: Wish
    ) -> None:
        carrier.create(wish, carrier.quote(wish, self.now), self.now)

        sent = wire.asked[-1][1].decode()
        who = wish.contact
        private = (who.name.split()[-1], who.email, who.notes, who.door_code)
        assert not [each for each in private if each and each in sent]

    def test_the_same_job_twice_is_one_delivery(self, carrier: Carrier, wish: Wish) -> None:
        quote = carrier.quote(wish, self.now)

        first, second = (carrier.create(wish, quote, self.now) for _ in range(2))

        assert first.carrier_id == second.carrier_id

    def test_both_orders_of_one_job_carry_the_same_key(
        self, carrier: Carrier, wire: Recorded, wish: Wish
    ) -> None:
        quote = carrier.quote(wish, self.now)
        wire.asked.clear()

        carrier.create(wish, quote, self.now)
        carrier.create(wish, quote, self.now)

        assert wire.asked[0] == wire.asked[-1]
        assert wish.job.id.rpartition("_")[2] in wire.asked[0][1].decode()

    def test_a_delivery_stands_in_a_state_of_ours(self, carrier: Carrier, wish: Wish) -> None:
        made = carrier.create(wish, None, self.now)

        assert carrier.status(made.carrier_id).state in set(JobState)

    def test_calling_off_twice_changes_nothing(self, carrier: Carrier, wish: Wish) -> None:
        made = carrier.create(wish, None, self.now)

        first, second = (carrier.cancel(made.carrier_id, "customer") for _ in range(2))

        assert first == second

    def test_a_message_tells_the_job_and_its_state(self, carrier: Carrier, wish: Wish) -> None:
        news = carrier.webhook(*self.message)

        assert (news.job_id, news.state) == (wish.job.id, JobState.DELIVERED)

    def test_the_same_message_has_the_same_id(self, carrier: Carrier) -> None:
        assert carrier.webhook(*self.message).event_id == carrier.webhook(*self.message).event_id

    def test_a_state_that_nobody_knows_is_kept_raw(self, carrier: Carrier) -> None:
        news = carrier.webhook(*self.odd_message)

        assert (news.state, bool(news.source_state)) == (None, True)

    def test_a_forged_message_is_refused(self, carrier: Carrier) -> None:
        with pytest.raises(BadSignature):
            carrier.webhook(*self.forged)

    def test_a_message_without_a_signature_is_refused(self, carrier: Carrier) -> None:
        with pytest.raises(BadSignature):
            carrier.webhook({}, self.message[1])

    @pytest.mark.parametrize("status", [302, 400, 401, 404, 409, 429, 500, 503])
    def test_a_refusal_of_theirs_is_an_error_of_ours(
        self, carrier: Carrier, wire: Recorded, wish: Wish, status: int
    ) -> None:
        wire.answers = {key: Response(status, b"no") for key in wire.answers}

        with pytest.raises(PlatformError):
            carrier.quote(wish, self.now)

    @pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"<html>", b"\xff"])
    def test_an_answer_that_cannot_be_read_is_an_error_of_ours(
        self, carrier: Carrier, wire: Recorded, wish: Wish, body: bytes
    ) -> None:
        wire.answers = {key: Response(200, body) for key in wire.answers}

        with pytest.raises(PlatformError):
            carrier.quote(wish, self.now)

"""A webhook is signed, sent in order and again, and given up where nobody listens."""

import hmac
from base64 import b64decode, b64encode

import pytest

from storefront.fulfillment.store import hooks
from tests.kit.floor.outbox import SECRET, Outbox, Receiver


def test_a_webhook_is_signed_as_standard_webhooks_say(outbox: Outbox, receiver: Receiver) -> None:
    outbox.hook("ful_1", 1)

    outbox.drain()

    (asked,) = receiver.asked
    told = {name.lower(): value for name, value in asked.headers.items()}
    signed = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + asked.body
    made = b64encode(hmac.digest(SECRET, signed, "sha256")).decode()
    assert told["webhook-signature"] == f"v1,{made}"
    assert b64decode(made)
    assert int(told["webhook-timestamp"]) == int(outbox.clock().timestamp())


def test_a_message_keeps_its_id_over_all_tries_and_dates_each(
    outbox: Outbox, receiver: Receiver
) -> None:
    receiver.status = 500
    outbox.hook("ful_1", 1)
    outbox.drain()
    receiver.status = 200

    outbox.pass_by(5)

    times = [each.headers["webhook-timestamp"] for each in receiver.asked]
    assert (len(set(receiver.ids())), len(set(times))) == (1, 2)


def test_a_message_is_tried_at_the_times_of_the_schedule(
    outbox: Outbox, receiver: Receiver
) -> None:
    receiver.status = 500
    outbox.hook("ful_1", 1)
    outbox.drain()
    counts = []

    for seconds in (4, 1, 299, 1, 1799, 1):
        outbox.pass_by(seconds)
        counts.append(len(receiver.asked))

    assert counts == [1, 2, 2, 3, 3, 4]


def test_messages_of_one_order_come_in_the_order_of_its_revisions(
    outbox: Outbox, receiver: Receiver
) -> None:
    receiver.status = 500
    outbox.hook("ful_1", 9)
    outbox.drain()
    outbox.hook("ful_1", 10)
    outbox.drain()
    receiver.status = 200

    for _ in range(3):
        outbox.pass_by(10)

    assert receiver.ids() == [
        "out_ful_1/9/order.packed",
        "out_ful_1/9/order.packed",
        "out_ful_1/10/order.packed",
    ]


def test_a_redirect_is_a_failure_and_is_not_followed(outbox: Outbox, receiver: Receiver) -> None:
    receiver.status = 302
    outbox.hook("ful_1", 1)

    outbox.drain()

    assert (len(receiver.asked), outbox.endpoint().failures) == (1, 1)


def test_success_forgets_the_failures(outbox: Outbox, receiver: Receiver) -> None:
    receiver.status = 500
    outbox.hook("ful_1", 1)
    outbox.drain()
    receiver.status = 200

    outbox.pass_by(5)

    assert outbox.endpoint().failures == 0


def test_an_address_that_says_it_is_gone_is_disabled(outbox: Outbox, receiver: Receiver) -> None:
    receiver.status = 410
    outbox.hook("ful_1", 1)
    outbox.hook("ful_2", 1)

    outbox.pass_by(2)

    assert outbox.endpoint().disabled_at is not None
    assert (len(receiver.asked), set(outbox.states().values())) == (1, {"done"})


@pytest.mark.parametrize("status", [500, 404])
def test_fifteen_failures_in_a_row_disable_an_address(
    outbox: Outbox, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    for number in range(20):
        outbox.hook(f"ful_{number}", 1)

    outbox.drain()

    assert outbox.endpoint().disabled_at is not None
    assert len(receiver.asked) == hooks.MOST_FAILURES


def test_an_address_nobody_answers_at_counts_as_failing(outbox: Outbox) -> None:
    outbox.listen("http://127.0.0.1:9/nobody")
    outbox.hook("ful_1", 1)

    outbox.drain()

    assert (outbox.endpoint().failures, outbox.states()) == (1, {"ful_1/1/order.packed": "waiting"})


def test_a_message_nobody_takes_for_days_is_dead(outbox: Outbox, receiver: Receiver) -> None:
    receiver.status = 500
    outbox.hook("ful_1", 1)

    for _ in range(12):
        outbox.pass_by(86_400)

    assert outbox.states() == {"ful_1/1/order.packed": "dead"}

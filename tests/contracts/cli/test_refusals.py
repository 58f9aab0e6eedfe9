"""What the commands of the shop floor refuse, and what they say to do instead."""

import pytest

from storefront.fulfillment.errors.person import LinkDead
from storefront.fulfillment.store import links
from tests.kit.command import Command
from tests.kit.samples import rich_place

PLACE = rich_place().name


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("centre", "--location", "Nowhere"), "--location"),
        (("-", "--location", PLACE), "CODE"),
        (("centre", "--location", PLACE, "--name", "\t"), "--name"),
        (("centre", "--location", PLACE, "--hours", "Mo-Xx 9-18"), "--hours"),
        (("centre", "--location", PLACE, "--hours", "off"), "--hours"),
        (("centre", "--location", PLACE, "--postcodes", "!!"), "--postcodes"),
    ],
)
def test_a_refusal_names_the_word_of_the_command_to_correct(
    regie: Command, words: tuple[str, ...], option: str
) -> None:
    refused = regie("store", "add", *words)

    assert refused.code == 1
    assert option in refused.err
    assert "save again" not in refused.err


def test_the_last_owner_is_not_closed_before_there_is_another(regie: Command) -> None:
    anna = regie.ok("staff", "add", "anna@example.org", "--role", "owner").split()[0]

    refused = regie("staff", "close", anna)

    assert refused.failed("last_owner")
    assert "regie staff add LOGIN --role owner" in refused.err
    regie.ok("staff", "add", "ben@example.org", "--role", "owner")
    assert regie.ok("staff", "close", anna) == f"{anna} closed"


def test_a_sign_in_link_is_dead_once_its_account_was_closed(regie: Command) -> None:
    regie.ok("staff", "add", "anna@example.org", "--role", "owner")
    ben, *_, link = regie.ok("staff", "add", "ben@example.org").split()

    regie.ok("staff", "close", ben)

    with regie.house() as house, house.database.read() as connection, pytest.raises(LinkDead):
        links.look(connection, links.SIGN_IN, link.rpartition("/")[2], house.floor.now())


def test_nobody_is_entered_for_a_store_that_is_not_there(regie: Command) -> None:
    refused = regie("staff", "add", "anna@example.org", "--store", "sto_nowhere")

    assert refused.failed("store_not_found")
    assert regie.ok("staff", "list") == ""


@pytest.mark.parametrize("words", [("add", "an\udcffna"), ("close", "\udcff"), ("link", "\udcff")])
def test_a_word_that_is_no_text_is_told_so(regie: Command, words: tuple[str, ...]) -> None:
    assert regie("staff", *words).failed("unreadable_text")

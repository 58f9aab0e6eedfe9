"""A courier's phone may ask whether its link still works, before it shows any form."""

import pytest
from werkzeug.test import TestResponse

from storefront.fulfillment.errors.person import LinkDead
from storefront.fulfillment.work import joining
from tests.kit.courier.world import Phone, Yard


def told(answer: TestResponse) -> str:
    assert answer.json
    return str(answer.json["code"])


def test_a_link_that_is_looked_at_is_not_used_up(yard: Yard) -> None:
    link = yard.invitation()

    seen = [Phone(yard).look_at(link).status_code for _ in range(2)]

    assert seen == [204, 204]
    assert Phone(yard).ask_to_join(link).status_code == 200


def test_a_used_an_old_and_an_invented_link_look_the_same(yard: Yard) -> None:
    used, old = yard.invitation(), yard.invitation("Piet")
    Phone(yard).join(used)
    yard.clock.move(days=7, seconds=1)

    seen = [Phone(yard).look_at(link) for link in (used, old, "A" * 22)]

    assert {(it.status_code, told(it)) for it in seen} == {(404, "link_dead")}
    assert [it for it in seen if used in it.text or old in it.text] == []


def test_looking_at_links_is_counted_even_where_they_are_dead(yard: Yard) -> None:
    seen = [Phone(yard).look_at("A" * 22).status_code for _ in range(601)]

    assert seen[-2:] == [404, 429]


def test_a_link_of_another_house_is_dead_here(yard: Yard) -> None:
    link = yard.invitation()

    with yard.floor.write("mer_other") as here, pytest.raises(LinkDead):
        joining.require_open(here, link)

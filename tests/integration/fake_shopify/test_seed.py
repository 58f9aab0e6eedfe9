"""The fake shop is the same shop whenever it starts from the same seed."""

from regie.demo.shopify.testing import Practice


def test_the_same_seed_gives_the_same_shop() -> None:
    one, other = Practice(seed=3).shop, Practice(seed=3).shop

    assert (one.client_secret, one.new_uuid()) == (other.client_secret, other.new_uuid())

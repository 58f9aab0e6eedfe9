"""A preview tells what the agent itself would be told at this moment, and nothing better."""

from pathlib import Path

import pytest

from connector.store.clock import ms
from storefront.disclosure.store import agents, keys
from tests.kit.command import ALL, Command

GRANT = ("grant", "add", "--agent", "Finder", "--preset", "show", "--all-products")


def told(regie: Command) -> tuple[int, str]:
    found = regie("exposure", "preview", "Finder", "--json").json
    return found["products"], found["tier"]


def end_keys(regie: Command, at: int) -> None:
    """Let every key of the agent end at a moment, as a rotation does."""
    with regie.house() as house, house.database.write() as connection:
        (merchant_id,) = connection.exec_driver_sql("SELECT id FROM merchant").scalars()
        found = agents.named(connection, merchant_id, "Finder")
        for key in keys.all_of(connection, merchant_id, found.id):
            keys.end(connection, merchant_id, key.id, at, at - 1)


def test_a_key_that_has_ended_opens_nothing_in_a_preview(regie: Command, key: str) -> None:
    regie.ok(*GRANT)
    with regie.house() as house:
        now = ms(house.clock())

    end_keys(regie, now + 3_600_000)
    assert (told(regie), regie.ask(ALL, key).status_code) == ((2, "contract"), 200)
    end_keys(regie, now - 1)

    assert (told(regie), regie.ask(ALL, key).status_code) == ((0, "claimed"), 401)


@pytest.mark.parametrize("accepted", [True, False])
def test_only_terms_that_go_with_a_key_are_accepted_in_a_preview(
    regie: Command, tmp_path: Path, *, accepted: bool
) -> None:
    (tmp_path / "terms").write_text("Be kind.")
    regie.ok("terms", "publish", str(tmp_path / "terms"))
    key = regie.ok("agent", "add", "Finder", "--contact", "x", "--accepted-terms")
    regie.ok(*GRANT)
    if not accepted:
        with regie.house() as house, house.database.write() as connection:
            connection.exec_driver_sql("UPDATE agent_key SET terms = NULL")

    found = regie("exposure", "preview", "Finder", "--json").json

    code = None if accepted else "terms_required"
    errors = (regie.ask(ALL, key).json or {}).get("errors")
    assert (errors[0]["extensions"]["code"] if errors else None) == found["code"] == code


def test_only_a_grant_that_holds_now_opens_other_queries(
    regie: Command, key: str, tmp_path: Path
) -> None:
    (tmp_path / "query").write_text("{merchant {name}}")
    regie.ok(*GRANT, "--operation", str(tmp_path / "query"))
    regie.ok(*GRANT, "--from", "2200-01-01")

    said = regie.ok("exposure", "preview", "Finder")

    assert regie.ask(ALL, key).status_code == 403
    assert "only by listed queries" in said

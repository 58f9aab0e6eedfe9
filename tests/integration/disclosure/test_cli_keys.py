"""An agent's key, at the command line: it is shown once, rotated and revoked."""

from tests.kit.command import ALL, Command


def test_the_key_alone_goes_to_standard_output(regie: Command, key: str) -> None:
    assert key.startswith("rga_")
    assert len(key.split()) == 1
    (agent,) = regie("agent", "list", "--json").json
    assert (agent["name"], agent["keys"][0]["prefix"]) == ("Finder", key[:12])


def test_a_program_reads_id_and_key_of_a_new_agent(regie: Command) -> None:
    made = regie("agent", "add", "Robot", "--contact", "x", "--json").json

    assert made["agent"].startswith("agt_")
    assert made["key"].startswith("rga_")


def test_a_key_is_never_shown_again(regie: Command, key: str) -> None:
    said = regie.ok("agent", "list") + regie.ok("agent", "list", "--json")

    assert key not in said


def test_a_revoked_agent_is_kept_out(regie: Command, key: str) -> None:
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "full", "--all-products")
    regie.ok("agent", "revoke", "Finder")

    assert regie.ask(ALL, key).status_code == 401
    assert "revoked" in regie.ok("agent", "list")
    assert regie("agent", "revoke", "Finder").failed("agent_revoked")


def test_a_rotated_key_leaves_the_old_one_for_some_days(regie: Command, key: str) -> None:
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "full", "--all-products")

    fresh = regie.ok("agent", "rotate", "Finder")

    assert [regie.ask(ALL, it).status_code for it in (key, fresh)] == [200, 200]
    assert "until" in regie.ok("agent", "list")


def test_a_rotation_may_end_the_old_key_at_once(regie: Command, key: str) -> None:
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "full", "--all-products")

    fresh = regie.ok("agent", "rotate", "Finder", "--days", "0")

    assert [regie.ask(ALL, it).status_code for it in (key, fresh)] == [401, 200]


def test_a_second_rotation_prolongs_no_key(regie: Command, key: str) -> None:
    assert key
    regie.ok("agent", "rotate", "Finder", "--days", "1")
    before = regie("agent", "list", "--json").json[0]["keys"][0]["expires_at"]

    regie.ok("agent", "rotate", "Finder", "--days", "30")

    assert regie("agent", "list", "--json").json[0]["keys"][0]["expires_at"] == before

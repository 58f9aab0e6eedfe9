"""What may stand in the register: an agent that can be reached and is mistaken for no other."""

import pytest

from tests.kit.command import Command

NEW = ("agent", "add", "New", "--no-key", "--contact")
HOME = "https://agents.example"


@pytest.mark.parametrize(
    "claim",
    [
        "Mozilla/5.0",
        "mozilla",
        "Mozilla/5.0 (compatible;",
        "AppleWebKit/537.36 (KHTML, like Gecko)",
        "Chrome/130.0.0.0 Safari/537.36",
        "Windows NT 10.0; Win64; x64",
        "Linux; Android 14",
        "/5.0",
        "Bot",
        "    ",
    ],
)
def test_a_claim_tells_an_agent_from_a_browser(regie: Command, claim: str) -> None:
    done = regie(*NEW, "x", "--claim", claim)

    assert done.failed("bad_agent"), done
    assert "--claim" in done.err


@pytest.mark.parametrize("claim", ["GPTBot", "Mozilla/5.0 FinderBot", "Chrome-Lighthouse"])
def test_a_name_of_ones_own_is_a_claim(regie: Command, claim: str) -> None:
    assert regie(*NEW, "x", "--claim", claim).code == 0


@pytest.mark.parametrize("contact", ["", "  "])
def test_an_agent_has_somebody_behind_it(regie: Command, contact: str) -> None:
    done = regie(*NEW, contact)

    assert done.failed("bad_agent"), done
    assert "--contact" in done.err


@pytest.mark.parametrize("name", ["New ", " New", ""])
def test_a_name_is_written_without_space_around_it(regie: Command, name: str) -> None:
    assert regie("agent", "add", name, "--contact", "x").failed("bad_agent")


@pytest.mark.parametrize(
    "address", ["https://", "https:///keys", "http://agents.example", "https://a@agents.example"]
)
def test_a_directory_has_a_host_and_is_read_safely(regie: Command, address: str) -> None:
    done = regie(*NEW, "x", "--directory", address)

    assert done.failed("bad_agent"), done
    assert "--directory" in done.err


@pytest.mark.parametrize("again", [f"{HOME}/", f"{HOME}:443/keys", "HTTPS://Agents.Example"])
def test_two_agents_never_sign_as_one(regie: Command, again: str) -> None:
    regie.ok("agent", "add", "First", "--contact", "x", "--no-key", "--directory", HOME)

    done = regie(*NEW, "x", "--directory", again)

    assert done.failed("directory_taken"), done
    assert "First" in done.err


def test_the_directory_of_a_revoked_agent_is_free_again(regie: Command) -> None:
    regie.ok("agent", "add", "First", "--contact", "x", "--no-key", "--directory", HOME)
    regie.ok("agent", "revoke", "First")

    assert regie(*NEW, "x", "--directory", HOME).code == 0

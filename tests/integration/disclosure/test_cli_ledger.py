"""The record of answers, read and proven at the command line; and what would go out."""

from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from storefront.disclosure.ledger.verify import Head, is_signed
from tests.kit.command import ALL, Command
from tests.kit.samples import source_id

MUG = source_id("prd", "test", "hafen.example", "1")


@pytest.fixture
def receipts(regie: Command, key: str) -> list[str]:
    """Let the agent ask three times, and a stranger once."""
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "show", "--all-products")
    asked = [regie.ask(ALL, it) for it in (key, key, key, None)]
    return [it.headers.get("Regie-Receipt", "") for it in asked]


def grant(regie: Command, *words: str) -> str:
    return regie.ok("grant", "add", "--agent", "Finder", *words)


def spoil(regie: Command, statement: str) -> None:
    with regie.house() as house, house.ledger.write() as connection:
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER ledger_entry_no_{verb}"))
        connection.execute(text(statement))


def test_a_sound_ledger_verifies(regie: Command, receipts: list[str]) -> None:
    assert len(receipts) == 4
    assert regie.ok("ledger", "verify").endswith("all of them hold")
    assert regie("ledger", "verify", "--json").json["findings"] == []


def test_an_altered_row_is_named_and_the_exit_code_is_one(
    regie: Command, receipts: list[str]
) -> None:
    writer = receipts[1].split('"')[1].split(":")[0]
    row = f"writer = '{writer}' AND seq = 2"
    spoil(regie, "UPDATE ledger_entry SET size = size + 1 WHERE " + row)  # noqa: S608 - our own row

    done = regie("ledger", "verify")

    assert done.code == 1
    assert done.out.splitlines()[0] == f"{writer}:2 was altered"
    assert regie("ledger", "verify", "--json").json["findings"][0]["seq"] == 2


def test_a_receipt_leads_to_its_entry(regie: Command, receipts: list[str]) -> None:
    assert "on record" in regie.ok("ledger", "verify", "--receipt", receipts[0])
    assert regie("ledger", "verify", "--receipt", receipts[0], "--json").json["status"] == 200


def test_a_forged_receipt_leads_nowhere(regie: Command, receipts: list[str]) -> None:
    head, digest = receipts[0].split('hash="')

    done = regie("ledger", "verify", "--receipt", f'{head}hash="{"0" * 64}"')

    assert digest
    assert (done.code, done.out.strip()) == (1, "the ledger has no such answer")


def test_the_newest_entries_are_shown_by_name(regie: Command, receipts: list[str]) -> None:
    assert receipts
    said = regie.ok("ledger", "show", "--agent", "Finder")

    assert len(said.splitlines()) == 3
    assert "Finder  search  answered" in said
    assert "anonymous" in regie.ok("ledger", "show", "--agent", "anonymous")


def test_a_program_reads_what_was_shown(regie: Command, receipts: list[str]) -> None:
    assert receipts
    line = regie.ok("ledger", "show", "--agent", "Finder", "--limit", "1", "--json")

    assert MUG in msgspec.json.decode(line)["shown"]["products"]


def test_a_head_can_be_checked_by_anyone(regie: Command, receipts: list[str]) -> None:
    assert receipts
    first = regie.ok("ledger", "head").splitlines()[0]
    merchant = msgspec.json.decode(first)["merchant_id"]

    head = msgspec.json.decode(first, type=Head)

    assert is_signed(head.public_key, head.signature, merchant, head.writer, head.seq, head.hash)


def test_a_head_is_given_once_and_all_of_them_on_demand(
    regie: Command, receipts: list[str], tmp_path: Path
) -> None:
    assert receipts
    first = regie.ok("ledger", "head", "--output", str(tmp_path / "heads"))
    kept = (tmp_path / "heads").read_text().splitlines()

    assert first == ""
    assert regie("ledger", "head").out == ""
    assert sorted(regie.ok("ledger", "head", "--all").splitlines()) == sorted(kept)


def test_the_register_tells_who_saw_a_product(regie: Command, receipts: list[str]) -> None:
    assert receipts
    said = regie.ok("exposure", "product", "mug-1")

    assert said.startswith(f"{MUG}  Finder  since")
    assert "3 answers" in said
    (line,) = regie("exposure", "product", MUG, "--json").json
    assert "Product.title" in line["fields"]


def test_the_register_tells_what_an_agent_saw(regie: Command, receipts: list[str]) -> None:
    assert receipts
    assert len(regie.ok("exposure", "agent", "Finder").splitlines()) == 2
    assert regie.ok("exposure", "agent", "operator") == ""


def test_a_preview_of_nothing_says_why(regie: Command, key: str) -> None:
    assert key
    said = regie.ok("exposure", "preview", "Finder")

    assert "sees nothing" in said
    assert "(agent_not_admitted)" in said
    assert regie("exposure", "preview", "anonymous", "--json").json["products"] == 0


def test_a_preview_counts_what_would_be_seen(regie: Command, key: str) -> None:
    assert key
    grant(regie, "--preset", "compare", "--product", "mug-1", "--price", "rounded")
    grant(regie, "--preset", "show", "--all-products")

    told = regie("exposure", "preview", "Finder", "--json").json

    assert (told["products"], told["of"], told["tier"]) == (2, 3, "contract")
    parts = {it["products"]: (it["price"], it["stock"], it["stores"]) for it in told["parts"]}
    assert parts == {1: ("rounded", "words", "all"), 2: ("hidden", "hidden", "all")}


def test_a_preview_is_for_a_purpose_and_a_place(regie: Command, key: str) -> None:
    assert key
    grant(regie, "--preset", "show", "--all-products", "--region", "NL")

    def seen(*words: str) -> int:
        found: int = regie("exposure", "preview", "Finder", *words, "--json").json["products"]
        return found

    assert [seen(), seen("--region", "nl"), seen("--region", "DE")] == [0, 2, 0]
    assert seen("--region", "NL", "--purpose", "training") == 0


def test_a_preview_shows_a_product_as_the_agent_would_see_it(regie: Command, key: str) -> None:
    assert key
    grant(regie, "--preset", "show", "--product", "mug-1")

    shown = regie("exposure", "preview", "Finder", "--product", "mug-1").json

    assert shown["title"]
    assert shown["priceRange"] is None
    assert regie("exposure", "preview", "Finder", "--product", "stout").failed("not_shown")


def test_a_preview_agrees_with_the_answer(regie: Command, key: str) -> None:
    grant(regie, "--preset", "show", "--category", "jugs")

    answer = regie.ask(ALL, key).json

    told = regie("exposure", "preview", "Finder", "--json").json
    assert answer
    assert told["products"] == answer["data"]["products"]["totalCount"] == 1
    assert set(answer["extensions"]["withheld"]) <= set(told["parts"][0]["withheld"])


def test_a_preview_leaves_no_trace_in_the_ledger(regie: Command, receipts: list[str]) -> None:
    before = regie("ledger", "verify", "--json").json["entries"]

    regie.ok("exposure", "preview", "Finder")

    assert regie("ledger", "verify", "--json").json["entries"] == before
    assert receipts


def test_an_agent_without_a_key_is_previewed_as_one_that_says_its_name(regie: Command) -> None:
    regie.ok("agent", "add", "Robot", "--contact", "x", "--claim", "Robot", "--no-key")

    assert regie("exposure", "preview", "Robot", "--json").json["tier"] == "claimed"


def test_a_preview_says_that_only_listed_queries_are_open(
    regie: Command, key: str, tmp_path: Path
) -> None:
    assert key
    (tmp_path / "query").write_text(ALL)
    grant(regie, "--preset", "show", "--all-products", "--operation", str(tmp_path / "query"))

    said = regie.ok("exposure", "preview", "Finder")

    assert "sees 2 of 3 products" in said
    assert "only by listed queries" in said


def test_check_tells_about_the_ledger_and_the_search(regie: Command, receipts: list[str]) -> None:
    assert receipts
    found = {it["text"] for it in regie("check", "--json").json if it["name"] == "ledger"}

    assert any("no head yet" in it for it in found)
    assert any("verified by chain only" in it for it in found)
    assert any(it["name"] == "search" for it in regie("check", "--json").json)


def ledger_is_fine(regie: Command) -> bool:
    return all(it["ok"] for it in regie("check", "--json").json if it["name"] == "ledger")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET size = size + 1 WHERE seq = 2",
        "DELETE FROM ledger_entry WHERE seq = 2",
        "UPDATE ledger_end SET mark = x'00'",
    ],
)
def test_check_finds_a_chain_that_does_not_hold(
    regie: Command, receipts: list[str], statement: str
) -> None:
    assert receipts
    assert ledger_is_fine(regie)

    spoil(regie, statement)

    assert not ledger_is_fine(regie)


def test_check_names_a_ledger_that_cannot_be_opened(regie: Command, tmp_path: Path) -> None:
    (tmp_path / "home" / "regie-ledger.sqlite3").write_bytes(b"rubbish" * 10_000)

    done = regie("check", "--json")

    (found,) = [it for it in done.json if it["name"] == "ledger"]
    assert (done.code, found["ok"]) == (1, False)
    assert "regie-ledger.sqlite3" in found["text"]


def test_check_finds_files_that_everybody_can_read(regie: Command, tmp_path: Path) -> None:
    files = sorted((tmp_path / "home").glob("*.sqlite3*"))
    assert files
    assert {it.stat().st_mode & 0o777 for it in files} == {0o600}

    (tmp_path / "home" / "regie.sqlite3").chmod(0o644)

    bad = [it for it in regie("check", "--json").json if it["name"] == "files" and not it["ok"]]
    assert "chmod 600" in bad[0]["text"]

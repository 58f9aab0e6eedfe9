"""The record of answers, read and proven at the command line; and what would go out."""

from pathlib import Path

import msgspec
import pytest

from connector.store import merchants
from storefront.disclosure.ledger.verify import Head, is_signed
from storefront.disclosure.store import terms
from tests.kit.command import ALL, Command
from tests.kit.samples import source_id

MUG = source_id("prd", "test", "hafen.example", "1")


def grant(regie: Command, *words: str) -> str:
    return regie.ok("grant", "add", "--agent", "Finder", *words)


def test_a_sound_ledger_verifies(regie: Command, receipts: list[str]) -> None:
    assert len(receipts) == 4
    assert regie.ok("ledger", "verify").endswith("all of them hold")
    assert regie("ledger", "verify", "--json").json["findings"] == []


def test_a_receipt_leads_to_its_entry(regie: Command, receipts: list[str]) -> None:
    assert "on record" in regie.ok("ledger", "verify", "--receipt", receipts[0])
    assert regie("ledger", "verify", "--receipt", receipts[0], "--json").json["status"] == 200


def test_a_forged_receipt_leads_nowhere(regie: Command, receipts: list[str]) -> None:
    head, digest = receipts[0].split('hash="')

    done = regie("ledger", "verify", "--receipt", f'{head}hash="{"0" * 64}"')

    assert digest
    assert (done.code, done.out.strip()) == (1, "the ledger has no such answer")


def test_a_receipt_with_other_terms_than_were_published_leads_nowhere(
    regie: Command, key: str
) -> None:
    assert key
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "show", "--all-products")
    with regie.house() as house, house.database.write() as connection:
        published = terms.publish(connection, merchants.first(connection).id, "Be kind.", 0)  # type: ignore[union-attr]  # it is there
    receipt = regie.ask(ALL, regie.ok("key", "create")).headers["Regie-Receipt"]
    assert published.digest in receipt

    assert regie("ledger", "verify", "--receipt", receipt).code == 0
    forged = receipt.replace(published.digest, "0" * 64)

    done = regie("ledger", "verify", "--receipt", forged)

    assert (done.code, done.out.strip()) == (1, "the ledger has no such answer")


def test_a_receipt_under_terms_that_nobody_knows_says_so(
    regie: Command, receipts: list[str]
) -> None:
    receipt = f'{receipts[0]}, terms=7, terms-digest="{"0" * 64}"'

    done = regie("ledger", "verify", "--receipt", receipt)

    assert (done.code, done.err.strip()) == (1, "no terms 7 were published here")


def test_a_receipt_tells_a_program_what_was_shown(regie: Command, receipts: list[str]) -> None:
    told = regie("ledger", "verify", "--receipt", receipts[0], "--json").json

    assert MUG in told["shown"]["products"]
    assert "Product.title" in told["shown"]["fields"]


def test_all_entries_are_handed_over_chain_by_chain_in_order(
    regie: Command, receipts: list[str]
) -> None:
    lines = regie.ok("ledger", "show", "--all", "--json").splitlines()

    told = [msgspec.json.decode(it) for it in lines]
    assert [(it["writer"], it["seq"]) for it in told] == sorted(
        (it["writer"], it["seq"]) for it in told
    )
    places = {f'entry="{it["writer"]}:{it["seq"]}"' for it in told}
    assert places >= {it.split(",")[0] for it in receipts}
    assert len(told) == regie("ledger", "verify", "--json").json["entries"]
    mine = regie.ok("ledger", "show", "--all", "--agent", "Finder").splitlines()
    assert len(mine) == 3


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

    assert is_signed(
        head.public_key, head.signature, merchant, head.writer, head.seq, head.hash, head.at
    )


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


def test_what_an_agent_saw_goes_on_where_it_was_cut(
    regie: Command, receipts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert receipts
    first, second = regie.ok("exposure", "agent", "Finder").splitlines()
    monkeypatch.setattr("regie.cli.exposure._MOST", 1)

    cut = regie("exposure", "agent", "Finder")

    last = first.split()[0]
    assert (cut.out.splitlines(), f"--after {last}" in cut.err) == ([first], True)
    rest = regie("exposure", "agent", "Finder", "--after", last)
    assert (rest.out.splitlines(), rest.err) == ([second], "")


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

"""A shop owner lets agents in, at the command line."""

from hashlib import sha256
from pathlib import Path

import pytest
from msgspec import structs

from connector.store.product import writer
from connector.store.product.change import Change, Scope
from tests.conftest import NOON
from tests.kit.command import ALL, Command
from tests.kit.samples import place, product

MUG = "mug-1"
STORE = place().id
STOUT = "stout"  # may not be shown to anyone


def titles(regie: Command, key: str, **headers: str) -> set[str]:
    answer = regie.ask(ALL, key, **headers)
    assert answer.json
    return {it["title"] for it in answer.json["data"]["products"]["nodes"]}


def test_a_new_agent_sees_nothing(regie: Command, key: str) -> None:
    assert regie.ask(ALL, key).status_code == 403


def test_a_preset_opens_the_shop(regie: Command, key: str) -> None:
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "full", "--all-products")

    assert len(titles(regie, key)) == 2


def test_a_revoked_grant_shows_nothing(regie: Command, key: str) -> None:
    grant = regie.ok("grant", "add", "--agent", "Finder", "--preset", "show", "--all-products")
    regie.ok("grant", "revoke", grant)

    assert regie.ask(ALL, key).status_code == 403
    assert regie("grant", "revoke", grant).failed("no_grant")


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        (("--product", MUG), 1),
        (("--product", MUG, "--product", STOUT), 1),
        (("--category", "jugs"), 1),
        (("--connection", "hafen.example"), 2),
        (("--connection", "con_1", "--without-category", "jugs"), 1),
        (("--all-products", "--without-product", MUG), 1),
        (("--all-products", "--without-connection", "con_1"), 0),
        (("--tag", "no such tag"), 0),
    ],
)
def test_a_grant_tells_how_many_products_it_holds(
    regie: Command, key: str, chosen: tuple[str, ...], count: int
) -> None:
    assert key
    done = regie("grant", "add", "--agent", "Finder", "--preset", "compare", *chosen)

    assert done.code == 0
    assert f"holds {count} product" in done.err


def test_a_grant_field_by_field(regie: Command, key: str) -> None:
    words = ("--field", "description", "--field", "stock", "--stock", "exact")
    regie.ok("grant", "add", "--agent", "Finder", *words, "--product", MUG)

    (grant,) = regie("grant", "list", "--json").json
    assert (grant["fields"], grant["stock"]) == (["description", "stock"], "exact")
    assert titles(regie, key) == {product(1).title}


def test_a_grant_is_told_in_words(regie: Command, key: str) -> None:
    assert key
    regie.ok(
        "grant", "add", "--agent", "Finder", "--preset", "compare", "--all-products",
        "--without-tag", "secret", "--price", "rounded", "--region", "nl", "--until", "2030-01-01",
    )  # fmt: skip

    said = regie.ok("grant", "list")

    assert "Finder, with a key, sees all products, but not of tag secret" in said
    assert "prices (rounded), stock in words, all stores" in said
    assert "to search and to compare; in NL; until 2030-01-01 00:00:00Z" in said


def test_what_is_kept_back_is_told(regie: Command, key: str) -> None:
    assert key
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "show", "--all-products")

    assert "kept back: prices and stock" in regie.ok("grant", "list")


@pytest.mark.parametrize("by_name", [True, False])
def test_a_grant_may_be_limited_to_a_store(regie: Command, key: str, by_name: bool) -> None:  # noqa: FBT001
    assert key
    words = ("--preset", "show", "--all-products", "--store", place().name if by_name else STORE)
    done = regie("grant", "add", "--agent", "Finder", *words)

    (grant,) = regie("grant", "list", "--json").json
    assert (done.code, grant["stores"]) == (0, [STORE])


def test_a_listed_query_is_printed_by_its_hash(regie: Command, key: str, tmp_path: Path) -> None:
    file = tmp_path / "query.graphql"
    file.write_bytes(ALL.encode() + b"\r\n")

    done = regie(
        "grant", "add", "--agent", "Finder", "--preset", "full", "--all-products",
        "--operation", str(file),
    )  # fmt: skip

    assert sha256(file.read_bytes()).hexdigest() in done.err
    assert regie.ask(file.read_bytes().decode(), key).status_code == 200
    assert regie.ask("{merchant {name}}", key).json["errors"][0]["extensions"]["code"] == (  # type: ignore[index]
        "operation_not_allowed"
    )


def test_terms_are_published_shown_and_accepted(regie: Command, key: str, tmp_path: Path) -> None:
    regie.ok("grant", "add", "--agent", "Finder", "--preset", "full", "--all-products")
    (tmp_path / "terms.md").write_text("Be kind.\n")

    said = regie.ok("terms", "publish", str(tmp_path / "terms.md"))

    digest = sha256(b"Be kind.\n").hexdigest()
    assert said == f"version 1, {digest}"
    assert regie("terms", "show").out == "Be kind.\n"
    assert regie("terms", "show", "--json").json["digest"] == digest
    assert regie.ask(ALL, key).status_code == 403
    regie.ok("agent", "accept", "Finder")
    assert digest in regie.ask(ALL, key).headers["Regie-Receipt"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("agent", "revoke", "Nobody"), "no_agent"),
        (("agent", "rotate", "Nobody"), "no_agent"),
        (("agent", "accept", "Finder"), "no_terms"),
        (("agent", "add", "Finder", "--contact", "x"), "agent_exists"),
        (("agent", "add", "operator", "--contact", "x"), "bad_agent"),
        (("agent", "add", " ", "--contact", "x"), "bad_agent"),
        (("agent", "add", "New", "--contact", "x", "--claim", "M"), "bad_agent"),
        (("agent", "add", "New", "--contact", "x", "--directory", "http://x"), "bad_agent"),
        (("agent", "add", "New", "--contact", "x", "--accepted-terms"), "no_terms"),
        (("terms", "show"), "no_terms"),
        (("ledger", "show", "--agent", "Nobody"), "no_agent"),
        (("ledger", "verify", "--receipt", "nonsense"), "bad_receipt"),
        (("exposure", "agent", "Nobody"), "no_agent"),
        (("exposure", "product", "nothing"), "no_product"),
        (("exposure", "preview", "Nobody"), "no_agent"),
        (("exposure", "preview", "Finder", "--region", "XX"), "bad_region"),
        (("exposure", "preview", "Finder", "--product", "nothing"), "no_product"),
        (("exposure", "preview", "Finder", "--product", MUG), "agent_not_admitted"),
    ],
)
def test_what_cannot_be_is_one_clear_error(
    regie: Command, key: str, words: tuple[str, ...], code: str
) -> None:
    assert key
    done = regie(*words)

    assert done.failed(code), done


GRANT = ("grant", "add", "--agent", "Finder")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((*GRANT[:2], "--agent", "Nobody", "--preset", "full", "--all-products"), "no_agent"),
        ((*GRANT, "--field", "price", "--all-products"), "safety_withheld"),
        ((*GRANT, "--preset", "full"), "bad_grant"),
        ((*GRANT, "--all-products"), "bad_grant"),
        ((*GRANT, "--preset", "full", "--all-products", "--tag", "gift"), "bad_grant"),
        ((*GRANT, "--preset", "full", "--all-products", "--product", MUG), "bad_grant"),
        ((*GRANT[:2], "--preset", "full", "--all-products"), "bad_grant"),
        ((*GRANT, "--preset", "full", "--all-products", "--region", "UK"), "bad_region"),
        ((*GRANT, "--preset", "full", "--all-products", "--region", "Holland"), "bad_region"),
        ((*GRANT, "--preset", "full", "--all-products", "--until", "2001-01-01"), "bad_grant"),
        ((*GRANT, "--preset", "full", "--product", "nothing"), "no_product"),
        ((*GRANT, "--preset", "full", "--connection", "nothing"), "no_connection"),
        ((*GRANT, "--preset", "full", "--all-products", "--store", "nothing"), "no_store"),
        ((*GRANT, "--preset", "full", "--all-products", "--operation", "BAD"), "bad_grant"),
        ((*GRANT, "--preset", "full", "--all-products", "--operation", "BYTES"), "unreadable_text"),
    ],
)
def test_a_grant_that_cannot_stand_is_one_clear_error(
    regie: Command, key: str, words: tuple[str, ...], code: str, tmp_path: Path
) -> None:
    assert key
    (tmp_path / "BAD").write_text("{ products")
    (tmp_path / "BYTES").write_bytes(b"\xff\xfe{")
    places = {name: str(tmp_path / name) for name in ("BAD", "BYTES")}

    done = regie(*(places.get(it, it) for it in words))

    assert done.failed(code), done
    assert regie("grant", "list", "--json").json == []


@pytest.mark.parametrize(("text", "code"), [(b" \n", "empty_terms"), (b"\xff", "unreadable_text")])
def test_terms_without_a_text_are_refused(
    regie: Command, tmp_path: Path, text: bytes, code: str
) -> None:
    (tmp_path / "terms").write_bytes(text)

    assert regie("terms", "publish", str(tmp_path / "terms")).failed(code)


def test_wrong_usage_has_code_two(regie: Command) -> None:
    assert regie("grant", "add", "--preset", "everything").code == 2
    assert regie("agent", "rotate", "Finder", "--days", "-1").code == 2


def test_a_handle_of_two_shops_must_be_told_by_its_id(regie: Command, key: str) -> None:
    assert key
    twin = structs.replace(product(50), handle=MUG)
    with regie.house() as house, house.database.write() as connection:
        change = Change("50", b"x" * 16, twin, NOON)
        writer.apply(connection, Scope("mer_1", "con_2"), [change], {STORE: place()}, NOON)

    done = regie("grant", "add", "--agent", "Finder", "--preset", "show", "--product", MUG)

    assert done.failed("ambiguous_name")
    assert twin.id in done.err
    words = ("--preset", "show", "--product", twin.id)
    assert regie("grant", "add", "--agent", "Finder", *words).code == 0


def test_a_grant_for_a_revoked_agent_is_refused(regie: Command, key: str) -> None:
    assert key
    regie.ok("agent", "revoke", "Finder")
    words = ("--preset", "show", "--all-products")

    assert regie("grant", "add", "--agent", "Finder", *words).failed("agent_revoked")
    assert regie("agent", "rotate", "Finder").failed("agent_revoked")


def test_nothing_is_told_to_stand_where_nothing_is_granted(regie: Command) -> None:
    done = regie("grant", "list")

    assert (done.code, done.out) == (0, "")
    assert "nothing is granted" in done.err

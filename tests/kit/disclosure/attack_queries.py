"""Queries that want too much, and the codes that may answer them; None stands for data."""

INNER = (
    "variants {id price {amount} inventory {available store {name}} offers {price {amount}}} "
    "media {url}"
)


def bomb(levels: int) -> str:
    parts = [f"fragment F{n} on Merchant {{...F{n + 1} ...F{n + 1}}}" for n in range(levels)]
    return "{merchant {...F0}} " + " ".join(parts) + f" fragment F{levels} on Merchant {{x: id}}"


def aliased(count: int, inner: str) -> str:
    return "{" + " ".join(f"a{n}: {inner}" for n in range(count)) + "}"


PAGE = "products(first: 100) {nodes {id}}"
GROUPS = ", ".join(
    f'{{key: "k{n}", values: [{", ".join(f"{chr(34)}v{v}{chr(34)}" for v in range(20))}]}}'
    for n in range(20)
)
WIDE = " ".join(f"a{n}: fields {{args {{type {{name}}}}}}" for n in range(15))
ATTACKS: dict[str, tuple[str, set[str | None]]] = {
    "101 aliases": (aliased(101, "__typename"), {"query_too_large"}),
    "20 aliases on a list": (aliased(20, "products(first: 1) {totalCount}"), {"query_too_large"}),
    "15 aliases of a whole page": (
        aliased(15, f"products(first: 100) {{nodes {{id {INNER}}}}}"),
        {"query_too_costly"},
    ),
    "15 aliases of a thin page": (aliased(15, PAGE), {None}),
    "a field 500 times": ("{" + "__typename " * 500 + "}", {None}),
    "a field 1000 times": ("{" + "__typename " * 1000 + "}", {"graphql_syntax"}),
    "overlapping fields with arguments": (
        "{" + 'product(id: "x") {id} ' * 90 + "}",
        {None, "query_too_large"},
    ),
    "overlapping fields with other arguments": (
        "{" + " ".join(f'product(id: "{n}") {{id}}' for n in range(90)) + "}",
        {"graphql_invalid"},
    ),
    "overlapping fields in fragments": (
        "{" + "...A " * 150 + "} fragment A on Query {" + 'product(id: "x") {id} ' * 60 + "}",
        {None, "query_too_large"},
    ),
    "known directives": ("{" + "__typename @skip(if: false) " * 60 + "}", {"query_too_large"}),
    "unknown directives": ("{__typename " + "@a " * 490 + "}", {"graphql_invalid"}),
    "ten unknown directives": ("{__typename " + "@aa" * 10 + "}", {"graphql_invalid"}),
    "nesting": ("{merchant {" + "shops {" * 3000 + "id" + "}" * 3002, {"query_too_large"}),
    "braces": ("{" * 14_000, {"graphql_syntax"}),
    "brackets": ("{products(filter: " + "[" * 900, {"graphql_syntax"}),
    "nested values": (
        "{products(filter: {attributes: " + "[" * 400 + "]" * 400 + "}) {totalCount}}",
        {"graphql_syntax"},
    ),
    "nested types": (
        "query ($x: " + "[" * 400 + "ID" + "]" * 400 + ") {__typename}",
        {"graphql_syntax"},
    ),
    "circular fragments": (
        "{merchant {...A}} fragment A on Merchant {...B} fragment B on Merchant {...A}",
        {"graphql_invalid"},
    ),
    "a fragment that holds itself": (
        "{...A} fragment A on Query {...A}",
        {"graphql_invalid"},
    ),
    "a fragment bomb": (bomb(18), {"query_too_large"}),
    "ten million items": ("{products(first: 10000000) {nodes {id}}}", {"bad_page_size"}),
    "nested pages": (
        f"{{changes(first: 100) {{nodes {{product {{{INNER} {INNER}}}}}}}}}",
        {None, "query_too_costly"},
    ),
    "a text that matches everything": (
        '{products(first: 100, filter: {text: "mug"}, sort: RELEVANCE) {totalCount nodes {id}}}',
        {None},
    ),
    "single letters": (
        '{products(first: 100, filter: {text: "b m e a"}, sort: RELEVANCE) {totalCount}}',
        {None, "bad_filter"},
    ),
    "a text of 2000 words": (
        f'{{products(filter: {{text: "{"mug " * 2000}"}}) {{totalCount}}}}',
        {"bad_filter"},
    ),
    "operators in a text": (
        '{products(filter: {text: "mug* OR NEAR(a b) -\\" col:x %_ & | ! ( <-> :*"}) {totalCount}}',
        {None},
    ),
    "an unknown currency": (
        '{products(filter: {price: {currency: "XXX", max: 9}}) {totalCount}}',
        {None},
    ),
    "a currency that is none": (
        '{products(filter: {price: {currency: "eu\' OR 1=1", max: 9}}) {totalCount}}',
        {"bad_filter"},
    ),
    "20 groups of 20 values": (
        f"{{products(filter: {{attributes: [{GROUPS}]}}) {{totalCount}}}}",
        {None, "graphql_syntax"},
    ),
    "21 groups": (
        "{products(filter: {attributes: ["
        + '{key: "a", values: ["b"]}, ' * 21
        + "]}) {totalCount}}",
        {"bad_filter"},
    ),
    "nested introspection": (
        "{__schema {types {fields {type {fields {type {fields {name}}}}}}}}",
        {"graphql_invalid"},
    ),
    "wide introspection": (
        "{__schema {types {" + WIDE + "}}}",
        {"query_too_costly"},
    ),
    "a long number": ("{products(first: " + "9" * 5000 + ") {totalCount}}", {"graphql_invalid"}),
    "a long name": ("{" + "a" * 14_000 + "}", {"graphql_invalid"}),
    "a mutation": ("mutation {erase}", {"bad_graphql_request"}),
    "a subscription": ("subscription {news}", {"bad_graphql_request"}),
    "many operations": (
        " ".join(f"query Q{n} {{__typename}}" for n in range(150)),
        {"bad_graphql_request"},
    ),
    "many variables": (
        "query (" + " ".join(f"$v{n}: Int" for n in range(200)) + ") {__typename}",
        {"graphql_invalid"},
    ),
    "a byte order mark": ("\ufeff{__typename}", {None}),
    "no characters": ("", {"graphql_syntax"}),
    "zero bytes": ("{\x00}", {"graphql_syntax"}),
    "a zero byte in a value": (
        '{product(handle: "a\\u0000b") {id}}',
        {"bad_lookup"},
    ),
    "half a character in a value": ('{product(handle: "\\ud800") {id}}', {"graphql_syntax"}),
    "a comment": ("#" * 14_000 + "\n{__typename}", {None}),
    "commas": ("," * 14_900 + "{__typename}", {None}),
    "a block string": ('{product(handle: """' + "\n" * 14_000 + '""") {id}}', {"bad_lookup", None}),
}  # fmt: skip


def nested(levels: int) -> str:
    return "{merchant {" + "shops {" * levels + "id" + "}" * levels + "}}"

"""Reading lists: which filters the shop knows, how it sorts, and how it pages."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from regie.demo.woocommerce.call import Answer, Call
from regie.demo.woocommerce.chance import roll
from regie.demo.woocommerce.errors import WrongParam, invalid_params, not_in, wrong_type
from regie.demo.woocommerce.text import DATE_TIME, HOME, Json, as_list, page_link

if TYPE_CHECKING:
    from regie.demo.woocommerce.state import Shop

MOST_PER_PAGE = 100
LIST_PARAMS = frozenset({"include", "exclude", "include_status", "exclude_status", "parent"})
DATE_PARAMS = ("after", "before", "modified_after", "modified_before")
INTEGERS = ("page", "per_page", "offset")


def check_params(params: Json, enums: dict[str, tuple[str, ...]]) -> None:
    """Refuse a call whose parameters cannot be read, naming all of them."""
    wrong: dict[str, WrongParam] = {}
    for name, value in params.items():
        found = _finding(name, value, enums)
        if found:
            wrong[name] = found
    if wrong:
        raise invalid_params(wrong)


def _finding(name: str, value: object, enums: dict[str, tuple[str, ...]]) -> WrongParam | None:
    text = str(value)
    if name in INTEGERS:
        return _integer_finding(name, text)
    if name in DATE_PARAMS and not DATE_TIME.match(text):
        return WrongParam("rest_invalid_date", "Invalid date.")
    allowed = enums.get(name)
    if allowed:
        parts = as_list(value) if name in LIST_PARAMS else [text]
        if any(part not in allowed for part in parts):
            return not_in(name, allowed)
    return None


def _integer_finding(name: str, text: str) -> WrongParam | None:
    if not text.lstrip("-").isdigit():
        return wrong_type(name, "integer")
    if name == "per_page" and not 1 <= int(text) <= MOST_PER_PAGE:
        bounds = f"between 1 (inclusive) and {MOST_PER_PAGE} (inclusive)"
        return WrongParam("rest_out_of_bounds", f"{name} must be {bounds}")
    if name == "page" and int(text) < 1:
        return WrongParam("rest_out_of_bounds", "page must be greater than or equal to 1")
    return None


def sort_items(
    shop: "Shop",
    call: Call,
    items: Iterable[Json],
    keys: dict[str, Callable[[Json], Any]],
) -> list[Json]:
    """Sort as asked, by date and newest first unless told; ties fall as the database pleases."""
    falling = call.params.get("order", "desc") == "desc"
    key = keys[str(call.params.get("orderby", "date"))]

    def luck(item: Json) -> Any:
        if shop.options.shuffle_ties:
            return roll(shop.seed, call.number, item["id"])
        return item["id"]

    by_chance = (
        items if call.params.get("orderby") == "id" else sorted(items, key=luck, reverse=falling)
    )
    return sorted(by_chance, key=key, reverse=falling)


def answer_page(
    call: Call,
    items: list[Json],
    show: Callable[[Json], Json],
    *,
    allow: str = "GET, POST",
) -> Answer:
    """Answer one page; a page beyond the end is empty, not an error."""
    size = int(call.params.get("per_page", 10))
    page = int(call.params.get("page", 1))
    start = int(call.params.get("offset", (page - 1) * size))
    pages = -(-len(items) // size)
    body = [pick_fields(call, show(item)) for item in items[start : start + size]]
    headers = [("X-WP-Total", str(len(items))), ("X-WP-TotalPages", str(pages))]
    return Answer(body, headers=[*headers, *_link_header(call, page, pages)], allow=allow)


def _link_header(call: Call, page: int, pages: int) -> list[tuple[str, str]]:
    params = {
        name: dict(enumerate(as_list(value))) if name in LIST_PARAMS else value
        for name, value in call.params.items()
    }
    url = f"{HOME}{call.path}"
    found = []
    if page > 1:
        found.append(f'<{page_link(url, params, max(1, min(page - 1, pages)))}>; rel="prev"')
    if page < pages:
        found.append(f'<{page_link(url, params, page + 1)}>; rel="next"')
    return [("Link", ", ".join(found))] if found else []


def pick_fields(call: Call, item: Json) -> Json:
    """Keep only the fields the caller asked for."""
    wanted = call.params.get("_fields")
    if not wanted:
        return item
    names = {name.split(".", 1)[0] for name in as_list(wanted)}
    return {name: value for name, value in item.items() if name in names}

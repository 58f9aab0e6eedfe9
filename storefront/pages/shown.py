"""How instants, amounts, names and states stand on a page: in its language, and safe in any text.

Whatever runs in another direction than the text around it, stands in an element of its own.
"""

from collections.abc import Mapping

from markupsafe import Markup, escape

from connector.model.money import Money
from storefront.fulfillment.order.event import Event
from storefront.fulfillment.order.order import SlotWindow
from storefront.pages import texts, words
from storefront.pages.language import Words

_MINUTE_MS = 60_000
_STEPS = {"DISTANCE": "length-meter", "WEIGHT": "mass-gram"}


class Show:
    """The words of one page: `now` is epoch ms, and all instants are."""

    def __init__(self, translations: Words, language: str, now: int) -> None:
        self._words = translations
        self.language = language
        self.now = now

    def say(self, text: str) -> str:
        """Return a text of the code in the page's language."""
        return self._words.gettext(text)

    def bdi(self, value: object) -> Markup:
        """Return a name, number or address that keeps its own direction."""
        return Markup("<bdi>{}</bdi>").format(value)

    def code(self, value: object) -> Markup:
        """Return digits or signs that are read from left to right everywhere."""
        return Markup('<bdi dir="ltr" class="code">{}</bdi>').format(value)

    def clock(self, at: int, zone: str) -> Markup:
        """Return the time of day."""
        return _time(at, words.clock(at, zone, self.language))

    def day(self, at: int, zone: str) -> Markup:
        """Return a date with its weekday."""
        return self.bdi(words.day(at, zone, self.language))

    def date(self, at: int, zone: str) -> Markup:
        """Return a date with its year."""
        return self.bdi(words.whole_date(at, zone, self.language))

    def moment(self, at: int, zone: str) -> Markup:
        """Return date and time; of today only the time."""
        if words.moment(at, zone).date() == words.moment(self.now, zone).date():
            return self.clock(at, zone)
        return Markup("{} {}").format(self.day(at, zone), self.clock(at, zone))

    def window(self, start: int, end: int, zone: str) -> Markup:
        """Return from when until when, with the day where it is not today."""
        hours = Markup('<bdi dir="ltr">{}\N{EN DASH}{}</bdi>').format(
            words.clock(start, zone, self.language), words.clock(end, zone, self.language)
        )
        if words.moment(start, zone).date() == words.moment(self.now, zone).date():
            return hours
        return Markup("{} {}").format(self.day(start, zone), hours)

    def slot(self, slot: SlotWindow) -> Markup:
        """Return the window of an order."""
        return self.window(slot.start_at, slot.end_at, slot.timezone)

    def until(self, at: int) -> Markup:
        """Return how far an instant is from now, in words; less than a minute is now."""
        if abs(at - self.now) < _MINUTE_MS:
            return _time(at, self.say(texts.NOW), ltr=False)
        return _time(at, words.until(at, self.now, self.language), ltr=False)

    def money(self, amount: Money) -> Markup:
        """Return an amount."""
        return self.bdi(words.amount(amount, self.language))

    def minor(self, amount: int, currency: str) -> Markup:
        """Return so many minor units of a currency."""
        return self.money(Money(amount, currency))

    def distance(self, metres: int) -> Markup:
        """Return metres as people say them."""
        if metres < 950:
            near = max(50, round(metres / 50) * 50)
            return self.bdi(words.measure(near, "length-meter", self.language))
        return self.bdi(words.measure(metres / 1000, "length-kilometer", self.language))

    def step(self, component: str, size: int) -> Markup:
        """Return the step of a fee with what it counts: metres, grams, or nothing."""
        unit = _STEPS.get(component)
        return self.bdi(words.measure(size, unit, self.language) if unit else str(size))

    def text(self, several: Mapping[str, str]) -> str:
        """Return a shop's own text in the page's language, else in English, else in any."""
        known = (several.get(self.language), several.get("en"), *several.values())
        return next((one for one in known if one), "")

    def name(self, several: Mapping[str, str]) -> Markup:
        """Return a shop's own name."""
        return self.bdi(self.text(several))

    def word(self, kind: str, value: str) -> str:
        """Return the word for one of our own terms, such as a state; an unknown one as it is."""
        return self.say(texts.TERMS.get(f"{kind}.{value}", value))

    def attention(self, reason: str) -> str:
        """Return why somebody must look; what stands behind a colon is for programs."""
        return self.word("attention", reason.partition(":")[0])

    def event(self, event: Event) -> str:
        """Return what happened, in words."""
        return self.word("event", event.type)

    def actor(self, event: Event) -> str:
        """Return who did it: a role, never a name."""
        return self.word("actor", event.actor.role)


def _time(at: int, text: str, *, ltr: bool = True) -> Markup:
    way = Markup(' dir="ltr"') if ltr else ""
    return Markup('<time datetime="{}"{}>{}</time>').format(words.iso(at), way, escape(text))

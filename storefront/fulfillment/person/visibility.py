"""Who sees which part of a person, and when: one table, and the only way to read a contact."""

from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct

from connector.model.location import Geo
from storefront.fulfillment.person import mask
from storefront.fulfillment.person.contact import Contact

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


class Viewer(Enum):
    """Who looks. HOLDER is the courier who holds the job; COURIER any other.

    MANAGER sees besides what STORE sees what concerns those who work for the merchant.
    """

    CUSTOMER = "CUSTOMER"
    STORE = "STORE"
    MANAGER = "MANAGER"
    HOLDER = "HOLDER"
    COURIER = "COURIER"
    AGENT = "AGENT"
    PUBLIC = "PUBLIC"


class Field(Enum):
    """What there is to see."""

    NAME = "NAME"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ALTERNATE = "ALTERNATE"
    STREET = "STREET"
    AREA = "AREA"
    POINT = "POINT"
    NOTES = "NOTES"
    AGE_RESULT = "AGE_RESULT"
    PROOF = "PROOF"
    COURIER_PLACE = "COURIER_PLACE"
    COURIER_CHECKS = "COURIER_CHECKS"
    COURIER_PHONE = "COURIER_PHONE"


class Phase(Enum):
    """How far the goods are: OPEN until claimed, CARRIED from pick-up, ENDED with the order."""

    OPEN = "OPEN"
    CLAIMED = "CLAIMED"
    CARRIED = "CARRIED"
    ENDED = "ENDED"


class Moment(Enum):
    """A phase, or how long it is over: the columns of the table."""

    OPEN = "OPEN"
    CLAIMED = "CLAIMED"
    CARRIED = "CARRIED"
    HOUR = "HOUR"
    DAY = "DAY"
    FORTNIGHT = "FORTNIGHT"
    LATER = "LATER"


class Sight(Enum):
    """How much: PART is a first name, the end of a number, a street without its number."""

    NONE = "NONE"
    PART = "PART"
    FULL = "FULL"


class When(Struct, frozen=True, rename="camel"):
    """The phase, and when it ended where it did; epoch ms."""

    phase: Phase
    ended_at: int | None = None

    def moment(self, now: int) -> Moment:
        """Return the column of the table."""
        if self.phase is not Phase.ENDED:
            return Moment(self.phase.value)
        over = now - (self.ended_at or 0)
        ends = ((HOUR_MS, Moment.HOUR), (DAY_MS, Moment.DAY), (14 * DAY_MS, Moment.FORTNIGHT))
        return next((each for most, each in ends if over <= most), Moment.LATER)


_N, _P, _F = Sight.NONE, Sight.PART, Sight.FULL


def _row(text: str) -> tuple[Sight, ...]:
    """Read a row: one letter for each moment, `.` none, `p` part, `F` full."""
    return tuple({".": _N, "p": _P, "F": _F}[sign] for sign in text)


ROWS: Mapping[tuple[Viewer, Field], tuple[Sight, ...]] = {
    (Viewer.STORE, Field.NAME): _row("FFFFFF."),
    (Viewer.STORE, Field.PHONE): _row("FFFFFF."),
    (Viewer.STORE, Field.EMAIL): _row("FFFFFF."),
    (Viewer.STORE, Field.ALTERNATE): _row("FFFFFF."),
    (Viewer.STORE, Field.STREET): _row("FFFFFF."),
    (Viewer.STORE, Field.AREA): _row("FFFFFF."),
    (Viewer.STORE, Field.POINT): _row("FFFFFF."),
    (Viewer.STORE, Field.NOTES): _row("FFFFF.."),
    (Viewer.STORE, Field.AGE_RESULT): _row("FFFFFFF"),
    (Viewer.STORE, Field.PROOF): _row("FFFFFFF"),
    (Viewer.STORE, Field.COURIER_PLACE): _row("..F...."),
    (Viewer.STORE, Field.COURIER_CHECKS): _row("FFFFFFF"),
    (Viewer.STORE, Field.COURIER_PHONE): _row(".FF...."),
    (Viewer.MANAGER, Field.COURIER_PHONE): _row("FFFFFFF"),
    (Viewer.HOLDER, Field.NAME): _row("..pp..."),
    (Viewer.HOLDER, Field.PHONE): _row("..pp..."),
    (Viewer.HOLDER, Field.ALTERNATE): _row("..pp..."),
    (Viewer.HOLDER, Field.STREET): _row(".pFF..."),
    (Viewer.HOLDER, Field.AREA): _row("pFFF..."),
    (Viewer.HOLDER, Field.POINT): _row("..FF..."),
    (Viewer.HOLDER, Field.NOTES): _row("..FF..."),
    (Viewer.HOLDER, Field.PROOF): _row("..FF..."),
    (Viewer.COURIER, Field.AREA): _row("p......"),
    (Viewer.CUSTOMER, Field.NAME): _row("FFFFFFF"),
    (Viewer.CUSTOMER, Field.PHONE): _row("FFFFFFF"),
    (Viewer.CUSTOMER, Field.EMAIL): _row("FFFFFFF"),
    (Viewer.CUSTOMER, Field.ALTERNATE): _row("FFFFFFF"),
    (Viewer.CUSTOMER, Field.STREET): _row("FFFFFFF"),
    (Viewer.CUSTOMER, Field.AREA): _row("FFFFFFF"),
    (Viewer.CUSTOMER, Field.POINT): _row("FFFFFFF"),
    (Viewer.CUSTOMER, Field.NOTES): _row("FFFFF.."),
    (Viewer.CUSTOMER, Field.PROOF): _row("FFFFFFF"),
    (Viewer.CUSTOMER, Field.COURIER_PLACE): _row("..p...."),
}
"""By the moments in their order; what is not in it is seen by nobody. AGENT and PUBLIC see nothing.
"""


def sight(field: Field, viewer: Viewer, when: When, now: int) -> Sight:
    """Return how much of the field the viewer may see at this moment."""
    row = ROWS.get((viewer, field))
    return Sight.NONE if row is None else row[list(Moment).index(when.moment(now))]


class Visible(Struct, frozen=True, kw_only=True, rename="camel"):
    """What is left of a contact for one viewer; None is not for him, or not there."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    alternate: str | None = None
    street: str | None = None
    street2: str | None = None
    postcode: str | None = None
    city: str | None = None
    point: Geo | None = None
    notes: str | None = None
    door_code: str | None = None


def visible(contact: Contact, viewer: Viewer, when: When, now: int) -> Visible:
    """Return what the viewer may see of the contact at this moment, and nothing else."""

    def see(field: Field) -> Sight:
        return sight(field, viewer, when, now)

    notes, line = see(Field.NOTES) is _F, contact.address.line1 if contact.address else None
    return Visible(
        name=_shown(see(Field.NAME), contact.name, mask.first_name),
        phone=_shown(see(Field.PHONE), contact.phone, mask.masked_phone),
        email=_shown(see(Field.EMAIL), contact.email, lambda _: ""),
        alternate=_shown(see(Field.ALTERNATE), contact.alternate, mask.first_name),
        street=_shown(see(Field.STREET), line, mask.street),
        street2=contact.address.line2 if contact.address and see(Field.STREET) is _F else None,
        postcode=_postcode(see(Field.AREA), contact),
        city=contact.address.city if contact.address and see(Field.AREA) is not _N else None,
        point=contact.point if see(Field.POINT) is _F else None,
        notes=contact.notes if notes else None,
        door_code=contact.door_code if notes else None,
    )


def _shown(sight_: Sight, text: str | None, masked: Callable[[str], str]) -> str | None:
    if text is None or sight_ is Sight.NONE:
        return None
    return text if sight_ is Sight.FULL else masked(text)


def _postcode(sight_: Sight, contact: Contact) -> str | None:
    address = contact.address
    if address is None or address.postcode is None:
        return None
    country = address.country
    return _shown(sight_, address.postcode, lambda text: mask.postcode_prefix(text, country))

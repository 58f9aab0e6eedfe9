"""From what the shopkeeper set to the slots of a day, right also when clocks are changed."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from storefront.fulfillment.place.hours import DAY_MIN, LAST_MIN, Hours, Weekday
from storefront.fulfillment.place.opening import Opening, openings
from storefront.fulfillment.place.wall import MINUTE_MS, instant, instants, local_date
from storefront.fulfillment.slot.load import Load
from storefront.fulfillment.slot.slot import Slot, slot_key
from storefront.fulfillment.slot.template import SlotTemplate

_ONE_DAY = dt.timedelta(days=1)
_SLACK_MIN = 180
"""How much longer than on the wall a slot may last where clocks go forward within it."""


class Counts(Struct, frozen=True):
    """What is stored of a slot: what is sold and held of it, and whether staff closed it."""

    used: Load = Load()
    held: Load = Load()
    blocked: bool = False


class _Span(Struct, frozen=True):
    """A possible slot."""

    start_at: int
    end_at: int
    date: dt.date
    template: SlotTemplate

    def clashes(self, other: "_Span") -> bool:
        """Tell whether the two overlap more than the template's own step makes them."""
        if self.template.id != other.template.id:
            return self.start_at < other.end_at and other.start_at < self.end_at
        apart = min(self.template.step_min, self.template.length_min) * MINUTE_MS
        return abs(self.start_at - other.start_at) < apart


def day_slots(
    templates: Iterable[SlotTemplate], hours: Hours, zone: str, date: dt.date
) -> list[Slot]:
    """Return the slots that begin on a date's page of the calendar, in order.

    Wall-clock starts are gone through; those that do not exist are dropped, those that exist
    twice give two slots. A slot lasts `length_min` real minutes, wholly within one opening. Of
    slots that overlap beyond the step of their template, one stays: the one of the narrower
    scope, then of the lesser template id, then the earlier; and the day before goes first.
    """
    mine = [one for one in templates if one.service is hours.service]
    before = [
        span
        for days in (2, 1)
        for span in _within_day(_reaching(mine, days), hours, zone, date - days * _ONE_DAY)
    ]
    spans = [
        span for span in _within_day(mine, hours, zone, date) if not any(map(span.clashes, before))
    ]
    return [_slot(span, zone) for span in sorted(spans, key=lambda span: span.start_at)]


def coming_slots(
    templates: Sequence[SlotTemplate], hours: Hours, zone: str, now: int, days: int | None = None
) -> list[Slot]:
    """Return the slots that begin after now, as far ahead as each template allows.

    `days` may ask for fewer days than that.
    """
    today = local_date(now, zone)
    horizons = {one.id: one.horizon_days for one in templates}
    furthest = max(horizons.values(), default=0)
    span = furthest if days is None else min(days, furthest)
    return [
        slot
        for ahead in range(-1, span + 1)
        for slot in day_slots(templates, hours, zone, today + ahead * _ONE_DAY)
        if slot.start_at > now and ahead <= horizons[slot.template_id]
    ]


def find_slot(
    templates: Iterable[SlotTemplate], hours: Hours, zone: str, start_at: int, now: int
) -> Slot | None:
    """Return the slot that begins at an instant; None where none does, or not yet on offer."""
    date, known = local_date(start_at, zone), list(templates)
    horizons = {one.id: one.horizon_days for one in known}
    ahead = (date - local_date(now, zone)).days
    for days in (0, 1):
        for slot in day_slots(known, hours, zone, date - days * _ONE_DAY):
            if slot.start_at == start_at and ahead - days <= horizons[slot.template_id]:
                return slot
    return None


def with_counts(slots: Iterable[Slot], stored: Mapping[str, Counts]) -> list[Slot]:
    """Return the slots with what is stored of them by key; nothing stored means nothing taken."""
    return [
        structs.replace(slot, used=found.used, held=found.held, blocked=found.blocked)
        if (found := stored.get(slot.key))
        else slot
        for slot in slots
    ]


def open_to(
    slots: Iterable[Slot],
    tags: Collection[str] = (),
    zone_id: str | None = None,
    group: str | None = None,
) -> list[Slot]:
    """Return the slots that a basket with these tags, to this zone, of this group may use."""
    return [slot for slot in slots if slot.scope.covers(tags, zone_id, group)]


def after_lead(slots: Iterable[Slot], now: int, lead_min: int) -> list[Slot]:
    """Return the slots that begin `lead_min` minutes from now or later: a zone's own lead."""
    return [slot for slot in slots if slot.start_at >= now + lead_min * MINUTE_MS]


def _reaching(templates: Iterable[SlotTemplate], days: int) -> list[SlotTemplate]:
    """Return the templates whose slots may reach into the day that is `days` later."""
    return [one for one in templates if one.to_min > days * DAY_MIN - _SLACK_MIN]


def _within_day(
    templates: Iterable[SlotTemplate], hours: Hours, zone: str, date: dt.date
) -> list[_Span]:
    """Return the slots of one day that stand beside each other."""
    weekday = Weekday.of(date)
    ranked = sorted(
        (one for one in templates if weekday in one.days),
        key=lambda one: (-one.scope.narrowness, one.id),
    )
    if not ranked:
        return []
    since, until = instant(date, 0, zone), instant(date, LAST_MIN + _SLACK_MIN, zone)
    opened = openings(hours, zone, since, until)
    kept: list[_Span] = []
    for span in (span for one in ranked for span in _starts(one, opened, zone, date)):
        if not any(map(span.clashes, kept)):
            kept.append(span)
    return kept


def _starts(
    template: SlotTemplate, opened: Sequence[Opening], zone: str, date: dt.date
) -> Iterator[_Span]:
    """Yield what fits into an opening, in the order of time."""
    last = template.to_min - template.length_min
    minutes = range(template.from_min, last + 1, template.step_min)
    for start in sorted(at for minute in minutes for at in instants(date, minute, zone)):
        end = start + template.length_min * MINUTE_MS
        if any(opens <= start and end <= closes for opens, closes in opened):
            yield _Span(start, end, date, template)


def _slot(span: _Span, zone: str) -> Slot:
    template = span.template
    return Slot(
        key=slot_key(template.store_id, template.service, span.start_at),
        store_id=template.store_id,
        service=template.service,
        start_at=span.start_at,
        end_at=span.end_at,
        cutoff_at=_cutoff_at(span, zone),
        template_id=template.id,
        caps=template.caps,
        price_delta=template.price_delta,
        scope=template.scope,
    )


def _cutoff_at(span: _Span, zone: str) -> int:
    """Return from when on it is too late: the earliest of cut-off, lead and start.

    The wall time of a cut-off counts from the day on which the slot really begins.
    """
    cutoff, lead = span.template.cutoff, span.template.lead_min
    ends = [span.start_at - lead * MINUTE_MS]
    if cutoff.minutes_before is not None:
        ends.append(span.start_at - cutoff.minutes_before * MINUTE_MS)
    if cutoff.day_offset is not None and cutoff.wall_time is not None:
        day = local_date(span.start_at, zone) - cutoff.day_offset * _ONE_DAY
        ends.append(instant(day, cutoff.wall_time, zone))
    return min(ends)

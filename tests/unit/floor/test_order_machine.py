"""Whatever happens to an order, in whatever turn: nothing is lost, and its story is its state."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from connector.model.errors import RegieError
from storefront.fulfillment.order import change, closing, picking, placing
from storefront.fulfillment.order.event import replay
from storefront.fulfillment.order.life import LIFE, OVER
from storefront.fulfillment.order.order import (
    FulfillmentOrder,
    Line,
    Method,
    OrderState,
    SlotWindow,
    Substitution,
)
from storefront.fulfillment.order.picture import Picture, PictureLine
from tests.kit.floor.order_rules import (
    APPLES,
    DAY,
    HOUR,
    MANAGER,
    MILK,
    NOON,
    PEARS,
    RIDER,
    SHOPPER,
    STAFF,
    WINE,
    Story,
    accepted,
    collected,
    fresh,
    line,
    picking_order,
    question,
    ready,
)

IDS = {f"x-l{number}": f"l{number}" for number in range(1, 9)}
LINES = st.sampled_from(["l1", "l2", "l3"])
FEW = st.integers(1, 3)
ACTORS = st.sampled_from([STAFF, MANAGER, SHOPPER, RIDER])
PACK = {"hold_days": 7}
VERBS = st.sampled_from(
    [
        (placing.accept, (), {}),
        (placing.reslot, (SlotWindow(NOON + DAY, NOON + DAY + HOUR, "Europe/Paris"),), {}),
        (placing.look_after, (), {}),
        (picking.start, ("stf_1",), {}),
        (picking.pack, (), PACK),
        (picking.pack_partial, (), PACK | {"allowed": True}),
        (closing.hand_over, (), {}),
        (closing.refuse_age, (), {}),
        (closing.job_delivered, (), {}),
        (closing.job_reopened, (), {}),
        (closing.job_returned, (), {}),
        (closing.extend, (3,), {}),
        (closing.restock, (), {}),
        (closing.refund, (), {}),
    ]
)
USUAL: dict[OrderState, tuple[Any, tuple[Any, ...], dict[str, Any], Any]] = {
    OrderState.PLACED: (placing.accept, (), {}, STAFF),
    OrderState.ACCEPTED: (picking.start, ("stf_1",), {}, STAFF),
    OrderState.PICKING: (picking.pack, (), PACK, STAFF),
    OrderState.PARTLY_COLLECTED: (picking.pack, (), PACK, STAFF),
    OrderState.READY: (closing.hand_over, (), {}, STAFF),
    OrderState.READY_PARTIAL: (closing.hand_over, (), {}, STAFF),
    OrderState.OUT_FOR_DELIVERY: (closing.job_returned, (), {}, STAFF),
    OrderState.DELIVERED: (closing.job_reopened, (), {}, STAFF),
    OrderState.NO_SHOW: (closing.extend, (3,), {}, STAFF),
}


def wine_first(*lines: Line, **fields: Any) -> Story:
    """Only the wine is there, and waits at the counter."""
    story = picking_order(*lines, **(fields | {"method": Method.PICKUP})).do(picking.pick, "l3", 1)
    return story.do(picking.pack_partial, allowed=True, **PACK)


STARTS = [accepted, picking_order, ready, collected, wine_first]


class OrderMachine(RuleBasedStateMachine):
    """An order between staff, shopper, courier, platform and clock."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(fresh())
        self.taken = 0
        self.fresh_line = 100
        self.seen = NOON

    @initialize(start=st.sampled_from(STARTS), method=st.sampled_from(list(Method)))
    def begin(self, start: Any, method: Method) -> None:
        lines = (
            line("l1", APPLES, 3, substitution=Substitution.ASK),
            line("l2", MILK, 2, substitution=Substitution.ALLOW),
            line("l3", WINE, 1, substitution=Substitution.NO),
        )
        self.story = start(*lines, method=method, cancel_until=NOON + DAY)
        self.taken = sum(each.picked for each in self.story.order.lines)

    def attempt(self, verb: Any, *given: Any, **named: Any) -> bool:
        before, count = self.story.order, len(self.story.events)
        try:
            self.story.do(verb, *given, **named)
        except RegieError:
            assert (self.story.order, len(self.story.events)) == (before, count)
            return False
        return True

    def new_line(self) -> str:
        self.fresh_line += 1
        return f"l{self.fresh_line}"

    @rule(too_young=st.booleans())
    def go_on(self, *, too_young: bool) -> None:
        """Do what is usual next; a bag that is as its order can always be closed."""
        if too_young:
            self.attempt(closing.refuse_age)
        lines = self.story.order.lines
        step = USUAL.get(self.story.order.state)
        if step is not None:
            done = self.attempt(step[0], *step[1], by=step[3], **step[2])
            assert done or step[0] is not picking.pack or any(it.open or it.surplus for it in lines)

    @rule(verb=VERBS, actor=ACTORS)
    def some_verb(self, verb: tuple[Any, tuple[Any, ...], dict[str, Any]], actor: Any) -> None:
        self.attempt(verb[0], *verb[1], by=actor, **verb[2])

    @rule()
    def nothing_more_is_there(self) -> None:
        for each in self.story.order.lines:
            self.attempt(picking.take_off, each.id, max(1, each.free))

    @rule(luck=st.integers(0, 9), verb=st.sampled_from([placing.cancel, placing.reject]))
    def call_off(self, luck: int, verb: Any) -> None:
        if luck == 7:
            self.attempt(verb, "x", by=SHOPPER if self.taken % 2 else STAFF)

    @rule(line_id=LINES, pieces=FEW)
    def pick(self, line_id: str, pieces: int) -> None:
        if self.attempt(picking.pick, line_id, pieces):
            self.taken += pieces

    @rule()
    def pick_all(self) -> None:
        for each in self.story.order.lines:
            if each.free > 0 and self.attempt(picking.pick, each.id, each.free):
                self.taken += each.free

    @rule(line_id=LINES, pieces=FEW)
    def undo(self, line_id: str, pieces: int) -> None:
        if self.attempt(picking.undo, line_id, pieces):
            self.taken -= pieces

    @rule(line_id=LINES, pieces=FEW)
    def take_off(self, line_id: str, pieces: int) -> None:
        self.attempt(picking.take_off, line_id, pieces)

    @rule()
    def put_everything_back(self) -> None:
        for each in self.story.order.lines:
            if each.surplus and self.attempt(picking.put_back, each.id, each.surplus):
                self.taken -= each.surplus

    @rule(line_id=LINES, pieces=FEW)
    def substitute(self, line_id: str, pieces: int) -> None:
        self.attempt(picking.substitute, line_id, PEARS, pieces, self.new_line())

    @rule(line_id=LINES, pieces=FEW, default=st.booleans())
    def propose(self, line_id: str, pieces: int, *, default: bool) -> None:
        until = self.story.now + HOUR
        self.attempt(picking.propose, question(line_id, pieces, until=until, default=default))

    @rule(line_id=LINES)
    def withdraw(self, line_id: str) -> None:
        self.attempt(picking.withdraw, line_id)

    @rule(line_id=LINES, accepted=st.booleans())
    def answer(self, line_id: str, *, accepted: bool) -> None:
        self.attempt(picking.answer, line_id, self.new_line(), by=SHOPPER, accepted=accepted)

    @rule(hours=st.sampled_from([1, 30, 24 * 9]))
    def time_passes(self, hours: int) -> None:
        self.story.now += hours * HOUR
        ids = {each.id: self.new_line() for each in self.story.order.lines}
        self.attempt(picking.time_out, ids, by=None)
        due = closing.reminders_due(self.story.order, self.story.now, (24, 72))
        if due:
            assert self.attempt(closing.remind, due, by=None)
        self.attempt(closing.no_show, by=None)

    @rule(
        counts=st.dictionaries(
            st.sampled_from(list(IDS)), st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=4
        ),
        luck=st.integers(0, 99),
        age=st.integers(-1, 2),
    )
    def platform(self, counts: dict[str, tuple[int, int]], *, luck: int, age: int) -> None:
        lines = tuple(
            PictureLine(name, count, APPLES, min(count, off))
            for name, (count, off) in counts.items()
        )
        picture = Picture(self.seen + age, lines, cancelled=luck == 37)
        self.seen = max(self.seen, picture.as_of)
        handed = sum(each.handed for each in self.story.order.lines)

        for _ in range(2):
            applied = change.follow(self.story.order, picture, IDS, self.story.now)
            self.story.order = applied.order
            self.story.events.extend(applied.events)

        assert applied.events == ()
        assert applied.notices == ()
        assert sum(each.handed for each in applied.order.lines) == handed

    def teardown(self) -> None:
        """Tell the whole story again."""
        events = self.story.events
        assert [each.seq for each in events] == list(range(1, len(events) + 1))
        assert replay(FulfillmentOrder, events) == self.story.order

    @invariant()
    def no_piece_is_lost(self) -> None:
        lines = self.story.order.lines
        assert sum(each.picked + each.surplus for each in lines) == self.taken

    @invariant()
    def every_line_adds_up(self) -> None:
        for each in self.story.order.lines:
            assert 0 <= each.handed <= each.picked
            assert 0 <= each.picked + each.refunded <= each.quantity
            assert 0 <= each.withdrawn <= each.refunded
            assert 0 <= each.refunded_after <= each.handed
            assert 0 <= each.later <= each.open
            assert each.question is None or 1 <= each.question.quantity <= each.open

    @invariant()
    def a_closed_bag_is_whole(self) -> None:
        order = self.story.order
        if order.state is OrderState.READY:
            assert all(each.open == 0 for each in order.lines)
        if order.state is OrderState.READY_PARTIAL:
            assert all(each.open == each.later for each in order.lines)
        if order.state is OrderState.AWAITING_CUSTOMER:
            assert any(each.question for each in order.lines)
        elif order.state is not OrderState.CANCELLED:
            assert not any(each.question for each in order.lines)

    @invariant()
    def an_end_is_an_end(self) -> None:
        order = self.story.order
        if order.state is OrderState.CANCELLED:
            assert not order.left
            assert order.due == 0
        if order.state in {OrderState.COLLECTED, OrderState.DELIVERED}:
            assert order.left
            assert order.due == 0
        if order.state in LIFE.ends():
            assert order.closed_at is not None
        if order.state not in OVER:
            assert (order.closed_at, order.cancel_reason) == (None, None)


OrderMachine.TestCase.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, derandomize=True
)
TestOrderMachine = OrderMachine.TestCase

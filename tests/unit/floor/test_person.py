"""Who sees what of a person, and how long it is kept."""

import msgspec
import pytest

from storefront.fulfillment.job.job import DeliveryJob
from storefront.fulfillment.order.order import FulfillmentOrder
from storefront.fulfillment.person import mask
from storefront.fulfillment.person.contact import pseudonymised, without_notes
from storefront.fulfillment.person.retention import ROWS as KEPT
from storefront.fulfillment.person.retention import Action, What, due, due_at
from storefront.fulfillment.person.visibility import (
    ROWS,
    Field,
    Moment,
    Phase,
    Sight,
    Viewer,
    Visible,
    When,
    sight,
    visible,
)
from tests.kit.floor.job_rules import ANNE, fresh_job
from tests.kit.floor.order_rules import DAY, HOUR, NOON, fresh

OVER = When(Phase.ENDED, NOON)
NOBODY = Visible()


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Anne de Wit", "Anne"),
        ("Mevr. Anne de Wit", "Anne"),
        ("  ", ""),
        ("דנה כהן", "דנה"),
        ("Jean-Luc Moreau", "Jean-Luc"),
        ("Dr.", ""),
    ],
)
def test_a_first_name_is_what_one_calls_out(name: str, called: str) -> None:
    assert mask.first_name(name) == called


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+31 6 1234 5678", "•••78"), ("1234", "•••"), ("", "•••"), ("12345", "•••45")],
)
def test_a_masked_number_ends_with_two_digits(phone: str, shown: str) -> None:
    assert mask.masked_phone(phone) == shown


@pytest.mark.parametrize(
    ("postcode", "country", "shown"),
    [
        ("1012 AB", "NL", "1012"),
        ("SW1A 1AA", "GB", "SW1A"),
        ("M1 1AE", "GB", "M1"),
        ("nonsense", "GB", ""),
        ("75004", "FR", "75"),
        ("6100001", "IL", "61"),
        ("123", None, "1"),
        ("1", "NL", ""),
    ],
)
def test_a_prefix_names_an_area(postcode: str, country: str | None, shown: str) -> None:
    assert mask.postcode_prefix(postcode, country) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Damrak 12 hs", "Damrak"),
        ("12 bis, rue de Rivoli", "rue de Rivoli"),
        ("Damrak 1-3", "Damrak"),
        ("Damrak", "Damrak"),
        ("12", ""),
        ("דרך יפו 97", "דרך יפו"),
    ],
)
def test_a_street_is_told_without_its_number(line: str, shown: str) -> None:
    assert mask.street(line) == shown


def test_no_order_and_no_job_can_hold_a_person() -> None:
    names = {name for kind in (FulfillmentOrder, DeliveryJob) for name in kind.__struct_fields__}

    assert not names & {"customer", "name", "email", "phone", "address", "notes", "door_code"}
    shown = msgspec.json.encode((fresh(), fresh_job())).decode()
    assert not [each for each in ("Anne", "Damrak", "1012", "4711") if each in shown]


def test_every_row_has_every_moment() -> None:
    assert {len(row) for row in ROWS.values()} == {len(Moment)}


@pytest.mark.parametrize(
    ("ago", "moment"),
    [
        (0, Moment.HOUR),
        (HOUR, Moment.HOUR),
        (HOUR + 1, Moment.DAY),
        (DAY + 1, Moment.FORTNIGHT),
        (14 * DAY, Moment.FORTNIGHT),
        (14 * DAY + 1, Moment.LATER),
    ],
)
def test_a_moment_is_how_long_it_is_over(ago: int, moment: Moment) -> None:
    assert OVER.moment(NOON + ago) is moment


@pytest.mark.parametrize("viewer", [Viewer.AGENT, Viewer.PUBLIC])
@pytest.mark.parametrize("phase", list(Phase))
def test_agents_and_strangers_never_see_anybody(viewer: Viewer, phase: Phase) -> None:
    assert visible(ANNE, viewer, When(phase, NOON), NOON) == NOBODY


@pytest.mark.parametrize("viewer", [Viewer.HOLDER, Viewer.COURIER])
def test_before_a_claim_nobody_outside_the_store_sees_more_than_the_area(viewer: Viewer) -> None:
    found = visible(ANNE, viewer, When(Phase.OPEN), NOON)

    assert found == Visible(postcode="1012", city="Amsterdam")


def test_the_store_sees_everybody_for_a_fortnight() -> None:
    seen = visible(ANNE, Viewer.STORE, OVER, NOON + 14 * DAY)

    assert (seen.name, seen.street, seen.email) == ("Anne de Wit", "Damrak 12 hs", ANNE.email)


def test_the_store_sees_nobody_after_that() -> None:
    assert visible(ANNE, Viewer.STORE, OVER, NOON + 14 * DAY + 1) == NOBODY


@pytest.mark.parametrize("viewer", [Viewer.STORE, Viewer.CUSTOMER])
def test_notes_are_seen_for_a_day(viewer: Viewer) -> None:
    assert visible(ANNE, viewer, OVER, NOON + DAY).door_code == "4711#"
    assert visible(ANNE, viewer, OVER, NOON + DAY + 1).notes is None


def test_a_shopper_sees_himself() -> None:
    assert visible(ANNE, Viewer.CUSTOMER, When(Phase.OPEN), NOON).email == ANNE.email


def test_a_courier_never_sees_an_email() -> None:
    assert not [
        phase
        for phase in Phase
        if sight(Field.EMAIL, Viewer.HOLDER, When(phase, NOON), NOON) is not Sight.NONE
    ]


def test_where_a_courier_is_is_seen_only_while_he_carries() -> None:
    seen = [
        phase
        for phase in Phase
        if sight(Field.COURIER_PLACE, Viewer.CUSTOMER, When(phase, NOON), NOON) is not Sight.NONE
    ]

    assert seen == [Phase.CARRIED]


def test_a_collected_order_has_no_address_to_show() -> None:
    contact = msgspec.structs.replace(ANNE, address=None, point=None)

    seen = visible(contact, Viewer.STORE, When(Phase.OPEN), NOON)

    assert (seen.street, seen.postcode, seen.city) == (None, None, None)


def test_everything_that_is_kept_has_a_term() -> None:
    assert set(KEPT) == set(What)


@pytest.mark.parametrize(
    ("what", "after", "action"),
    [
        (What.CONTACT, 90 * DAY, Action.PSEUDONYMISE),
        (What.ADDRESS, 90 * DAY, Action.DELETE),
        (What.NOTES, DAY, Action.DELETE),
        (What.CODE, 0, Action.VOID),
        (What.AGE_RESULT, 30 * DAY, Action.DELETE),
        (What.PROOF, 30 * DAY, Action.DELETE),
        (What.COURIER_TRACK, DAY, Action.REDUCE),
        (What.COURIER_CHECK, 30 * DAY, Action.DELETE),
        (What.TRACKING_LINK, DAY, Action.VOID),
        (What.AUDIT, 365 * DAY, Action.DIGEST),
    ],
)
def test_each_is_due_when_its_term_is_over(what: What, after: int, action: Action) -> None:
    assert due(what, NOON, NOON + after) is action
    assert due(what, NOON, NOON + after - 1) is None


def test_a_term_that_has_not_begun_is_never_due() -> None:
    assert due(What.CONTACT, None, NOON + 9999 * DAY) is None


def test_a_disputed_proof_is_kept_half_a_year() -> None:
    assert due(What.PROOF, NOON, NOON + 180 * DAY - 1, disputed=True) is None
    assert due(What.PROOF, NOON, NOON + 180 * DAY, disputed=True) is Action.DELETE


@pytest.mark.parametrize(("what", "days"), [(What.CONTACT, 2555), (What.NOTES, 1)])
def test_tax_law_keeps_the_record_and_not_the_door_code(what: What, days: int) -> None:
    assert due_at(what, NOON, lawful_ms=2555 * DAY) == NOON + days * DAY


def test_a_shorter_law_does_not_hurry() -> None:
    assert due_at(What.CONTACT, NOON, lawful_ms=DAY) == NOON + 90 * DAY


def test_who_is_forgotten_is_nobody() -> None:
    found = pseudonymised(ANNE, NOON)

    shown = msgspec.json.encode(found).decode()
    private = (
        "Anne",
        "Wit",
        "example",
        "5678",
        "Damrak",
        "1012",
        "Amsterdam",
        "bell",
        "4711",
        "52.",
    )
    assert not [each for each in private if each in shown]
    assert found.address is not None
    assert (found.address.country, found.locale, found.forgotten_at) == ("NL", "nl", NOON)


def test_notes_are_forgotten_before_the_rest() -> None:
    found = without_notes(ANNE)

    assert (found.notes, found.door_code, found.name) == (None, None, "Anne de Wit")


@pytest.mark.parametrize("viewer", list(Viewer))
@pytest.mark.parametrize("phase", list(Phase))
def test_a_couriers_number_is_for_managers_and_for_the_store_whose_job_he_holds(
    viewer: Viewer, phase: Phase
) -> None:
    held = phase in {Phase.CLAIMED, Phase.CARRIED}
    may = viewer is Viewer.MANAGER or (viewer is Viewer.STORE and held)

    assert sight(Field.COURIER_PHONE, viewer, When(phase, NOON), NOON) is (
        Sight.FULL if may else Sight.NONE
    )

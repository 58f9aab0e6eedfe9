"""What a journal says after it was cut, altered or only half written."""

import pytest

from storefront.disclosure.ledger.record import Group, found_in, framed, groups_in
from tests.kit.journal import numbers, record

FRAMES = [record(1), record(2), record(3)]
WHOLE = b"".join(FRAMES)
LAST = len(FRAMES[0]) + len(FRAMES[1])


def test_what_was_written_is_read() -> None:
    found = found_in(WHOLE)

    assert (numbers(groups_in(found.frames)), found.bad, found.sound) == ([1, 2, 3], [], len(WHOLE))
    assert found.frames == FRAMES


@pytest.mark.parametrize("end", range(LAST, len(WHOLE)))
def test_a_last_record_that_is_not_whole_is_no_record(end: int) -> None:
    found = found_in(WHOLE[:end])

    assert (numbers(groups_in(found.frames)), found.bad, found.sound) == ([1, 2], [], LAST)


@pytest.mark.parametrize("place", range(len(WHOLE)))
@pytest.mark.parametrize("bits", [0x01, 0x80, 0xFF])
def test_every_altered_byte_is_named_and_costs_one_record(place: int, bits: int) -> None:
    altered = bytearray(WHOLE)
    altered[place] ^= bits

    found = found_in(bytes(altered))

    hit = sum(place >= len(b"".join(FRAMES[:count])) for count in (1, 2))
    assert found.bad == [len(b"".join(FRAMES[:hit]))]
    assert numbers(groups_in(found.frames)) == [it for it in (1, 2, 3) if it != hit + 1]


def test_room_that_was_never_written_is_no_damage() -> None:
    found = found_in(WHOLE + bytes(100))

    assert (numbers(groups_in(found.frames)), found.bad) == ([1, 2, 3], [])


def test_behind_a_bad_place_of_a_running_journal_nothing_is_read() -> None:
    found = found_in(b"rubbish" + WHOLE, is_growing=True)

    assert (found.frames, found.bad, found.sound) == ([], [0], 0)


def test_a_record_that_says_nonsense_with_a_right_checksum_is_named() -> None:
    other = framed(Group(["x"], [], []))  # type: ignore[list-item]  # that is the nonsense

    assert found_in(other + WHOLE).bad == [0]


def test_rubbish_alone_is_named() -> None:
    assert found_in(b"this was never a journal of ours").bad == [0]
    assert found_in(b"x").bad == [0]


def test_an_empty_journal_holds_nothing() -> None:
    assert found_in(b"") == found_in(bytes(3))

"""Any order of answers, foldings, deaths, restarts and retention, beside a plain list."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from storefront.disclosure.ledger.book import Book
from storefront.disclosure.ledger.entry import Entry
from storefront.disclosure.store import exposures, heads, ledger
from tests.kit.journal import MERCHANT, book_of, die, findings, journals, note, opened, stored
from tests.kit.molds import Mold

WHO = st.integers(0, 2)
PRODUCT = st.sampled_from(["prd_1", "prd_2", "prd_3"])
LONG = 10_000_000


class Processes(RuleBasedStateMachine):
    """Three processes write, die and come back; one reads."""

    mold: Mold

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="regie-journal-"))
        self.path = self.folder / "regie-ledger.sqlite3"
        self.mold.pour(self.path)
        self.now = 1_000
        self.answered: list[Entry] = []
        self.forgotten_before = 0
        self.writers = [opened(self.path) for _ in range(3)]
        self.books: list[Book] = [book_of(it, self._tick) for it in self.writers]
        self.reader = opened(self.path)

    def _tick(self) -> int:
        self.now += 1
        return self.now

    @rule(who=WHO, product=PRODUCT)
    def answer(self, who: int, product: str) -> None:
        self.answered.append(self.books[who].append(note(product)))

    @rule(who=WHO)
    def fold(self, who: int) -> None:
        self.writers[who].fold()
        assert not self.writers[who].writing._whole

    @rule()
    def look(self) -> None:
        found = {(it.writer, it.seq): it for it in stored(self.reader)}
        assert all(found[it.writer, it.seq] == it for it in self.answered)

    @rule(who=WHO, torn=st.integers(0, 60))
    def die(self, who: int, torn: int) -> None:
        """Die in the middle of writing an answer that never left."""
        writer = self.writers[who]
        growing = writer.writing._growing
        if growing is not None:
            with growing.path.open("ab") as file:
                file.write(growing.frames[-1][:torn])
        die(writer)
        self._restart(who)

    @rule(who=WHO)
    def leave(self, who: int) -> None:
        self.writers[who].close()
        self._restart(who)

    def _restart(self, who: int) -> None:
        self.writers[who].before_fork()
        self.writers[who] = opened(self.path)
        self.books[who] = book_of(self.writers[who], self._tick)

    @rule()
    def forget(self) -> None:
        """Let go of what was shown up to now; whoever shows it again has it on record again."""
        self.now += LONG
        with self.reader.write() as connection:
            heads.forget_details(connection, MERCHANT, self.now)
        self.forgotten_before = self.now

    @rule()
    def follow(self) -> None:
        with self.reader.write() as connection:
            exposures.follow(connection, MERCHANT)

    @invariant()
    def what_was_shown_lately_is_known(self) -> None:
        if not self.answered or self.answered[-1].at < self.forgotten_before:
            return
        digest = self.answered[-1].detail or b""
        with self.reader.read() as connection:
            assert ledger.details(connection, MERCHANT, [digest])[digest] is not None

    def teardown(self) -> None:
        if not hasattr(self, "folder"):
            return
        for it in self.writers:
            it.close()
        found = stored(self.reader)
        told = [it for it in found if it.decision != "opened"]
        assert sorted(told, key=_place) == sorted(self.answered, key=_place)
        assert (findings(self.reader), self.reader.damage()) == ([], [])
        assert journals(self.reader) == []
        self._check_answers_of_products()
        for each in (*self.writers, self.reader):
            each.close()
        shutil.rmtree(self.folder)

    def _check_answers_of_products(self) -> None:
        """Count each answer once where nothing was forgotten."""
        if self.forgotten_before:
            return
        with self.reader.write() as connection:
            exposures.follow(connection, MERCHANT)
            lines = exposures.of_agent(connection, MERCHANT, "agt_1")
        assert sum(it.answers for it in lines) == len(self.answered)


def _place(entry: Entry) -> tuple[str, int]:
    return entry.writer, entry.seq


def test_whatever_happens_each_answer_is_in_the_ledger_once(mold: Mold) -> None:
    machine = type("Machine", (Processes,), {"mold": mold})
    machine.TestCase.settings = settings(  # type: ignore[attr-defined]
        max_examples=60, stateful_step_count=30, deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    machine.TestCase().runTest()  # type: ignore[attr-defined]

"""A pick-up and a delivery go all the way; whoever looks sees no more of a person than he may.

Every field that tells of a person carries a mark. At each stage all surfaces are read, and the
database with its files, what left the house, and the log; the table of visibility says what may be
there. After both are erased there is nothing left of them, and the numbers are as before.
"""

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select, text

from regie.database import METADATA
from storefront.fulfillment.order.order import OrderState
from storefront.fulfillment.person.visibility import Phase
from storefront.fulfillment.work import forgetting
from storefront.fulfillment.work.forgetting import Person
from tests.kit.command import Command
from tests.kit.floor.planted import files, found, rows
from tests.kit.floor.planted_story import ANNE, BRAM, CAMERA, COURIERS, STAFF, Story
from tests.kit.floor.planted_town import logged, town
from tests.kit.pages.world import send

WORDS = "order { id state lines { id } customer { name street phone } } userErrors { code message }"
LATER_KEPT = {"floor", "floor_change", "person_mark", "contact", "proof", "handover", "link"}


@pytest.fixture(params=["sqlite", "postgres"])
def story(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Story]:
    folder = tmp_path / "home"
    folder.mkdir()
    embedded = f"sqlite:///{folder / 'regie.sqlite3'}"
    url = embedded if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with town(folder, url) as place, logged() as log:
        given = {"REGIE_HOME": str(folder), "REGIE_DATABASE_URL": url, "REGIE_LOG": "json"}
        yield Story(place, folder, log, Command(monkeypatch, capsys, given))


class Merchant:
    """A program of the merchant's own; what it sent can be sent again."""

    def __init__(self, story: Story) -> None:
        self.place = story.place
        self.sent: list[tuple[str, Mapping[str, object]]] = []

    def does(self, name: str, order_id: str, more: str = "") -> str:
        call = f"{name}(key: $key, orderId: $id{more}) {{ {WORDS} }}"
        query = f"mutation($key: ID!, $id: ID!) {{ {call} }}"
        given = {"key": f"{name}/{order_id}", "id": order_id}
        self.sent.append((query, given))
        return self._ask(query, given)

    def _ask(self, query: str, given: Mapping[str, object]) -> str:
        return self.place.ask("/graphql/merchant", query, self.place.operator, given)

    def again(self) -> str:
        """Send everything once more under its old keys."""
        return "\n".join(self._ask(*each) for each in self.sent)

    def packs(self, order_id: str) -> None:
        told = json.loads(self.does("startPicking", order_id))["data"]["startPicking"]
        line = told["order"]["lines"][0]["id"]
        assert not told["userErrors"], told
        self.does("pickLine", order_id, f', lineId: "{line}", pieces: 1')
        done = json.loads(self.does("packOrder", order_id))["data"]["packOrder"]
        assert done["order"]["state"] == "READY", done


def a_photo() -> bytes:
    out, image = BytesIO(), Image.new("RGB", (640, 480), (120, 90, 60))
    exif = image.getexif()
    exif[0x010F] = CAMERA
    image.save(out, "JPEG", exif=exif, comment=CAMERA.encode())
    return out.getvalue()


def carried(story: Story) -> str:
    """Let the courier take the delivery along; look at each step. Return the job."""
    place, phone = story.place, story.holder
    job = str(story.order(story.bram).job_id)
    story.secrets["job"] = place.code(f"job:{job}")
    story.secrets["pin of bram"] = place.code(f"door:{job}")
    story.secrets["square of bram"] = place.square(f"door:{job}")
    story.look("packed")
    assert phone.claim(job)["userErrors"] == []
    story.phase[BRAM.tag] = Phase.CLAIMED
    story.look("claimed")
    taken = {"code": story.secrets["job"], "parcels": place.labels(job)}
    assert phone.do("pickUp", job, "pick", **taken)["userErrors"] == []
    story.phase[BRAM.tag] = Phase.CARRIED
    story.look("carried")
    return job


def delivered(story: Story) -> None:
    """A note about the customer, a wrong PIN, a second try, a photo with more in it than light."""
    phone, job = story.holder, carried(story)
    why = f"{BRAM.last} waves from {BRAM.street}"
    phone.do("arrive", job, "there", stage="DROPOFF", reason=why)
    failed = phone.do("fail", job, "fail", reason="REFUSED", note=f"{BRAM.first} said {BRAM.note}")
    assert failed["userErrors"] == []
    story.look("failed")
    phone.do("retry", job, "retry")
    phone.do("deliver", job, "wrong", proof={"code": "000000"})
    told = phone.client.post(f"/courier/jobs/{job}/proof", data=a_photo(), headers=phone.headers)
    picture = {"kind": "PHOTO", "sha256": told.json["sha256"]}  # type: ignore[index]  # it is there
    proof = {"code": story.secrets["pin of bram"], "pictures": [picture]}
    assert phone.do("deliver", job, "done", proof=proof)["userErrors"] == []
    story.phase[BRAM.tag] = Phase.ENDED


def collected(story: Story) -> None:
    """The stand-in comes for the other order, and staff hand it over by its PIN."""
    client, path = story.place.client(), f"/handover?order={story.anne}"
    send(client, path, "prove", pin=story.secrets["pin of anne"])
    send(client, path, "alternate")
    send(client, path, "hand_over")
    assert story.order(story.anne).state is OrderState.COLLECTED
    story.phase[ANNE.tag] = Phase.ENDED


def numbers(story: Story) -> dict[str, object]:
    """Return what must stay: how many rows there are, and what the orders cost and held."""
    with story.place.database.read() as connection:
        tables = [table for each in METADATA for table in each.sorted_tables]
        counts: dict[str, object] = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
            if table.name not in LATER_KEPT and connection.dialect.has_table(connection, table.name)
        }
    kept = [story.order(each) for each in (story.anne, story.bram)]
    return counts | {"orders": [(it.total, it.lines, it.state, it.payment) for it in kept]}


def test_nobody_sees_more_than_he_may_and_nothing_is_left_of_who_is_erased(story: Story) -> None:
    place, merchant = story.place, Merchant(story)
    story.look("placed")
    merchant.packs(story.anne)
    merchant.packs(story.bram)
    delivered(story)
    collected(story)
    place.play.deliver()
    story.look("ended")
    before, sealed = numbers(story), ciphers(story)

    for who in (ANNE, BRAM):
        forgetting.erase(place.floor, place.merchant, Person(emails=(who.email,)))
    place.play.work()

    after = numbers(story)
    everybody = {*ANNE.marks, *BRAM.marks}
    told = [
        merchant.again(),
        place.staff_sees([story.anne, story.bram]),
        place.customer_sees(story.anne),
        place.courier_sees(story.holder, {"lat": 52.0820, "lng": 5.1240, "accuracyM": 10}),
        json.dumps(story.holder.do("deliver", str(story.order(story.bram).job_id), "done")),
        place.world_sees(),
        story.terminal_shows(),
        place.hooks_got(),
        "\n".join(place.commands),
        "\n".join(story.log),
        rows(place.database),
        rows(place.play.home.house.ledger),
    ]
    checkpoint(story)
    told.append(files(story.folder))
    assert story.leaks == [], "\n".join(map(repr, story.leaks))
    assert story.seen >= (everybody | STAFF | COURIERS) - {ANNE.behind}
    assert any("regie:floor" in each for each in place.commands)
    assert [found(everybody, each) for each in told] == [set()] * len(told)
    assert [each for each in sealed if each in told[-1] or each in told[-3]] == []
    assert after == before


def ciphers(story: Story) -> list[str]:
    """Return what lies sealed about the two: the middle of each, as it lies in files and rows."""
    with story.place.database.read() as connection:
        found = connection.execute(
            text(
                "select sealed from contact where subject like 'order:%' or subject like 'job:%' "
                "union select sealed from proof where sealed is not null"
            )
        )
        return [bytes(row[0])[12:40].decode("latin-1") for row in found]


def checkpoint(story: Story) -> None:
    """Bring what the log of changes holds into the database file, and empty the log."""
    if story.place.database.is_sqlite:
        with story.place.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

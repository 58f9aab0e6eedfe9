"""A merchant who changes everything at random, and a post that loses, doubles and delays."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from random import Random

from regie.demo.woocommerce.errors import RestError
from tests.kit.shops.street import Letter, Street

Verb = Callable[[], object]


class Whims:
    """Random changes in both shops; the same seed makes the same ones."""

    def __init__(self, street: Street, seed: int) -> None:
        self._street = street
        self._dice = Random(f"whims {seed}")
        self._made = 0

    def round(self, letters: int) -> list[Letter]:
        """Change things until that many letters were sent, and return them in their order."""
        street = self._street
        with street.hafen.lock, street.pan.lock:
            while len(street.bag.letters) < letters:
                self._change()
                if self._dice.random() < 0.8:
                    street.send()
                street.clock.advance(self._dice.choice((0, 0, 0.2, 0.3, 1)))
            street.send()
            return street.bag.emptied()

    def _change(self) -> None:
        """Change one thing in one of the shops; what a shop refuses is no change."""
        verbs = self._in_hafen() if self._dice.random() < 0.5 else self._in_pan()
        (verb,) = self._dice.choices(list(verbs), list(verbs.values()))
        with suppress(RestError):
            verb()

    def _in_hafen(self) -> dict[Verb, float]:
        return {
            self._price: 20,
            self._stock: 45,
            self._title: 10,
            self._status: 6,
            self._placing: 8,
            self._text: 4,
            self._emptied: 3,
            self._end: 1,
            self._beginning: 1.2,
            self._place: 0.1,
        }

    def _in_pan(self) -> dict[Verb, float]:
        return {
            self._pan_price: 20,
            self._pan_stock: 35,
            self._pan_title: 10,
            self._pan_sale: 4,
            self._pan_order: 8,
            self._pan_status: 5,
            self._pan_trash: 4,
            self._pan_restore: 6,
            self._pan_end: 0.7,
            self._pan_beginning: 1,
            self._pan_variation: 1,
            self._pan_variation_end: 0.5,
        }

    def _number(self) -> int:
        self._made += 1
        return self._made

    def _cents(self, lowest: int = 100) -> str:
        return f"{self._dice.randrange(lowest, 20_000) / 100:.2f}"

    # Hafen & Hof, on Shopify

    def _product(self) -> str:
        return self._dice.choice(list(self._street.hafen.store.products))

    def _variant(self) -> str:
        return self._dice.choice(list(self._street.hafen.store.variants))

    def _location(self) -> str:
        return self._dice.choice(list(self._street.hafen.store.locations))

    def _price(self) -> None:
        crossed = self._dice.choice([None, self._cents(20_000 - 1)])
        self._street.hafen.changes.set_price(self._variant(), self._cents(), crossed)

    def _stock(self) -> None:
        shelf = self._variant(), self._location()
        self._street.hafen.changes.set_stock(*shelf, self._dice.choice((0, 0, 1, 5, 40)))

    def _emptied(self) -> None:
        self._street.hafen.changes.disconnect_level(self._variant(), self._location())

    def _title(self) -> None:
        self._street.hafen.changes.rename(self._product(), f"Ware {self._number()}")

    def _text(self) -> None:
        self._street.hafen.changes.describe(self._product(), f"<p>Text {self._number()}</p>")

    def _status(self) -> None:
        status = self._dice.choice(("ACTIVE", "ACTIVE", "DRAFT", "ARCHIVED", "UNLISTED"))
        self._street.hafen.changes.set_status(self._product(), status)

    def _placing(self) -> None:
        changes = self._street.hafen.changes
        verb = self._dice.choice((changes.publish, changes.publish, changes.unpublish))
        verb(self._product(), self._dice.choice(list(self._street.hafen.store.publications)))

    def _end(self) -> None:
        if len(self._street.hafen.store.products) > 40:
            self._street.hafen.changes.delete(self._product())

    def _beginning(self) -> None:
        number = self._number()
        self._street.hafen.changes.create(
            f"Neu {number}",
            self._cents(),
            sku=f"NEU-{number}",
            location=self._location(),
            available=self._dice.randrange(9),
        )

    def _place(self) -> None:
        self._street.hafen.changes.set_location_active(
            self._location(), active=self._dice.random() < 0.7
        )

    # De Groene Pan, on WooCommerce

    def _sold(self) -> int:
        pan = self._street.pan
        simple = [key for key, it in pan.products.items() if it["type"] == "simple"]
        return self._dice.choice([*simple, *pan.variations])

    def _pan_price(self) -> None:
        self._street.pan.changes.set_price(
            self._sold(), self._cents(), self._dice.choice(("", "0.5"))
        )

    def _pan_stock(self) -> None:
        self._street.pan.changes.set_stock(self._sold(), self._dice.choice((0, 0, 1, 5, 40)))

    def _pan_title(self) -> None:
        found = self._dice.choice(list(self._street.pan.products))
        self._street.pan.changes.rename(found, f"Waar {self._number()}")

    def _pan_sale(self) -> None:
        """Announce a sale that begins, and ends, within the storm."""
        start = self._street.clock() + timedelta(seconds=self._dice.randrange(5, 1200))
        end = start + timedelta(seconds=self._dice.randrange(60, 1800))
        self._street.pan.changes.schedule_sale(self._sold(), "0.75", start, end)

    def _pan_order(self) -> None:
        self._street.pan.changes.sell(self._sold(), self._dice.randrange(1, 4))

    def _pan_status(self) -> None:
        found = self._dice.choice(list(self._street.pan.products))
        status = self._dice.choice(("publish", "publish", "draft", "private"))
        self._street.pan.changes.edit(found, status=status)

    def _pan_trash(self) -> None:
        self._street.pan.changes.trash(self._dice.choice(list(self._street.pan.products)))

    def _pan_restore(self) -> None:
        products = self._street.pan.products
        trashed = [key for key, it in products.items() if it["status"] == "trash"]
        if trashed:
            self._street.pan.changes.restore(self._dice.choice(trashed))

    def _pan_end(self) -> None:
        if len(self._street.pan.products) > 30:
            self._street.pan.changes.force_delete(
                self._dice.choice(list(self._street.pan.products))
            )

    def _pan_beginning(self) -> None:
        self._street.pan.changes.create(
            name=f"Nieuw {self._number()}",
            type="simple",
            status=self._dice.choice(("publish", "draft")),
            regular_price=self._cents(),
        )

    def _pan_variation(self) -> None:
        pan = self._street.pan
        parents = [key for key, it in pan.products.items() if it["type"] == "variable"]
        if parents:
            pan.changes.create_variation(self._dice.choice(parents), regular_price=self._cents())

    def _pan_variation_end(self) -> None:
        variations = list(self._street.pan.variations)
        if len(variations) > 8:
            verb = self._dice.choice(
                (self._street.pan.changes.trash, self._street.pan.changes.force_delete)
            )
            verb(self._dice.choice(variations))


class BadPost:
    """Loses 5 % of the letters, doubles 30 % and brings 30 % out of order, rounds later too."""

    def __init__(self, seed: int) -> None:
        self._dice = Random(f"post {seed}")
        self._late: dict[int, list[Letter]] = {}
        self._round = 0
        self.mishaps: Counter[str] = Counter()

    def bring(self, letters: list[Letter]) -> Iterator[Letter]:
        """Take the letters of a round and bring what comes in it."""
        here = list(self._taken(letters))
        late = self._late.pop(self._round, [])
        here += [(self._dice.uniform(0, len(letters)), letter) for letter in late]
        self._round += 1
        for _, letter in sorted(here, key=lambda pair: pair[0]):
            yield letter

    def rest(self) -> Iterator[Letter]:
        """Bring what is still on its way, in any order."""
        found = [letter for letters in self._late.values() for letter in letters]
        self._late.clear()
        self._dice.shuffle(found)
        yield from found

    def _taken(self, letters: list[Letter]) -> Iterator[tuple[float, Letter]]:
        for at, letter in enumerate(letters):
            if self._befalls("lost", 0.05):
                continue
            if self._befalls("doubled", 0.3):
                yield float(at), letter
            if not self._befalls("displaced", 0.3):
                yield float(at), letter
            elif self._dice.random() < 0.5:
                yield self._dice.uniform(0, len(letters)), letter
            else:
                later = self._round + self._dice.randrange(1, 4)
                self._late.setdefault(later, []).append(letter)

    def _befalls(self, mishap: str, share: float) -> bool:
        hit = self._dice.random() < share
        self.mishaps[mishap] += hit
        return hit

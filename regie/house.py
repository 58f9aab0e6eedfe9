"""Everything a process of Regie needs, made once from the settings and handed around."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, field

from connector.platforms import Config, Platform, platform_named
from connector.store.clock import Clock, system_clock
from connector.store.connections import Shopfront, Vault
from connector.store.database import Database
from connector.store.secrets import SecretBox
from connector.store.work.holder import this_process
from regie.database import open_database, open_ledger
from regie.following import Wakers
from regie.settings import Settings
from storefront.disclosure.ledger.seal import Seal
from storefront.fulfillment.store.floor import ShopFloor

Platforms = Callable[[str], type[Platform]]


class House(Struct, frozen=True):
    """The services of one process; `holder` names it in leases, `platforms` finds adapters."""

    settings: Settings
    database: Database
    ledger: Database
    box: SecretBox
    clock: Clock
    holder: str
    platforms: Platforms = platform_named
    wakers: Wakers = field(default_factory=Wakers)

    @property
    def seal(self) -> Seal:
        """What marks the ledger as ours."""
        return Seal(self.settings.secret_keys)

    @property
    def floor(self) -> ShopFloor:
        """What the verbs of the shop floor need."""
        return ShopFloor(self.database, self.box, self.clock, self.wakers.wake)

    def close(self) -> None:
        """Close the databases."""
        self.wakers.close()
        self.database.close()
        self.ledger.close()

    def platform(self, shopfront: Shopfront) -> Platform:
        """Open the adapter of a connected shop."""
        return self.platforms(shopfront.platform).open(
            Config(
                shop=shopfront.shop,
                endpoint=shopfront.endpoint,
                vault=self.vault(shopfront),
                workdir=self.workdir(shopfront),
                now=self.clock,
                allow_private=self.settings.allow_private_hosts,
            )
        )

    def vault(self, shopfront: Shopfront) -> Vault:
        """Return where the credentials of a connected shop lie."""
        return Vault(self.database, self.box, shopfront, self.holder, self.clock)

    def workdir(self, shopfront: Shopfront) -> Path:
        """Return the folder for files of one connection, such as a running export."""
        folder = self.settings.home_path / "work" / shopfront.id
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def callback_url(self, shopfront: Shopfront) -> str:
        """Return where the shop should send its webhooks."""
        root = self.settings.public_url.rstrip("/")
        if shopfront.platform == "shopify":
            return f"{root}/webhooks/shopify"
        return f"{root}/webhooks/{shopfront.platform}/{shopfront.id}"


def build(
    settings: Settings, *, clock: Clock = system_clock, platforms: Platforms = platform_named
) -> House:
    """Open what the settings name."""
    database = open_database(settings)
    ledger = open_ledger(database)
    box = SecretBox(settings.secret_keys)
    wakers = Wakers(settings.redis_url)
    return House(settings, database, ledger, box, clock, this_process(), platforms, wakers)


@contextmanager
def opened(settings: Settings, *, clock: Clock = system_clock) -> Iterator[House]:
    """Open the house and close it again."""
    house = build(settings, clock=clock)
    try:
        yield house
    finally:
        house.close()

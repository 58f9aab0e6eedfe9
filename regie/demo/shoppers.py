"""The people who buy in the demo: invented, as their names say, and at home in the demo's city."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Shopper(Struct, frozen=True):
    """Somebody who buys; who gives an address has it brought there, others collect."""

    first_name: str
    last_name: str
    address: Mapping[str, Any] | None = None

    @property
    def buyer(self) -> Mapping[str, str]:
        """What the shop knows of the person; the domain is one that belongs to nobody."""
        mail = f"{self.first_name}.{self.last_name}@example.org".lower()
        return {"firstName": self.first_name, "lastName": self.last_name, "email": mail}


ERIKA = Shopper("Erika", "Beispiel")
LENA = Shopper("Lena", "Erfunden")
MAX = Shopper(
    "Max",
    "Muster",
    {
        "address1": "Bahrenfelder Straße 260",
        "city": "Hamburg",
        "zip": "22765",
        "countryCodeV2": "DE",
        "latitude": 53.5570,
        "longitude": 9.9250,
    },
)

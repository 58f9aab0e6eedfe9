"""An address in a shop, and the moment at which it is asked."""

from datetime import UTC, datetime

URL = "https://shop.example/wp-json/wc/v3/products"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()

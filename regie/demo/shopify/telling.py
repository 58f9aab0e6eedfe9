"""A shop that tells its subscribers what happens in it."""

from typing import Any

from regie.demo.shopify.news import News
from regie.demo.shopify.state import ShopState
from regie.demo.shopify.store import Store
from regie.demo.shopify.webhooks import PostOffice, Send, send


class TellingShop(ShopState):
    """The shop with its news and its post: all that a change of goods or orders needs."""

    def __init__(self, store: Store, *, sender: Send = send, **options: Any) -> None:
        super().__init__(store, **options)
        self.post = PostOffice(self, sender)
        self.news = News(self, self.post)

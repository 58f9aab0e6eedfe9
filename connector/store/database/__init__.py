"""The way into the database: connections, transactions, statements of many rows."""

from connector.store.database.database import Database as Database

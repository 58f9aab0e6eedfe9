"""What all tables of the shop floor are listed in."""

from sqlalchemy import MetaData

metadata = MetaData()

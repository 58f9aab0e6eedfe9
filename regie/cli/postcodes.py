"""`regie store postcodes`: where postcodes lie, from a table that somebody publishes."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import click

from connector.model.errors import InvalidInput
from regie.cli.common import the_house, the_merchant
from storefront.fulfillment.place.locate import PostcodeCentroid
from storefront.fulfillment.place.postcode import normalise
from storefront.fulfillment.store import places

_COLUMNS = ("postcode", "latitude", "longitude")
_BATCH = 1000


class BadPostcodeTable(InvalidInput):
    """A line of a table of postcodes that cannot be read; nothing of the file is kept."""

    code = "bad_postcode_table"
    remedy = "Columns are postcode, latitude, longitude and, if known, accuracy_m (metres)."


@click.command("postcodes")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--country", required=True, help="Two capitals, such as NL.")
@click.option("--source", required=True, help="Who publishes the table.")
@click.option("--licence", required=True, help="What it may be used for, such as CC-BY-4.0.")
@click.option(
    "--accuracy",
    type=click.IntRange(1, 100_000),
    default=500,
    show_default=True,
    help="Metres, where the table has no column accuracy_m.",
)
def import_postcodes(file: Path, country: str, source: str, licence: str, accuracy: int) -> None:
    """Import where postcodes lie from FILE (CSV with a first line of names), all or nothing.

    An address without coordinates of its own is placed by it, and areas say that they are unsure.
    """
    with the_house() as house, house.floor.write(the_merchant(house).id) as here:
        count = 0
        for rows in _batches(file):
            found = [_read(row, number, country, source, licence, accuracy) for number, row in rows]
            count += places.put_postcodes(here, found)
    click.echo(f"{count} postcodes of {country}")


def _batches(file: Path) -> Iterator[list[tuple[int, dict[str, str]]]]:
    """Yield the rows with the numbers of their lines, some at a time."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(text)
        rows = _rows(reader)
        missing = sorted(set(_COLUMNS) - set(_names(reader)))
        if missing:
            raise BadPostcodeTable(f"No column {', '.join(missing)}.", field=missing[0])
        while batch := list(islice(rows, _BATCH)):
            yield batch


def _names(reader: "csv.DictReader[str]") -> Sequence[str]:
    with _readable(reader):
        return reader.fieldnames or ()


def _rows(reader: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, str]]]:
    with _readable(reader):
        for row in reader:
            yield reader.line_num, row


@contextmanager
def _readable(reader: "csv.DictReader[str]") -> Iterator[None]:
    """Tell behind which line a file is no text in UTF-8, or no table."""
    try:
        yield
    except (UnicodeDecodeError, csv.Error) as error:
        line = reader.line_num
        what = "is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else "is no table"
        text = f"The file {what} behind line {line}."
        raise BadPostcodeTable(text, field="file", line=line) from None


def _read(
    row: dict[str, str], line: int, country: str, source: str, licence: str, accuracy: int
) -> PostcodeCentroid:
    try:
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        metres = int(row.get("accuracy_m") or accuracy)
        code = normalise(row["postcode"] or "", country)
    except (ValueError, TypeError, InvalidInput) as error:
        raise BadPostcodeTable(f"Line {line}: {error}", field="file", line=line) from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and 0 < metres <= 100_000):
        raise BadPostcodeTable(f"Line {line}: no such place.", field="file", line=line)
    return PostcodeCentroid(country, code, latitude, longitude, metres, source, licence)

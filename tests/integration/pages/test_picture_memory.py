"""What a picture of a phone may cost: the most memory that making it harmless takes."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from PIL import Image

from storefront.fulfillment.errors.job import BadProof
from storefront.fulfillment.work.pictures import harmless

MOST_MB = 300  # the greatest that was measured is 221
_CHILD = """
import sys
from storefront.fulfillment.work.pictures import harmless

def peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

sent = sys.stdin.buffer.read()
before = peak()
harmless(sent)
print((peak() - before) // 1024)
"""


def png(width: int, height: int, kind: int, per_pixel: int) -> bytes:
    """Return a black picture; `kind` is the colour type of the format (2: RGB, 6: with alpha)."""
    packer, row = zlib.compressobj(9), bytes(1 + width * per_pixel)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def encoded(form: str, width: int, height: int, **how: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, form, quality=5, **how)
    return out.getvalue()


def by_scans(width: int, height: int) -> bytes:
    """Return a grey JPEG of which every colour is sent by itself, in a few hundred kilobytes."""
    colours, blocks = b"\1\2\3", (width + 7) // 8 * ((height + 7) // 8)
    size = struct.pack(">BHHB", 8, height, width, len(colours))
    head = segment(0xDB, b"\0" + b"\1" * 64)
    head += segment(0xC0, size + b"".join(bytes([it, 0x11, 0]) for it in colours))
    for table in (0x00, 0x10):  # one sign of one bit each: no change, and the end of the block
        head += segment(0xC4, bytes([table, 1]) + bytes(15) + b"\0")
    scans = [segment(0xDA, bytes([1, it, 0, 0, 63, 0])) + bytes(blocks // 4 + 1) for it in colours]
    return b"\xff\xd8" + head + b"".join(scans) + b"\xff\xd9"


def segment(marker: int, data: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


BEARABLE = {
    "png": lambda: png(6000, 4000, 2, 3),
    "png with alpha": lambda: png(6000, 4000, 6, 4),
    "jpeg": lambda: encoded("JPEG", 8000, 6000),
    "progressive jpeg": lambda: encoded("JPEG", 6000, 4000, progressive=True, subsampling=0),
    "jpeg by scans": lambda: by_scans(6000, 4000),
    "webp": lambda: encoded("WEBP", 4000, 3000),
}
TOO_LARGE = {
    "png": lambda: png(6001, 4000, 2, 3),
    "jpeg": lambda: encoded("JPEG", 8001, 6250),
    "progressive jpeg": lambda: encoded("JPEG", 6001, 4000, progressive=True),
    "jpeg by scans": lambda: by_scans(6001, 4000),
    "webp": lambda: encoded("WEBP", 4001, 3000),
}


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize("form", BEARABLE)
def test_no_picture_that_is_taken_costs_much_memory(form: str) -> None:
    command = [sys.executable, "-c", _CHILD]

    done = subprocess.run(command, input=BEARABLE[form](), capture_output=True, check=True)

    assert int(done.stdout) < MOST_MB


@pytest.mark.parametrize("form", TOO_LARGE)
def test_a_picture_with_too_many_pixels_is_refused_with_the_bound_and_a_remedy(form: str) -> None:
    with pytest.raises(BadProof) as refusal:
        harmless(TOO_LARGE[form]())

    assert refusal.value.details()["most"] in {12_000_000, 24_000_000, 50_000_000}
    assert "megapixels" in str(refusal.value)


def test_a_picture_as_thin_as_a_thread_is_taken() -> None:
    found = harmless(encoded("JPEG", 20_000, 3))

    with Image.open(BytesIO(found.jpeg)) as kept:
        assert kept.width == 1280


def test_a_picture_that_lies_on_its_side_is_set_upright_after_it_was_made_smaller() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    found = harmless(encoded("JPEG", 6000, 4000, exif=exif))

    with Image.open(BytesIO(found.jpeg)) as kept:
        assert kept.size == (853, 1280)

"""A picture from a phone, made harmless: no place, no camera, no more pixels than needed."""

from hashlib import sha256
from io import BytesIO

from msgspec import Struct
from PIL import Image, ImageOps

from storefront.fulfillment.errors.job import BadProof

LARGEST_BYTES = 8 * 1024 * 1024
# A plain JPEG is decoded line by line, at a smaller scale; others are in memory whole, WebP even
# twice.
LARGEST_PIXELS = 50_000_000
_LARGEST_WHOLE = {"WEBP": 12_000_000}
_LARGEST_ELSE = 24_000_000
LONGEST_SIDE = 1280
MOST_KEPT_BYTES = 300_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_PLAIN, _SCAN = frozenset({0xC0, 0xC1}), 0xDA  # markers of a JPEG
_SCALED_WELL = frozenset({"L", "RGB", "RGBA", "LA", "CMYK", "YCbCr"})
_QUALITIES = (80, 65, 50, 35, 20)


class Picture(Struct, frozen=True):
    """A JPEG of at most 300 kB; `digest` names what the phone sent (SHA-256, hex)."""

    digest: str
    jpeg: bytes


def harmless(sent: bytes) -> Picture:
    """Decode a picture and encode its pixels anew: whatever else was in the file is gone.

    Raises BadProof for what is no picture, or has more pixels than this machine should bear.
    """
    if not 0 < len(sent) <= LARGEST_BYTES:
        raise BadProof("The picture is empty or larger than 8 MB.", field="picture")
    try:
        upright = _upright(sent)
    except BadProof:
        raise
    except Exception as error:
        raise BadProof("This is no picture that can be read.", field="picture") from error
    return Picture(sha256(sent).hexdigest(), _small(upright))


def _upright(sent: bytes) -> Image.Image:
    """Return the pixels that are kept; the size is judged before anything is decoded.

    Made smaller first and turned after: what turns or recolours makes a copy of what it is given.
    """
    with Image.open(BytesIO(sent), formats=_FORMATS) as found:
        _require_bearable(found, sent)
        scale = 2 * LONGEST_SIDE / max(found.size)
        found.draft("RGB", (int(found.width * scale) or 1, int(found.height * scale) or 1))
        small = found if found.mode in _SCALED_WELL else found.convert("RGB")
        small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return ImageOps.exif_transpose(small).convert("RGB")


def _require_bearable(found: Image.Image, sent: bytes) -> None:
    """Refuse what would take too much memory."""
    whole = _LARGEST_WHOLE.get(found.format or "", _LARGEST_ELSE)
    most = LARGEST_PIXELS if _is_plain_jpeg(sent) else whole
    if found.width * found.height > most:
        raise BadProof("The picture has too many pixels.", field="picture", most=most)


def _is_plain_jpeg(sent: bytes) -> bool:
    """Tell whether it is a JPEG whose first scan has all colours; any other is kept in memory."""
    colours, at = 0, 2
    while sent[:2] == b"\xff\xd8" and sent[at : at + 1] == b"\xff" and at + 9 < len(sent):
        marker = sent[at + 1]
        if marker == _SCAN:
            return sent[at + 4] == colours
        if marker in _PLAIN:
            colours = sent[at + 9]
        at += 2 + int.from_bytes(sent[at + 2 : at + 4])
    return False


def _small(pixels: Image.Image) -> bytes:
    """Return the picture as a JPEG that is small enough, at the best quality that is."""
    for quality in _QUALITIES:
        out = BytesIO()
        pixels.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= MOST_KEPT_BYTES:
            break
    return out.getvalue()

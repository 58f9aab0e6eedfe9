"""A picture from a phone, made harmless: no place, no camera, no more pixels than needed."""

from hashlib import sha256
from io import BytesIO

from msgspec import Struct
from PIL import Image, ImageOps

from storefront.fulfillment.errors import BadProof

LARGEST_BYTES = 8 * 1024 * 1024
LARGEST_PIXELS = 50_000_000
LONGEST_SIDE = 1280
MOST_KEPT_BYTES = 300_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITIES = (80, 65, 50, 35, 20)


class Picture(Struct, frozen=True):
    """A JPEG of at most 300 kB; `digest` names what the phone sent (SHA-256, hex)."""

    digest: str
    jpeg: bytes


def harmless(sent: bytes) -> Picture:
    """Decode a picture and encode its pixels anew: whatever else was in the file is gone.

    Raises BadProof for what is no picture, or too large to be one of a phone.
    """
    if not 0 < len(sent) <= LARGEST_BYTES:
        raise BadProof("The picture is empty or larger than 8 MB.", field="picture")
    try:
        upright = _upright(sent)
    except BadProof:
        raise
    except Exception as error:
        raise BadProof("This is no picture that can be read.", field="picture") from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return Picture(sha256(sent).hexdigest(), _small(upright))


def _upright(sent: bytes) -> Image.Image:
    with Image.open(BytesIO(sent), formats=_FORMATS) as found:
        if found.width * found.height > LARGEST_PIXELS:
            raise BadProof("The picture has too many pixels.", field="picture")
        return ImageOps.exif_transpose(found).convert("RGB")


def _small(pixels: Image.Image) -> bytes:
    """Return the picture as a JPEG that is small enough, at the best quality that is."""
    for quality in _QUALITIES:
        out = BytesIO()
        pixels.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= MOST_KEPT_BYTES:
            break
    return out.getvalue()

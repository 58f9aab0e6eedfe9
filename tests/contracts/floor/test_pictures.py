"""A picture that somebody sends is kept without what it tells beside its pixels."""

from io import BytesIO

import pytest
from PIL import Image

from storefront.fulfillment.work import pictures


def test_a_picture_loses_everything_but_its_pixels() -> None:
    sent = BytesIO()
    image = Image.new("RGB", (3000, 2000), "teal")
    exif = Image.Exif()
    exif[0x010F] = "Planted Camera"
    exif.get_ifd(0x8825)[2] = (52.0, 22.0, 0.0)
    image.save(sent, "JPEG", exif=exif)

    found = pictures.harmless(sent.getvalue())

    with Image.open(BytesIO(found.jpeg)) as kept:
        assert max(kept.size) == 1280
        assert not kept.getexif()
    assert b"Planted" not in found.jpeg
    assert len(found.jpeg) <= 300_000


@pytest.mark.parametrize("sent", [b"", b"no picture", b"GIF89a" + b"\0" * 50, b"\xff\xd8\xff"])
def test_what_is_no_picture_is_refused(sent: bytes) -> None:
    with pytest.raises(pictures.BadProof):
        pictures.harmless(sent)

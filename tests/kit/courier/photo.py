"""A small photo as a phone takes it, with what phones write into it."""

from io import BytesIO

from PIL import Image


def a_photo(shade: int = 0) -> bytes:
    """Return a JPEG that names the camera and the place it was taken at."""
    image = Image.new("RGB", (640, 480), (120, 90, 20 * shade))
    exif = image.getexif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()

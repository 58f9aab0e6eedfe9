"""What a courier's phone can be refused before anything is looked at."""

from connector.model.errors import InvalidInput, TooMany
from storefront.fulfillment.errors.job import JobNotFound


class NoPlaceToWait(TooMany):
    """As many phones wait as one process can hold."""

    code = "no_place_to_wait"
    status = 503
    remedy = "Come back in as many seconds as Retry-After says; look without waiting meanwhile."


class TooManyPictures(TooMany):
    """A job has more pictures than any proof needs."""

    code = "too_many_pictures"
    remedy = "Use one that was uploaded before."


class NotYourJob(JobNotFound):
    """No job of this courier has that id."""

    remedy = "Look at the list of your own jobs again."


class BadArgument(InvalidInput):
    """An argument that is out of bounds."""

    code = "bad_argument"
    remedy = "See the description of the field in the schema."


class BadBody(InvalidInput):
    """A body that is not what this address takes."""

    code = "bad_body"
    remedy = "Send a JSON object with the fields of this address, keys and signatures in base64url."

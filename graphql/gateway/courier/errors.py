"""What a courier's phone can be refused before anything is looked at."""

from connector.model.errors import InvalidInput, NotFound, TooMany


class NoPlaceToWait(TooMany):
    """As many phones wait as one process can hold."""

    code = "retry_later"
    status = 503
    remedy = "Come back in as many seconds as Retry-After says; look without waiting meanwhile."


class TooManyPictures(TooMany):
    """A job has more pictures than any proof needs."""

    code = "too_many_pictures"
    remedy = "Use one that was uploaded before."


class NotYourJob(NotFound):
    """No job of this courier has that id."""

    code = "job_not_found"


class BadArgument(InvalidInput):
    """An argument that is out of bounds."""

    code = "bad_argument"
    remedy = "See the description of the field in the schema."


class BadBody(InvalidInput):
    """A body that is not what this address takes."""

    code = "bad_body"
    remedy = "Send a JSON object with the fields of this address, keys and signatures in base64url."

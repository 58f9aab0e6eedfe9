"""Pictures that prove a delivery: taken in whole, made harmless, sealed, bound to one job."""

import msgspec
from flask import Request, Response
from sqlalchemy import Connection
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.courier.depot import Caller, Depot, caller_of
from gateway.courier.errors import NotYourJob, TooManyPictures
from storefront.fulfillment.errors.job import BadProof
from storefront.fulfillment.job.job import HELD
from storefront.fulfillment.store import jobs, proofs
from storefront.fulfillment.work import pictures

_MOST = 10


def take(depot: Depot, asked: Request, job_id: str) -> Response:
    """Keep a picture of a job that the courier holds; answer by which digest proofs name it."""
    caller = caller_of(depot, asked.headers.get("Authorization", ""), asked.host)
    with depot.floor.database.read() as connection:
        _require_his(connection, caller, job_id)
    sent = _body(asked)  # a slow phone must not keep others out of the darkroom
    with depot.darkroom:
        found = pictures.harmless(sent)
    with depot.floor.write(caller.merchant_id) as here:
        _require_his(here.connection, caller, job_id)
        known = proofs.blobs(here.connection, caller.merchant_id, job_id)
        if len(known - {found.digest}) >= _MOST:
            raise TooManyPictures("The job has enough pictures.", most=_MOST)
        proofs.put_blob(depot.floor, here, job_id, found.digest, found.jpeg)
    answer = Response(
        msgspec.json.encode({"sha256": found.digest}), 201, content_type="application/json"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _require_his(connection: Connection, caller: Caller, job_id: str) -> None:
    """Raise NotYourJob for a job of somebody else, as for one that is none."""
    found = jobs.several(connection, caller.merchant_id, [job_id])
    if not found or found[0].courier_id != caller.courier.id or found[0].state not in HELD:
        raise NotYourJob("No job of yours has that id.")


def _body(asked: Request) -> bytes:
    asked.max_content_length = pictures.LARGEST_BYTES
    try:
        return asked.get_data(cache=False)
    except RequestEntityTooLarge:
        raise BadProof("The picture is larger than 8 MB.", field="picture") from None

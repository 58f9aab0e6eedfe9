"""All addresses of the courier's surface."""

from collections.abc import Callable

from flask import Blueprint, Request, Response, request

from connector.model.errors import RegieError
from gateway.courier import doors, live, pictures, view
from gateway.courier.depot import BUDGET, Depot, caller_of
from gateway.courier.problem import problem

_ALL = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_DOORS: dict[str, Callable[[Depot, Request], Response]] = {
    "/courier/challenge": doors.challenge,
    "/courier/invitation": doors.look_at_invitation,
    "/courier/join": doors.join,
    "/courier/renew": doors.renew,
    "/courier/sign-out": doors.sign_out,
    "/courier/passkey/new/options": doors.passkey_to_register,
    "/courier/passkey/new": doors.register_passkey,
    "/courier/passkey/options": doors.passkey_to_enter,
    "/courier/passkey": doors.enter_by_passkey,
}


def courier_gateway(depot: Depot) -> Blueprint:
    """Return the routes of the courier's surface."""
    blueprint = Blueprint("courier_gateway", __name__)

    @blueprint.route("/graphql/courier", methods=list(_ALL), provide_automatic_options=False)
    def graphql() -> Response:
        if request.method == "OPTIONS":
            return Response(status=204, headers={"Allow": ", ".join(view.METHODS)})
        return view.answered(depot, request)

    @blueprint.get("/courier/events")
    def events() -> Response:
        return live.events(depot, request)

    @blueprint.post("/courier/jobs/<job_id>/proof")
    def proof(job_id: str) -> Response:
        _count(depot)
        return pictures.take(depot, request, job_id)

    for path, verb in _DOORS.items():
        blueprint.add_url_rule(path, path, _door(depot, verb), methods=["POST"])
    blueprint.register_error_handler(RegieError, problem)
    return blueprint


def _door(depot: Depot, verb: Callable[[Depot, Request], Response]) -> Callable[[], Response]:
    def door() -> Response:
        return verb(depot, request)

    return door


def _count(depot: Depot) -> None:
    """Take a request off the device's budget."""
    caller = caller_of(depot, request.headers.get("Authorization", ""), request.host)
    depot.meter.count(caller.merchant_id, caller.name, BUDGET)

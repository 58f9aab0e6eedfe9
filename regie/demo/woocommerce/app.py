"""The shop as a web server: the WooCommerce API, the key page, and the strings behind it."""

import time
from collections.abc import Callable
from urllib.parse import parse_qsl

from flask import Flask, Request, Response, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from regie.demo.woocommerce import wcauth
from regie.demo.woocommerce.auth import identify
from regie.demo.woocommerce.call import Answer, Call
from regie.demo.woocommerce.control import control
from regie.demo.woocommerce.errors import RestError
from regie.demo.woocommerce.faults import FIREWALL_PAGE, OVERLOAD_PAGE
from regie.demo.woocommerce.pages import pages
from regie.demo.woocommerce.routes import dispatch
from regie.demo.woocommerce.state import LoggedRequest, Shop
from regie.demo.woocommerce.stock import pass_time
from regie.demo.woocommerce.text import HOME, flat_query, read_query, stamp, write_json

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
SECRET = ("oauth_", "consumer_")
HTML = {"too_many": 429, "server_error": 500, "unavailable": 503, "lost_answer": 504}
FIXED = {
    "X-Powered-By": "PHP/8.2.36",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
    "Expires": "Wed, 11 Jan 1984 05:00:00 GMT",
    "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
}


def create_app(shop: Shop, sleep: Callable[[float], None] = time.sleep) -> Flask:
    """Return the shop as a Flask application."""
    app = Flask(__name__)
    app.register_blueprint(control(shop))
    app.register_blueprint(pages(shop))

    @app.route("/wp-json/", methods=METHODS, defaults={"path": ""})
    @app.route("/wp-json/<path:path>", methods=METHODS)
    def api(path: str) -> BaseResponse:
        return _answer(shop, f"/wp-json/{path}", sleep)

    @app.route("/index.php", methods=METHODS)
    def without_permalinks() -> BaseResponse:
        refusal = RestError(
            "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", 401
        )
        return _respond(shop, Answer(refusal.body(), 401), "GET")

    @app.get(f"{wcauth.BASE}/<step>")
    @app.get(f"{wcauth.BASE}/<step>/")
    def key_page(step: str) -> BaseResponse:
        return _key_page(shop, step)

    return app


def _answer(shop: Shop, path: str, sleep: Callable[[float], None]) -> BaseResponse:
    call = _read_call(shop, path, request)
    with shop.lock:
        fault = shop.faults.for_request(call.number)
    if fault == "slow":
        sleep(shop.faults.slow_seconds)
    if fault in {"too_many", "server_error", "unavailable", "firewall"}:
        return _broken(shop, call, fault)
    with shop.lock:
        pass_time(shop)
        answer = _carry_out(shop, call)
        response = _respond(shop, answer, path)
        _write_log(shop, call, answer.status)
    shop.webhooks.ping()
    if fault == "lost_answer":
        return _broken(shop, call, fault)
    return _cut(response) if fault == "truncated" else response


def _read_call(shop: Shop, path: str, sent: Request) -> Call:
    pairs = parse_qsl(sent.query_string.decode(), keep_blank_values=True)
    with shop.lock:
        shop.requests += 1
        number = shop.requests
    return Call(
        method=sent.method,
        path=path,
        pairs=pairs,
        params=read_query(pairs),
        body=sent.get_json(force=True, silent=True) if sent.data else None,
        headers=dict(sent.headers.items()),
        secure=sent.is_secure,
        number=number,
    )


def _carry_out(shop: Shop, call: Call) -> Answer:
    try:
        call.key = identify(shop, call)
        return dispatch(shop, call)
    except RestError as refusal:
        return Answer(refusal.body(), refusal.status)


def _respond(shop: Shop, answer: Answer, path: str) -> Response:
    response = Response(write_json(answer.body, shop.home), answer.status)
    response.headers["Content-Type"] = "application/json; charset=UTF-8"
    response.headers.update(FIXED)
    response.headers["Allow"] = answer.allow
    if path != "/wp-json/" and all(name != "Link" for name, _ in answer.headers):
        response.headers["Link"] = f'<{shop.home}/wp-json/>; rel="https://api.w.org/"'
    for name, value in answer.headers:
        response.headers[name] = value.replace(HOME, shop.home)
    return response


def _broken(shop: Shop, call: Call, fault: str) -> BaseResponse:
    status = 403 if fault == "firewall" else HTML[fault]
    page = FIREWALL_PAGE if fault == "firewall" else OVERLOAD_PAGE.format(status=status)
    response = make_response(page, status)
    response.headers["Content-Type"] = "text/html; charset=UTF-8"
    if shop.faults.retry_after is not None and fault in {"too_many", "unavailable"}:
        response.headers["Retry-After"] = str(shop.faults.retry_after)
    if fault != "lost_answer":
        with shop.lock:
            _write_log(shop, call, status)
    return response


def _cut(response: Response) -> BaseResponse:
    whole = response.get_data()
    response.set_data(whole[: len(whole) // 2])
    response.headers["Content-Length"] = str(len(whole))
    response.automatically_set_content_length = False
    return response


def _write_log(shop: Shop, call: Call, status: int) -> None:
    told = [(key, value) for key, value in flat_query(call.params) if not key.startswith(SECRET)]
    query = "&".join(f"{key}={value}" for key, value in told)
    agent = call.headers.get("User-Agent", "")
    at = stamp(shop.now())
    shop.log.append(LoggedRequest(call.number, at, call.method, call.path, query, status, agent))


def _key_page(shop: Shop, step: str) -> BaseResponse:
    params = read_query(parse_qsl(request.query_string.decode(), keep_blank_values=True))
    is_owner = request.cookies.get("fake_owner") == "yes"
    if step == "enter":
        response = redirect(f"{wcauth.BASE}/authorize?{request.query_string.decode()}")
        response.set_cookie("fake_owner", "yes", httponly=True, samesite="Lax")
        return response
    if step == "access_granted":
        proven = is_owner and params.get("wc_auth_nonce") == wcauth.nonce(shop)
        page = wcauth.grant(shop, params) if proven else wcauth.DENIED
    elif step == "login":
        page = wcauth.login_page(params)
    else:
        page = wcauth.authorize(shop, params, is_admin=is_owner)
    return redirect(page.location) if page.location else make_response(page.html, page.status)

"""From an operation to an answer: by its compiled plan, or by graphql-core where that declines."""

import json
from collections.abc import Mapping
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, execute
from msgspec import Struct

from connector.model.errors import RegieError
from gateway.catalogue.asking import Asking
from gateway.catalogue.brief import is_brief
from gateway.catalogue.schema import schema
from gateway.compiler import Deoptimise, FragmentCache, Plan
from gateway.compiler.answered import answered, answered_by_walk
from gateway.desk import faults
from gateway.desk.answer import Answer
from gateway.desk.disclosed import detail
from gateway.desk.operation import Invalid, Operation
from gateway.weight import Weight
from storefront.disclosure.field import Group
from storefront.disclosure.mask import withheld
from storefront.disclosure.sight import Sight

_MOST_TELLINGS = 100


def refusal(error: Exception) -> Answer:
    """Return the answer to what cannot be run: no `data` key, and one code."""
    if isinstance(error, Invalid):
        shown = [faults.invalid(it) for it in error.errors]
        return _without_data(shown, 400)
    if isinstance(error, GraphQLError):
        return _without_data([faults.invalid(error)], 400)
    if not isinstance(error, RegieError):
        return _without_data([faults.shown(error)], 500)
    return _without_data([faults.shown(error)], error.status, error.facts.get("retry_after"))


class Ready(Struct, frozen=True):
    """An operation with its variables: as canonical JSON, as they came, as the schema reads them.

    It holds nothing of any caller.
    """

    operation: Operation
    told: bytes
    given: Mapping[str, Any]
    variables: Mapping[str, Any]
    weight: Weight


def prepared(operation: Operation, told: bytes, given: Mapping[str, Any]) -> Ready:
    """Check everything that can be checked without reading any data."""
    variables = operation.coerced(given)
    return Ready(operation, told, given, variables, operation.weigh(variables))


def run(ready: Ready, asking: Asking, fragments: FragmentCache | None) -> Answer:
    """Execute."""
    conditions = ready.operation.conditions(ready.variables)
    plan = ready.operation.plan(conditions)
    if plan is not None:
        try:
            return _planned(plan, ready, asking, fragments)
        except Deoptimise:
            asking.forget()
    return _interpreted(ready, conditions, asking)


def _planned(plan: Plan, ready: Ready, asking: Asking, fragments: FragmentCache | None) -> Answer:
    asking.brief = is_brief(plan.reads)
    data = plan.run(None, asking, ready.variables, fragments)
    fields = answered(plan, data)
    telling = _telling(fields, asking.view.sight)
    body = b"".join((b'{"data":', data, telling.extensions, b"}"))
    return Answer(body, 200, ready.weight, detail(fields, telling.shown, asking))


def _interpreted(ready: Ready, conditions: Mapping[str, bool], asking: Asking) -> Answer:
    """Let graphql-core execute: it covers everything, and its errors are exact."""
    operation = ready.operation
    result = execute(
        schema().graphql_schema,
        operation.document,
        context_value=asking,
        variable_values=dict(ready.given),
        operation_name=operation.node.name.value if operation.node.name else None,
    )
    assert isinstance(result, ExecutionResult)  # noqa: S101 - sync resolvers only
    fields = answered_by_walk(
        schema().graphql_schema, operation.document, operation.node, conditions, result.data
    )
    errors = [faults.failed(error) for error in result.errors or ()]
    told = b'"errors":' + _encoded(errors) + b"," if errors else b""
    data = orjson.dumps(result.data, default=str)
    telling = _telling(fields, asking.view.sight)
    body = b"{" + told + b'"data":' + data + telling.extensions + b"}"
    code = errors[0]["extensions"]["code"] if errors else None
    return Answer(body, 200, ready.weight, detail(fields, telling.shown, asking), code)


class _Telling(Struct, frozen=True):
    """What is told of an answer with certain fields, whatever is in it.

    `shown` are the fields that are not withheld outside of products.
    """

    shown: frozenset[str]
    extensions: bytes


def _telling(fields: frozenset[str], sight: Sight) -> _Telling:
    """Return what is told; worked out once for each kind of answer that a sight is given."""
    known: _Telling | None = sight.tellings.get(fields)
    if known is None:
        if len(sight.tellings) >= _MOST_TELLINGS:
            sight.tellings.clear()
        known = _Telling(fields - _withheld_roots(fields, sight), _extensions(fields, sight))
        sight.tellings[fields] = known
    return known


def _extensions(fields: frozenset[str], sight: Sight) -> bytes:
    """Name the fields that are null because they are not shared, and say whether prices are."""
    masks = [scope.mask for scope in sight.scopes or () if not scope.mask.is_clear]
    if not masks:
        return b""
    in_products = fields & frozenset[str]().union(*map(withheld, masks))
    hidden = sorted(in_products | _withheld_roots(fields, sight))
    rough = "Money.amount" in fields and any(not mask.exact_price for mask in masks)
    told: dict[str, Any] = {"withheld": hidden} if hidden else {}
    if rough:
        told["rounded"] = ["Money.amount"]
    return b',"extensions":' + orjson.dumps(told) if told else b""


def _withheld_roots(fields: frozenset[str], sight: Sight) -> frozenset[str]:
    """Name what is withheld outside of products."""
    found = set()
    if not sight.shows_stores:
        found.add("Query.stores")
    if Group.POLICIES not in sight.widest.groups:
        found.add("ConnectedShop.policies")
    return fields & found


def _encoded(value: Any) -> bytes:
    """Encode as JSON; a text that is no Unicode, which only callers send, is told escaped."""
    try:
        return orjson.dumps(value, default=str)
    except TypeError:
        return json.dumps(value, default=str).encode()


def _without_data(
    errors: list[dict[str, Any]], status: int, retry_after: int | None = None
) -> Answer:
    code = errors[0]["extensions"]["code"]
    body = _encoded({"errors": errors})
    return Answer(body, status, code=code, retry_after=retry_after)

"""Which app may see which field: scopes for data, approval for customers' own data."""

from collections.abc import Iterable, Mapping
from typing import Final

from graphql import GraphQLError, GraphQLNamedType, GraphQLObjectType, is_composite_type

from regie.demo.shopify.query.answers import PROTECTED_PAGE, SCOPES_PAGE, problem
from regie.demo.shopify.query.schema import access
from regie.demo.shopify.query.walk import Question, Selected, every

METAFIELD_OWNERS: Final[Mapping[str, str]] = {
    "Product": "write_products",
    "ProductVariant": "write_products",
    "Collection": "write_products",
    "Location": "write_locations",
    "Shop": "",
}


class Rights:
    """What one token may do."""

    def __init__(self, scopes: Iterable[str], approved: Iterable[str] = ()) -> None:
        self.scopes = frozenset(scopes)
        self.approved = frozenset(approved)
        self._fine: set[tuple[str, str]] = set()

    def has_any(self, wanted: Iterable[str]) -> bool:
        """Whether one of the scopes is granted; writing includes reading."""
        return any(
            scope in self.scopes or scope.replace("read_", "write_", 1) in self.scopes
            for scope in wanted
        )

    def refusal(self, parent: str, field: str, returned: GraphQLNamedType) -> GraphQLError | None:
        """Return why this field is refused, or nothing; what was fine once stays fine."""
        if (parent, field) in self._fine:
            return None
        error = self._judge(parent, field, returned)
        if error is None:
            self._fine.add((parent, field))
        return error

    def _judge(self, parent: str, field: str, returned: GraphQLNamedType) -> GraphQLError | None:
        rules = access()
        for name in (f"{parent}.{field}", _held(returned)):
            wanted = rules.scopes.get(name)
            if wanted and not self.has_any(wanted):
                return _denied(field, wanted)
        kind = rules.protected.get((parent, field))
        if kind and kind not in self.approved:
            return _unapproved(parent)
        return None

    def refuses_type(self, name: str) -> GraphQLError | None:
        """Return why objects of this type are refused, or nothing."""
        wanted = access().scopes.get(name)
        return _denied(name, wanted) if wanted and not self.has_any(wanted) else None


def _held(kind: GraphQLNamedType) -> str:
    """Return the name of what a connection holds, or of the type itself."""
    if isinstance(kind, GraphQLObjectType) and kind.name.endswith("Connection"):
        nodes = kind.fields.get("nodes")
        if nodes is not None:
            return str(nodes.type).strip("[]!")
    return kind.name if is_composite_type(kind) else ""


def _denied(field: str, wanted: Iterable[str]) -> GraphQLError:
    required = " or ".join(f"`{scope}`" for scope in wanted) + " access scope."
    return problem(
        f"Access denied for {field} field. Required access: {required}",
        "ACCESS_DENIED",
        documentation=SCOPES_PAGE,
        requiredAccess=required,
    )


def _unapproved(parent: str) -> GraphQLError:
    return problem(
        f"This app is not approved to access the {parent} object. "
        f"See {PROTECTED_PAGE} for more details.",
        "ACCESS_DENIED",
        documentation=PROTECTED_PAGE,
    )


def first_refusal(question: Question, rights: Rights) -> tuple[Selected, GraphQLError] | None:
    """Return the first field of a question this token may not read, as far as the text tells."""
    for selected in every(question, question.root, question.operation.selection_set):
        error = rights.refusal(selected.parent.name, selected.node.name.value, selected.type)
        if error:
            return selected, error
    return None

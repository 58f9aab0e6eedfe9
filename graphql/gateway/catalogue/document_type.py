"""How GraphQL types read the serving document: a field's name is the document's key."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from gateway.compiler import reads_document


@reads_document
def from_document(
    _name: str, default: Any, document: Any, info: GraphQLResolveInfo, **_arguments: Any
) -> Any:
    """Return the value that the document holds under the field's GraphQL name."""
    return document.get(info.field_name, default)


class DocumentType(graphene.ObjectType):
    """Base of all types that are parts of a document."""

    class Meta:
        """Not a type of its own."""

        abstract = True

    @classmethod
    def __init_subclass_with_meta__(cls, **options: Any) -> None:  # type: ignore[override]  # names are graphene's
        """Let every subclass read the document."""
        options.setdefault("default_resolver", from_document)
        super().__init_subclass_with_meta__(**options)  # type: ignore[no-untyped-call]  # untyped

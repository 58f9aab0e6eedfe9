"""GraphQL operations compiled to Python and msgspec, for graphql-core 3.2 and Graphene 3.

`compile_operation` makes a `Plan` of one operation, specialised by the booleans of its @skip and
@include (`directive_variables` names them). `Plan.run` calls the root resolvers and answers with
the bytes of `data`, exactly those that graphql-core's data would have. It makes no errors: what it
does not compile raises `NotCovered`, and whatever is odd while it runs raises `Deoptimise`. Then
graphql-core executes, whose errors are exact; so resolvers may run twice and must not write.

A root resolver may return an `Entity` where the schema has an object type that was named so: a
row with its canonical JSON. What is selected of an entity is rendered by the first that can:

1. a `FragmentCache`: bytes by entity version, selection, veil and arguments;
2. a msgspec struct per selection, which decodes, checks and encodes only what is selected; it
   knows no aliases, no abstract types and no resolvers beside the marked ones;
3. generated Python on the decoded document.

A `Veil` says what an asker may not see of entities; it is compiled into the renderers. Resolvers
inside an entity carry a mark (`sliced`, `matching`, `looked_up`) so that a plan can do their work;
others are called, in layer 3, and veiled documents are made whole for them. `answered` tells which
fields an answer really holds.

The data of an entity must be well-formed JSON: what nobody selects is not looked at.
"""

from gateway.compiler.answered import answered, answered_by_walk
from gateway.compiler.document import directive_variables
from gateway.compiler.entity import Entity, EntityList, StoredEntity
from gateway.compiler.errors import Deoptimise, NotCovered
from gateway.compiler.fragments import FragmentCache
from gateway.compiler.leaves import LeafType
from gateway.compiler.marks import looked_up, matching, reads_document, sliced
from gateway.compiler.plan import Plan, compile_operation
from gateway.compiler.veil import CLEAR, Change, Veil, looks_at_value

__all__ = [
    "CLEAR",
    "Change",
    "Deoptimise",
    "Entity",
    "EntityList",
    "FragmentCache",
    "LeafType",
    "NotCovered",
    "Plan",
    "StoredEntity",
    "Veil",
    "answered",
    "answered_by_walk",
    "compile_operation",
    "directive_variables",
    "looked_up",
    "looks_at_value",
    "matching",
    "reads_document",
    "sliced",
]

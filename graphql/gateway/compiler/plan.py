"""A compiled operation: runs its root resolvers and answers in bytes, or hands it back."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
)

from gateway.compiler.arguments import fixed, moving
from gateway.compiler.collect import Collected, Collector, Selection
from gateway.compiler.document import check, directive_variables
from gateway.compiler.entities import EntityPlan
from gateway.compiler.errors import Deoptimise, NotCovered
from gateway.compiler.fragments import FragmentCache
from gateway.compiler.leaves import LeafType
from gateway.compiler.objects import ObjectProjection
from gateway.compiler.presence import shapes_of
from gateway.compiler.reach import members_read
from gateway.compiler.run import Run
from gateway.compiler.settings import Settings
from gateway.compiler.veil import CLEAR, Veil

MOST_CONDITIONS = 6
_NO_HINTS: Mapping[str, LeafType] = {}


class Plan:
    """One operation under known conditions; holds nothing of any request."""

    def __init__(
        self, settings: Settings, collected: Collected, conditions: Mapping[str, bool]
    ) -> None:
        self.settings = settings
        self._conditions = dict(conditions)
        self.selection = collected.selection
        self._entity_plans: list[EntityPlan] = []
        self._project = ObjectProjection(settings, self._entity).compiled(collected.selection)
        settings.pause()
        self._arguments = [moving(*it) for it in collected.arguments]
        self._fixed: tuple[Any, ...] = _fixed(collected)
        self._moving = None in self._fixed
        settings.pause()
        self.shapes = shapes_of(settings, collected.selection)

    def run(
        self,
        root: Any,
        context: Any,
        variables: Mapping[str, Any],
        fragments: FragmentCache | None = None,
    ) -> bytes:
        """Return the bytes of `data`, or raise Deoptimise; `variables` are coerced already."""
        try:
            self._check(variables)
            arguments = self._coerced(variables)
            run = Run(arguments, context, variables, fragments, self.settings.schema)
            return orjson.dumps(self._project(root, run))
        except Deoptimise:
            raise
        except Exception as error:
            raise Deoptimise from error

    @cached_property
    def reads(self) -> frozenset[str] | None:
        """Which members of entities are read, as `Type.key`; None: perhaps all."""
        found = [members_read(plan.selection) for plan in self._entity_plans]
        known = [it for it in found if it is not None]
        return frozenset().union(*known) if len(known) == len(found) else None

    def layers(self, veil: Veil = CLEAR) -> tuple[str, ...]:
        """Return by which means each selection of an entity is rendered under a veil."""
        return tuple(plan.renderer(veil).layer for plan in self._entity_plans)

    def _check(self, variables: Mapping[str, Any]) -> None:
        """Refuse variables under which other fields are selected."""
        for name, value in self._conditions.items():
            if variables[name] is not value:
                raise Deoptimise

    def _entity(self, selection: Selection) -> EntityPlan:
        plan = EntityPlan(selection, self.settings)
        self._entity_plans.append(plan)
        return plan

    def _coerced(self, variables: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
        if not self._moving:
            return self._fixed
        given = dict(variables)
        return tuple(
            read(given) if known is None else known
            for read, known in zip(self._arguments, self._fixed, strict=True)
        )


def compile_operation(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    booleans: Mapping[str, bool],
    entities: frozenset[str],
    *,
    leaf_types: Mapping[str, LeafType] = _NO_HINTS,
    structs: bool = True,
    pause: Callable[[], None] = lambda: None,
) -> Plan:
    """Compile an operation of a valid document, or raise NotCovered.

    `pause` is called every now and then meanwhile, also when a veil is compiled later.
    """
    check(operation, document)
    names = directive_variables(operation, document)
    if len(names) > MOST_CONDITIONS:
        raise NotCovered("too many conditions")
    try:
        collected = Collector(schema, document, booleans).collect(operation)
        pause()
        conditions = {name: booleans[name] for name in names if name in booleans}
        return Plan(Settings(schema, entities, leaf_types, structs, pause), collected, conditions)
    except RecursionError as error:
        raise NotCovered("nested too deeply") from error


def _fixed(collected: Collected) -> tuple[Mapping[str, Any] | None, ...]:
    """Coerce arguments without variables once; resolvers must not change them."""
    try:
        return tuple(fixed(definition, node) for definition, node in collected.arguments)
    except GraphQLError as error:
        raise NotCovered("arguments that do not fit") from error

"""The plan of one entity's selection: a renderer per veil, finished bytes from the cache."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

import orjson
from graphql import get_named_type, is_abstract_type
from msgspec import Struct

from gateway.compiler.collect import Field, Selection
from gateway.compiler.documents import CannotSpecialise, DocumentProjection
from gateway.compiler.entity import Entity, EntityList
from gateway.compiler.errors import Deoptimise, NotCovered
from gateway.compiler.fragments import FragmentCache
from gateway.compiler.marks import LookedUp, Matching, Sliced, mark_of, reads
from gateway.compiler.pruned import decoder_of
from gateway.compiler.reading import reads_key
from gateway.compiler.run import Run
from gateway.compiler.settings import Settings
from gateway.compiler.shapes import CannotStruct
from gateway.compiler.stored import loaded
from gateway.compiler.structs import structs_of
from gateway.compiler.veil import Veil

_MOST_VEILS = 256

STRUCTS = "structs"
PYTHON = "python"
NOTHING = "nothing"


class Renderer(Struct, frozen=True, eq=False):
    """From stored bytes to answered bytes; `layer` says by which means."""

    layer: str
    render: Callable[[bytes, Run], bytes]
    render_all: Callable[[Iterable[bytes], Run], bytes] | None = None
    """The same for a list, in one go."""


class EntityPlan:
    """Renders what is selected of an entity; safe between threads, for it only ever gains veils."""

    def __init__(self, selection: Selection, settings: Settings) -> None:
        settings.pause()
        _check(selection)
        self.selection = selection
        self._settings = settings
        self._digest = _digest(selection)
        self._slots = tuple(_slots(selection))
        self._stable = _is_stable(selection)
        self._renderers: dict[bytes, Renderer] = {}

    def __call__(self, entity: Entity, run: Run) -> orjson.Fragment:
        """Return what is selected of an entity as finished bytes."""
        veil = entity.veil
        cache = run.fragments
        if cache is None or not self._stable:
            return orjson.Fragment(self.renderer(veil).render(entity.data, run))
        key = (entity.key, self._digest, veil.digest, self._arguments(run))
        found = cache.get(key)
        if found is None:
            found = self.renderer(veil).render(entity.data, run)
            cache.put(key, found)
        return orjson.Fragment(found)

    def many(
        self, entities: Sequence[Entity], run: Run
    ) -> orjson.Fragment | Sequence[orjson.Fragment]:
        """Return what is selected of each entity of a list: finished bytes, not copied again."""
        if run.fragments is None or not self._stable:
            return self._made_anew(entities, run)
        return list(map(orjson.Fragment, self._kept(entities, run, run.fragments)))

    def _made_anew(
        self, entities: Sequence[Entity], run: Run
    ) -> orjson.Fragment | Sequence[orjson.Fragment]:
        if isinstance(entities, EntityList) and (veil := entities.veil) is not None:
            renderer = self.renderer(veil)
            if renderer.render_all is not None:
                return orjson.Fragment(renderer.render_all(entities.documents(), run))
        for it in entities:
            it.expect()
        return [orjson.Fragment(self.renderer(it.veil).render(it.data, run)) for it in entities]

    def _kept(self, entities: Sequence[Entity], run: Run, cache: FragmentCache) -> Sequence[bytes]:
        digest, arguments = self._digest, self._arguments(run)
        keys: Sequence[Hashable]
        if isinstance(entities, EntityList) and (veil := entities.veil) is not None:
            veiled = veil.digest
            keys = [(it, digest, veiled, arguments) for it in entities.identities()]
        else:
            keys = [(it.key, digest, it.veil.digest, arguments) for it in entities]
        found = cache.get_all(keys)
        missing = [place for place, it in enumerate(found) if it is None]
        for place in missing:
            entities[place].expect()
        for place in missing:
            entity = entities[place]
            made = self.renderer(entity.veil).render(entity.data, run)
            cache.put(keys[place], made)
            found[place] = made
        return [it for it in found if it is not None]

    def renderer(self, veil: Veil) -> Renderer:
        """Return the renderer under a veil, made when it is first wanted."""
        found = self._renderers.get(veil.digest)
        if found is None:
            found = self._made_or_refusing(veil)
            if len(self._renderers) >= _MOST_VEILS:
                self._renderers.clear()
            self._renderers[veil.digest] = found
        return found

    def _arguments(self, run: Run) -> tuple[Any, ...]:
        """Return the values of the arguments that matter inside, once for each run."""
        if not self._slots:
            return ()
        memo = run.memo(self)
        if not memo:
            memo["arguments"] = tuple(run.arguments[slot].get(name) for slot, name in self._slots)
        found: tuple[Any, ...] = memo["arguments"]
        return found

    def _made_or_refusing(self, veil: Veil) -> Renderer:
        try:
            return self._made(veil)
        except (NotCovered, RecursionError):
            return Renderer(NOTHING, _refuse)

    def _made(self, veil: Veil) -> Renderer:
        if self._settings.structs:
            try:
                made = structs_of(self.selection, self._settings, self._nested, veil)
                return Renderer(STRUCTS, *made)
            except CannotStruct:
                pass
        try:
            return self._in_python(veil)
        except CannotSpecialise:
            return self._applied(veil)

    def _in_python(self, veil: Veil) -> Renderer:
        project = DocumentProjection(self._settings, self._nested, veil).compiled(self.selection)
        decode = decoder_of(self.selection, veil)
        return Renderer(PYTHON, lambda data, run: orjson.dumps(project(decode(data), run)))

    def _applied(self, veil: Veil) -> Renderer:
        """Veil the whole document first, for a resolver or a type judge wants to see it."""
        writing = DocumentProjection(self._settings, self._nested, applied=veil)
        project = writing.compiled(self.selection)
        schema, name = self._settings.schema, self.selection.type.name
        return Renderer(
            PYTHON,
            lambda data, run: orjson.dumps(project(veil.apply(schema, name, loaded(data)), run)),
        )

    def _nested(self, selection: Selection) -> "EntityPlan":
        return EntityPlan(selection, self._settings)


def _refuse(_data: bytes, _run: Run) -> bytes:
    raise Deoptimise


def _check(selection: Selection) -> None:
    """Refuse default resolvers that graphql-core could not run on an entity."""
    for field in selection.fields:
        definition = field.definition
        if definition is None or mark_of(definition.resolve) is not None:
            continue
        if definition.resolve is None or (
            reads_key(field.name, definition) and not reads(definition.resolve)
        ):
            raise NotCovered("an entity whose default resolver does not read documents")


def _fields(selection: Selection) -> Iterator[Field]:
    for field in selection.fields:
        yield field
        for inner in field.inner.values():
            yield from _fields(inner)


def _slots(selection: Selection) -> Iterator[tuple[int, str]]:
    """Give slot and name of each argument that matters: those that a mark looks at."""
    for field in _fields(selection):
        mark = mark_of(field.definition.resolve) if field.definition else None
        if field.slot is not None and isinstance(mark, Sliced | Matching):
            yield field.slot, mark.argument


def _is_stable(selection: Selection) -> bool:
    """Tell whether the bytes depend on the entity, its veil and the arguments only."""
    return all(_depends_on_data(field) for field in _fields(selection))


def _depends_on_data(field: Field) -> bool:
    if field.definition is None:
        return True
    if is_abstract_type(get_named_type(field.type)):
        return False
    if reads_key(field.name, field.definition):
        return True
    mark = mark_of(field.definition.resolve)
    return mark is not None and not isinstance(mark, LookedUp)


def _digest(selection: Selection) -> bytes:
    return blake2b(_described(selection).encode(), digest_size=16).digest()


def _described(selection: Selection) -> str:
    """Write a selection down: equal texts render equally where the arguments are equal."""
    return selection.type.name + "{" + ",".join(_of(field) for field in selection.fields) + "}"


def _of(field: Field) -> str:
    slot = "" if field.slot is None else "()"
    inner = "".join(_described(it) for it in field.inner.values())
    return f"{field.key}:{field.name}{slot}{inner}"

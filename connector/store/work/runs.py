"""The memory of a sync: which step, where in it, what was seen, and which products had problems."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, select, update

from connector.store import tables
from connector.store.database.bulk import insert_rows, upsert_rows
from connector.store.product.change import Counts, Scope

_run = tables.sync_run
_seen = tables.sync_seen
_problem = tables.sync_problem
_product = tables.product
RUNNING, FINISHED, FAILED = "running", "finished", "failed"


class Run(Struct, frozen=True):
    """One sync of one connection; `since` and times are epoch milliseconds."""

    merchant_id: str
    id: str
    connection_id: str
    mode: str
    state: str
    step: str
    cursor: str | None
    since: int | None
    started_at: int
    finished_at: int | None
    counts: Counts
    context_digest: bytes | None
    error: str | None


class Problem(Struct, frozen=True):
    """Why one product could not be read, in words for the shop owner."""

    external_id: str
    code: str
    message: str
    details: Mapping[str, object]


_columns = [_run.c[name] for name in Run.__struct_fields__]


def start(connection: Connection, run: Run) -> None:
    """Store a new run."""
    values = {name: getattr(run, name) for name in Run.__struct_fields__}
    values["counts"] = msgspec.json.encode(run.counts).decode()
    connection.execute(_run.insert().values(values))


def unfinished(connection: Connection, scope: Scope, mode: str) -> Run | None:
    """Return the newest run of that mode if it was interrupted."""
    found = latest(connection, scope, mode)
    return found if found and found.state == RUNNING else None


def latest(connection: Connection, scope: Scope, mode: str | None = None) -> Run | None:
    """Return the newest run."""
    query = select(*_columns).where(
        _run.c.merchant_id == scope.merchant_id, _run.c.connection_id == scope.connection_id
    )
    if mode is not None:
        query = query.where(_run.c.mode == mode)
    newest = query.order_by(_run.c.started_at.desc(), _run.c.id.desc()).limit(1)
    row = connection.execute(newest).mappings().first()
    if row is None:
        return None
    return Run(**{**row, "counts": msgspec.json.decode(row["counts"], type=Counts)})


def advance(connection: Connection, run: Run, step: str, cursor: str | None) -> None:
    """Remember how far the run is, with what it did so far."""
    counts = msgspec.json.encode(run.counts).decode()
    _set(connection, run, step=step, cursor=cursor, counts=counts)


def end(connection: Connection, run: Run, state: str, error: str | None, now_ms: int) -> None:
    """Close the run and forget what it saw."""
    counts = msgspec.json.encode(run.counts).decode()
    _set(connection, run, state=state, error=error, finished_at=now_ms, counts=counts)
    forget_seen(connection, run)


def forget_seen(connection: Connection, run: Run) -> None:
    """Forget what the run saw, because it looks at everything anew."""
    connection.execute(delete(_seen).where(_of(run)))


def _set(connection: Connection, run: Run, **values: object) -> None:
    connection.execute(
        update(_run)
        .where(_run.c.merchant_id == run.merchant_id, _run.c.id == run.id)
        .values(**values)
    )


def saw(connection: Connection, run: Run, external_ids: Iterable[str]) -> None:
    """Remember that these products exist at the platform."""
    insert_rows(connection, _seen, [(run.merchant_id, run.id, it) for it in external_ids])


def unseen(connection: Connection, run: Run, after: str, limit: int) -> Sequence[str]:
    """Return standing products of the connection that this run did not see, by external id."""
    query = (
        select(_product.c.external_id)
        .outerjoin(
            _seen,
            (_seen.c.merchant_id == run.merchant_id)
            & (_seen.c.run_id == run.id)
            & (_seen.c.external_id == _product.c.external_id),
        )
        .where(
            _product.c.merchant_id == run.merchant_id,
            _product.c.connection_id == run.connection_id,
            _product.c.external_id > after,
            _product.c.deleted.is_(False),
            _seen.c.external_id.is_(None),
        )
        .order_by(_product.c.external_id)
        .limit(limit)
    )
    return connection.execute(query).scalars().all()


def _of(run: Run):  # type: ignore[no-untyped-def]  # noqa: ANN202 - an SQL clause
    return (_seen.c.merchant_id == run.merchant_id) & (_seen.c.run_id == run.id)


def count_unseen(connection: Connection, run: Run) -> tuple[int, int]:
    """Return how many standing products the run did not see, and how many stand."""
    mine = (
        _product.c.merchant_id == run.merchant_id,
        _product.c.connection_id == run.connection_id,
        _product.c.deleted.is_(False),
    )
    seen = select(_seen.c.external_id).where(_of(run))
    standing = select(func.count()).select_from(_product).where(*mine)
    unseen_ones = standing.where(_product.c.external_id.not_in(seen))
    return connection.execute(unseen_ones).scalar_one(), connection.execute(standing).scalar_one()


def keep_problems(
    connection: Connection, scope: Scope, problems: Iterable[Problem], now_ms: int
) -> None:
    """Store or renew the problems of single products."""
    upsert_rows(
        connection,
        _problem,
        [
            (
                scope.merchant_id,
                scope.connection_id,
                problem.external_id,
                problem.code,
                problem.message,
                msgspec.json.encode(problem.details).decode(),
                now_ms,
            )
            for problem in problems
        ],
    )


def clear_problems(connection: Connection, scope: Scope, external_ids: Iterable[str]) -> None:
    """Forget the problems of products that were read well, or are gone."""
    ids = list(external_ids)
    mine = _problem.c.merchant_id == scope.merchant_id
    here = _problem.c.connection_id == scope.connection_id
    standing = select(_problem.c.external_id).where(mine, here).limit(1)
    if ids and connection.execute(standing).first():
        connection.execute(delete(_problem).where(mine, here, _problem.c.external_id.in_(ids)))


def problems(connection: Connection, scope: Scope, limit: int = 100) -> Sequence[Problem]:
    """Return the standing problems of a connection."""
    query = (
        select(_problem.c.external_id, _problem.c.code, _problem.c.message, _problem.c.details)
        .where(
            _problem.c.merchant_id == scope.merchant_id,
            _problem.c.connection_id == scope.connection_id,
        )
        .order_by(_problem.c.external_id)
        .limit(limit)
    )
    found = connection.execute(query)
    return [Problem(row[0], row[1], row[2], msgspec.json.decode(row[3])) for row in found]


def count_problems(connection: Connection, scope: Scope) -> int:
    """Return how many products of a connection could not be read."""
    query = select(func.count()).where(
        _problem.c.merchant_id == scope.merchant_id,
        _problem.c.connection_id == scope.connection_id,
    )
    return connection.execute(query).scalar_one()

"""What can go wrong with the database, each with what to do about it."""

from connector.model.errors import Conflict, InvalidInput, StorageError


class DiskFull(StorageError):
    """The disk or the database has no room."""

    code = "disk_full"
    remedy = "Free some space and run the command again; the last good catalogue is untouched."


class NulInText(InvalidInput):
    """A text holds the character NUL, which a database cannot look for or keep."""

    code = "nul_in_text"
    remedy = "Leave out the character NUL."


class DatabaseBusy(Conflict):
    """Another writer held the database for too long."""

    code = "retry_later"
    status = 503
    remedy = "Try again in a moment."


class DatabaseUnreachable(StorageError):
    """The database does not answer."""

    code = "database_unreachable"
    status = 503
    remedy = "Check REGIE_DATABASE_URL and that the server runs."


class DatabaseNewer(StorageError):
    """The database was written by a newer Regie."""

    code = "database_newer"
    remedy = "Install the newer Regie again, or restore an older backup; nothing was changed."


class DatabaseOlder(StorageError):
    """The database needs a migration."""

    code = "database_older"
    remedy = "Run `regie db upgrade`."


class ForkedConnection(StorageError):
    """A database connection crossed a fork; using it could lose writes."""

    code = "forked_connection"
    remedy = "Open the database after forking."


class UnsafeFilesystem(StorageError):
    """SQLite's locks do not work on this file system."""

    code = "unsafe_filesystem"
    remedy = "Put REGIE_HOME on a local disk, or use Postgres."


class DatabaseDamaged(StorageError):
    """The file is no database, or its pages are damaged."""

    code = "database_damaged"
    remedy = "Run `regie restore` with the last backup."


class SecretKeyWrong(StorageError):
    """The stored credentials cannot be opened with this REGIE_SECRET_KEY."""

    code = "secret_key_wrong"
    remedy = "Set the REGIE_SECRET_KEY that wrote them (several, separated by commas, may be set)."


class LeaseLost(Conflict):
    """Another process took over this piece of work."""

    code = "work_taken_over"
    remedy = "Stop; the other process goes on from the last stored step."


class SyncRunning(Conflict):
    """Another process is syncing this connection."""

    code = "sync_running"
    remedy = "Wait until it ends; `regie sync` may then be called again."

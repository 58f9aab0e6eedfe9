"""What the environment says, read once: the only place that reads it."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

import msgspec
from msgspec import Struct
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from connector.model.errors import InvalidInput

KEY_FILE = "secret.key"
_DATABASES = frozenset({"sqlite", "postgresql", "postgres"})
_POSITIVE = ("delta_seconds", "sweep_seconds", "full_seconds", "hooks_seconds", "ledger_days")
_MOST_PROXIES = 10
_CHOICES = {
    "search": frozenset({"auto", "database", "tantivy"}),
    "log": frozenset({"auto", "console", "json", "off"}),
}


class BadSetting(InvalidInput):
    """An environment variable that cannot be read."""

    code = "bad_setting"
    remedy = "See docs/reference/settings.md."


HELP: Mapping[str, str] = {
    "home": "Folder of everything that an embedded Regie keeps.",
    "database_url": "SQLite or Postgres; default: SQLite in the home folder.",
    "redis_url": "Optional; everything works without it.",
    "secret_key": "Seals stored credentials; several, separated by commas: the first one writes. "
    "Default: a file in the home folder, made on first use.",
    "public_url": "Where platforms and agents reach this server.",
    "proxies": "How many reverse proxies stand before this server; the address of who asks is then "
    "the one that the first of them tells (X-Forwarded-For).",
    "allow_private_hosts": "Allow shops on this machine and without https: for tests and the demo.",
    "test_mode": "Allow the fixtures of conformance tests.",
    "graphiql": "Show GraphiQL from a CDN at /graphql instead of the page that comes with Regie.",
    "search": "auto, database or tantivy: what searches. Auto takes tantivy above 100,000 "
    "products, where it is installed.",
    "ledger_days": "For so many days the ledger keeps what each answer showed; then only a digest.",
    "log": "auto, console, json or off (errors only).",
    "delta_seconds": "Pause between two looks for changed products.",
    "sweep_seconds": "Pause between two sweeps, which find what no webhook told.",
    "full_seconds": "Pause between two full reads of a shop whose sweeps go by dates "
    "(WooCommerce): they find what was changed without one.",
    "hooks_seconds": "Pause between two looks after the webhooks.",
    "one_core": "Keep each busy web process on one core, where its threads are cheapest; false "
    "lets the system decide.",
}


class Settings(Struct, frozen=True, forbid_unknown_fields=False):
    """All settings; the names on the outside carry the prefix REGIE_."""

    home: str = "regie-data"
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    public_url: str = "http://127.0.0.1:8080"
    proxies: int = 0
    allow_private_hosts: bool = False
    test_mode: bool = False
    graphiql: bool = False
    search: str = "auto"
    ledger_days: int = 400
    log: str = "auto"
    delta_seconds: int = 300
    sweep_seconds: int = 86_400
    full_seconds: int = 86_400
    hooks_seconds: int = 1_800
    one_core: bool = True

    @property
    def home_path(self) -> Path:
        """The folder of everything that an embedded Regie keeps."""
        return Path(self.home).expanduser().absolute()

    @property
    def database(self) -> URL:
        """The database's URL; SQLite under the home folder unless another is set."""
        if not self.database_url:
            return URL.create("sqlite", database=str(self.home_path / "regie.sqlite3"))
        try:
            url = make_url(self.database_url)
        except (ArgumentError, ValueError):
            url = URL.create("unreadable")
        known = url.get_backend_name() in _DATABASES
        if not known or (url.get_backend_name() == "sqlite" and not url.database):
            raise BadSetting("REGIE_DATABASE_URL names no SQLite file and no Postgres.")
        return url

    @property
    def secret_keys(self) -> list[str]:
        """The keys that open stored credentials, the writing one first."""
        given = [part.strip() for part in self.secret_key.split(",") if part.strip()]
        return given or [_own_key(self.home_path)]

    def __repr__(self) -> str:
        return f"Settings(home={self.home!r}, database={self.database_url.partition(':')[0]!r})"


def assume_public_url(url: str) -> None:
    """Let `url` hold for this process and its children where no public address is set."""
    os.environ.setdefault("REGIE_PUBLIC_URL", url)


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, or raise BadSetting that names the variable."""
    source = os.environ if environment is None else environment
    names = {f"REGIE_{name.upper()}": name for name in Settings.__struct_fields__}
    given = {names[key]: value for key, value in source.items() if key in names and value}
    try:
        settings = msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadSetting(f"{_named(error)}.") from None
    for name in _POSITIVE:
        if getattr(settings, name) < 1:
            raise BadSetting(f"REGIE_{name.upper()} is below one.")
    if not 0 <= settings.proxies <= _MOST_PROXIES:
        raise BadSetting(f"REGIE_PROXIES is not between 0 and {_MOST_PROXIES}.")
    for name, allowed in _CHOICES.items():
        if getattr(settings, name) not in allowed:
            raise BadSetting(f"REGIE_{name.upper()} is none of {', '.join(sorted(allowed))}.")
    if not settings.public_url.startswith(("http://", "https://")):
        raise BadSetting("REGIE_PUBLIC_URL does not begin with https://.")
    return settings


def _named(error: msgspec.ValidationError) -> str:
    """Tell which variable cannot be read: msgspec names the attribute."""
    text, _, place = str(error).partition(" - at `$.")
    return f"REGIE_{place.rstrip('`').upper()}: {text}" if place else text


def _own_key(home: Path) -> str:
    """Return the key of this home, made on first use and readable by its owner only."""
    path = home / KEY_FILE
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, text: str) -> None:
    """Let a file appear whole or not at all; one that another process made first stays."""
    descriptor, fresh = mkstemp(dir=path.parent, prefix=f".{path.name}")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        Path(fresh).unlink()

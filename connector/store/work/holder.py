"""Who holds a lease: a process that others on the same machine can see is dead."""

import os
import secrets
import socket
from pathlib import Path

_PROC = Path("/proc")


def this_process() -> str:
    """Return a name for the caller, never the same twice: machine, process, a random tail."""
    started = _started(os.getpid()) or "unknown"
    return "|".join((_machine(), str(os.getpid()), started, secrets.token_hex(8)))


def is_dead(holder: str) -> bool:
    """Tell whether the holder surely lives no more; a process elsewhere is never called dead."""
    machine, _, rest = holder.partition("|")
    pid, _, rest = rest.partition("|")
    started = rest.partition("|")[0]
    if machine != _machine() or not pid.isdecimal() or started in {"", "unknown"}:
        return False
    return _started(int(pid)) != started


def _machine() -> str:
    """Name host, boot and process namespace: only within these does a number mean a process."""
    return f"{socket.gethostname()}/{_text('sys/kernel/random/boot_id')}/{_namespace()}"


def _namespace() -> str:
    try:
        return (_PROC / "self" / "ns" / "pid").readlink().name
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """Return when a process started, in ticks since boot; None when there is none."""
    fields = _text(f"{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in {"Z", "X"} else None


def _text(name: str) -> str:
    try:
        return (_PROC / name).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""

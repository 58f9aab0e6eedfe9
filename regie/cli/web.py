"""What a web process of `regie serve` runs; who watches over such processes needs none of it."""

import gc
import os
import sys
import threading
import time

from flask import Flask

from regie.app import create_app
from regie.cli.affinity import keep_to_one_core

# Short walks over what is young, for each holds up every answer; long ones seldom.
_COLLECTED = (2_000, 100, 10)
# Seconds that a thread computes on while another wants to: a short answer wants to ten times.
_SWITCH = 0.0001


def following_app() -> Flask:
    """Return the application of one web process, which ends with the process that started it."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    app = create_app()
    settle()
    if app.extensions["regie"].settings.one_core:
        keep_to_one_core()
    return app


def settle() -> None:
    """Prepare this process for many short answers, once all that stays is there."""
    gc.collect()
    gc.freeze()  # what is there now stays: the collector need not walk it before every answer
    gc.set_threshold(*_COLLECTED)
    sys.setswitchinterval(_SWITCH)


def _end_with(parent: int) -> None:
    """Leave when the parent is gone: nobody else would end us, and the port would stay taken."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)

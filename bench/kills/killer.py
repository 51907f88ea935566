"""Who is killed, and when: one part at random, the first of each burst in the middle of a round."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bench.kills.service import Service, kill

ROLES: Mapping[str, Sequence[str]] = {
    "server": ("prefect server",),
    "worker": ("prefect worker",),
    "flow": ("prefect.engine", "prefect.flow_engine", "prefect.runner._workspace_supervisor"),
    "dispatcher": ("desk.cli dispatcher",),
}
"""Words of the command line, of which one is enough, by which a part is known."""
WEIGHTS = {"server": 1, "worker": 3, "flow": 6, "dispatcher": 3, "database": 3}
"""How often each is chosen: after the server's death everything starts again, and little runs meanwhile."""
BURST = (8, 20)
BETWEEN_S = (0.3, 4.0)
ROUND_WITHIN_S = 90.0


@dataclass
class Killer:
    """Kills parts of one service; ``database`` kills and starts its PostgreSQL, where it has one."""

    service: Service
    round_pid: Callable[[], int | None]
    """Process of the hotspot round that is under way."""
    database: Callable[[], None] | None
    dice: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    times: list[datetime] = field(default_factory=list)
    met_a_round: int = 0

    def burst(self, most: int) -> None:
        """Wait until a round is under way, then kill some parts within seconds of each other, the server at most last.

        Without a server nothing else is left to be killed until all has started again.
        """
        until = time.monotonic() + ROUND_WITHIN_S
        while self.round_pid() is None and time.monotonic() < until:
            time.sleep(0.02)
        for _ in range(min(most, self.dice.randint(*BURST))):
            if self.one() == "server":
                return
            time.sleep(self.dice.uniform(*BETWEEN_S))

    def one(self) -> str | None:
        """Kill one part that runs just now, and say which."""
        met = self.round_pid()
        pids = self._running()
        weights = {role: weight for role, weight in WEIGHTS.items() if pids.get(role) or self._is_database(role)}
        if not weights:
            return None
        (role,) = self.dice.choices([*weights], [*weights.values()])
        self.kills[role] += 1
        self.met_a_round += met is not None
        self.times.append(datetime.now(UTC))
        if role == "database" and self.database is not None:
            self.database()
        else:
            kill(met if role == "flow" and met in pids[role] else self.dice.choice(pids[role]))
        return role

    def _is_database(self, role: str) -> bool:
        return role == "database" and self.database is not None

    def _running(self) -> dict[str, list[int]]:
        lines = self.service.processes()
        return {role: [pid for pid, line in lines.items() if any(w in line for w in ROLES[role])] for role in ROLES}

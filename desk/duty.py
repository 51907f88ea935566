"""``firewatch desk``: the duty page and everything behind it, on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from desk.errors import InputError
from desk.opened import ALL, WorldOption, opened
from desk.options import instant
from flows.wiring import House
from notify.alert import LIVE

DEFAULT_PORT = 4290


def duty_desk(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = DEFAULT_PORT,
    host: Annotated[
        str, typer.Option(help="Address to listen on; a web server with TLS stands before it.")
    ] = "127.0.0.1",
    world: WorldOption = LIVE,
    at: Annotated[str, typer.Option("--at", help="Of an exercise: stand at this time, not at its end.")] = "",
) -> None:
    """Serve the duty desk (值班页) until Ctrl-C; ``firewatch serve`` does it too. Example: firewatch desk."""
    import uvicorn

    from desk.web.app import desk_app

    if at and world == LIVE:
        raise InputError("--at", "the live desk stands at the time that it is", remedy="give --world of an exercise")
    if world == ALL:
        raise InputError("--world", "a desk stands in one world", remedy="live, or the name of an exercise")
    with opened(world) as house:
        shown = house if world == LIVE else _standing(house, at)
        if not house.accounts.all_accounts():
            typer.echo("no account yet: firewatch accounts add LOGIN --name … --role … --region … --by …", err=True)
        typer.echo(f"值班页：http://{host}:{port}/", err=True)
        uvicorn.run(
            desk_app(shown),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )


def _standing(house: House, at: str) -> House:
    """An exercise at its end, or later: the store holds nothing apart that was known at an earlier time."""
    runs = house.runs.last_runs(world=house.world, limit=200)
    end = max((run.as_of_utc for run in runs), default=house.clock())
    moment = instant(at, "--at") if at else end
    if moment < end:
        told = f"the last round of {house.world} stands at {end.isoformat()}"
        raise InputError("--at", told, remedy="give that time or a later one, or replay the exercise up to there")
    return house.within(house.world, clock=lambda: moment)

"""``firewatch desk``: the duty page and everything behind it, on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from desk.errors import InputError
from desk.opened import ALL, WorldOption, opened
from desk.options import instant
from notify.alert import LIVE

DEFAULT_PORT = 4290


def duty_desk(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = DEFAULT_PORT,
    host: Annotated[
        str, typer.Option(help="Address to listen on; a web server with TLS stands before it.")
    ] = "127.0.0.1",
    world: WorldOption = LIVE,
    at: Annotated[str, typer.Option("--at", help="Stand at this time of an exercise; not in the live world.")] = "",
) -> None:
    """Serve the duty desk (值班页) until Ctrl-C; ``firewatch serve`` does it too. Example: firewatch desk."""
    import uvicorn

    from desk.web.app import desk_app

    if at and world == LIVE:
        raise InputError("--at", "the live desk stands at the time that it is", remedy="give --world of an exercise")
    if world == ALL:
        raise InputError("--world", "a desk stands in one world", remedy="live, or the name of an exercise")
    moment = instant(at, "--at") if at else None
    with opened(world) as house:
        shown = house if moment is None else house.within(world, clock=lambda: moment)
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

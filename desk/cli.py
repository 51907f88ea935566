"""``firewatch``: every command, and how an error becomes an exit code."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

import typer
from rich.console import Console

from boundary_zones.errors import WhereError
from boundary_zones.perimeter import PerimeterUnreadable
from desk import (
    asking_what_if,
    backfilling,
    calendar_view,
    computing,
    doctor,
    forecast_report,
    grading,
    hand_input,
    heat_register,
    importing,
    incident_views,
    keeping,
    ledger_views,
    overriding,
    papers,
    releasing,
    replay,
    reporting,
    rerunning,
    rounds,
    training,
    training_ignition,
    verifying,
    warnings_view,
    watching,
)
from desk.accounts import accounts, tokens
from desk.answers import answers
from desk.auditing import audit, contacts, retention
from desk.backtest.command import backtest
from desk.cap import cap
from desk.consulting import consult
from desk.dispatcher import dispatcher
from desk.drill import drill
from desk.duty import duty_desk
from desk.errors import InputError
from desk.exchanging import exchange
from desk.exits import Exit
from desk.noticing import notice
from desk.processing import process
from desk.proof.command import replay_proof
from desk.transcript import transcript
from feeds.errors import FeedError, FeedMalformed
from flows.errors import ConfigurationError, OrderRefused
from flows.log_masking import mask_logs
from notify.masking import masked
from store.errors import AnswerUnclear, NotInStore, StoreError

app = typer.Typer(
    name="firewatch",
    help="Early warning and joint response for forest fires along three borders in North China (京津冀边界林火预警).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

COMMANDS: dict[str, Callable[..., None]] = {
    "run": rounds.run,
    "rerun": rerunning.rerun_command,
    "cancel-rerun": rerunning.cancel_rerun,
    "runs": rerunning.runs,
    "backfill": backfilling.backfill,
    "override": overriding.override,
    "overrides": overriding.overrides,
    "report-fire": hand_input.report_fire_command,
    "correct-place": hand_input.correct_place_command,
    "fire-perimeter": hand_input.fire_perimeter_command,
    "hand-weather": hand_input.hand_weather,
    "what-if": asking_what_if.what_if,
    "serve": rounds.serve,
    "dispatcher": dispatcher,
    "exercise": training.exercise,
    "replay": replay.replay,
    "replay-proof": replay_proof,
    "backtest": backtest,
    "climatology": grading.climatology,
    "standard": grading.standard,
    "train": training_ignition.train,
    "compute": computing.compute,
    "import": importing.import_records,
    "status": ledger_views.status,
    "incidents": ledger_views.incidents,
    "history": incident_views.history,
    "unsuppress": incident_views.unsuppress,
    "heat-sources": heat_register.heat_sources,
    "release-heat": heat_register.release_heat_command,
    "alerts": ledger_views.alerts,
    "deliveries": ledger_views.deliveries,
    "ack": ledger_views.ack,
    "answers": answers,
    "desk": duty_desk,
    "transcript": transcript,
    "cancel": releasing.cancel,
    "correct": releasing.correct,
    "consult": consult,
    "notice": notice,
    "drafts": releasing.drafts,
    "sign": releasing.sign,
    "return": releasing.return_draft,
    "silence": releasing.silence,
    "silences": releasing.silences,
    "lift": releasing.lift,
    "verify": verifying.verify,
    "task": verifying.task,
    "close": verifying.close,
    "fire-report": verifying.fire_report,
    "review": verifying.review,
    "calendar": calendar_view.calendar,
    "warnings": warnings_view.warnings,
    "note-warning": warnings_view.note_warning,
    "doctor": doctor.doctor,
    "watchdog": watching.watchdog,
    "metrics": watching.metrics,
    "register": watching.register,
    "backup": keeping.backup,
    "restore": keeping.restore,
}
reports = typer.Typer(help="Reports (报告).", no_args_is_help=True)
reports.command("forecast")(forecast_report.forecast)
reports.command("daily")(reporting.daily)
reports.command("after-action")(papers.after_action)
reports.command("monthly")(papers.monthly)
reports.command("document")(papers.document)
reports.command("documents")(papers.documents)
reports.command("duty")(reporting.duty)
reports.command("curves")(papers.curves)
app.add_typer(reports, name="report")
for _name, _command in COMMANDS.items():
    app.command(_name)(_command)
app.add_typer(cap, name="cap")
app.add_typer(drill, name="drill")
app.add_typer(process, name="process")
app.add_typer(audit, name="audit")
app.add_typer(contacts, name="contacts")
app.add_typer(accounts, name="accounts")
app.add_typer(exchange, name="exchange")
app.add_typer(tokens, name="tokens")
app.add_typer(retention, name="retention")

EXIT_OF: tuple[tuple[type[Exception], Exit], ...] = (
    (InputError, Exit.BAD_INPUT),
    (ConfigurationError, Exit.BAD_INPUT),
    (OrderRefused, Exit.BAD_INPUT),
    (WhereError, Exit.BAD_INPUT),
    (PerimeterUnreadable, Exit.BAD_INPUT),
    (FeedMalformed, Exit.BAD_INPUT),
    (NotInStore, Exit.BAD_INPUT),
    (AnswerUnclear, Exit.BAD_INPUT),
    (FeedError, Exit.FEED_OUT),
    (StoreError, Exit.FAILED),
)
"""The first class that an error belongs to names the code; any other error is ours, and shows where it happened."""


def main() -> None:
    """Entry point: logs go to stderr, and a foreseen error is one line there."""
    logging.basicConfig(stream=sys.stderr, format="%(message)s", level=logging.WARNING)
    logging.getLogger("firewatch").setLevel(logging.INFO)
    mask_logs()
    # What an attempt said stands in the feed's error; that it was repeated is no news.
    logging.getLogger("stamina").setLevel(logging.ERROR)
    try:
        app()
    except tuple(kind for kind, _ in EXIT_OF) as error:
        Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(f"firewatch: {masked(str(error))}")
        sys.exit(next(code for kind, code in EXIT_OF if isinstance(error, kind)))


if __name__ == "__main__":
    main()

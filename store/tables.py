"""All tables of the store, for migrations and for checks of them."""

from __future__ import annotations

from store.accounts import account_table
from store.api_tokens import token_table
from store.audit import audit_table, head_table
from store.copies import copy_table
from store.counters import counter
from store.coverage import coverage
from store.desk_sessions import session_table
from store.fire_reports import fire_report
from store.hand_reports import report_table
from store.handovers import handover_table
from store.heat_proposals import heat_proposal
from store.heat_sources import heat_source
from store.holds import hold_table
from store.hotspot_corrections import correction_table
from store.hotspots import hotspot
from store.incident_events import incident_event, incident_lift
from store.incidents import incident, incident_hotspot, incident_version
from store.issued_forecasts import forecast, forecast_score
from store.judgements import hotspot_judgement
from store.ledger_rows import (
    alert_table,
    answer_table,
    attempt_table,
    bucket_table,
    circuit_table,
    delivery_table,
    endpoint_table,
    event_table,
    hush_table,
    obligation_table,
    receipt_table,
)
from store.moisture import moisture
from store.overrides import override_table
from store.payloads import payload
from store.perimeters import perimeter_table
from store.picture_rows import picture_table
from store.processes import process_case, process_step
from store.products import product
from store.releases import drill_table, signature_table
from store.rerun_orders import order_table
from store.run_rows import run
from store.schema import metadata
from store.senders import sender_table
from store.verification import feedback, incident_stage, verification_task
from store.warning_documents import outside_warning, warning_document
from store.zone_levels import silence, zone_level

TABLES = (
    correction_table,
    perimeter_table,
    payload,
    run,
    product,
    moisture,
    forecast,
    forecast_score,
    coverage,
    hotspot,
    incident,
    incident_hotspot,
    incident_version,
    incident_event,
    incident_lift,
    hotspot_judgement,
    heat_source,
    zone_level,
    silence,
    warning_document,
    outside_warning,
    verification_task,
    feedback,
    incident_stage,
    fire_report,
    heat_proposal,
    process_case,
    process_step,
    event_table,
    alert_table,
    delivery_table,
    attempt_table,
    answer_table,
    counter,
    audit_table,
    head_table,
    obligation_table,
    receipt_table,
    bucket_table,
    circuit_table,
    endpoint_table,
    hush_table,
    sender_table,
    signature_table,
    drill_table,
    copy_table,
    hold_table,
    order_table,
    override_table,
    report_table,
    account_table,
    session_table,
    token_table,
    handover_table,
    picture_table,
)

__all__ = ["TABLES", "metadata"]

"""All that a world keeps, by its name: one door to every room of the store."""

from __future__ import annotations

from dataclasses import dataclass

from notify.alert import LIVE
from store.accounts import Accounts
from store.alerts import Alerts
from store.api_tokens import ApiTokens
from store.audit import Audit
from store.copies import Copies
from store.coverage import Coverage
from store.database import Database
from store.desk_sessions import DeskSessions
from store.fire_reports import FireReports
from store.hand_reports import HandReports
from store.handovers import Handovers
from store.heat_proposals import HeatProposals
from store.heat_sources import HeatSources
from store.holds import Holds
from store.home import Home
from store.hotspot_corrections import PlaceCorrections
from store.hotspots import Hotspots
from store.incident_events import IncidentEvents
from store.incidents import Incidents
from store.incidents_then import IncidentsThen
from store.issued_forecasts import IssuedForecasts
from store.judgements import Judgements
from store.known import Known
from store.ledger import SqlLedger
from store.ledger_frames import LedgerFrames
from store.moisture import Moisture
from store.overrides import Overrides
from store.payloads import Payloads
from store.perimeters import Perimeters
from store.processes import Processes
from store.products import Products
from store.releases import Releases
from store.rerun_orders import RerunOrders
from store.runs import Runs
from store.verification import Verification
from store.warning_documents import WarningDocuments
from store.zone_levels import ZoneLevels


@dataclass(frozen=True, kw_only=True)
class Memory:
    """One world's view: what it reads and writes belongs to ``world``."""

    database: Database
    home: Home
    world: str = LIVE
    known: Known | None = None
    """Set for a look back: how far the store is read. None: all of it."""

    @property
    def payloads(self) -> Payloads:
        """The archive of raw answers."""
        return Payloads(self.database, self.home.archive)

    @property
    def runs(self) -> Runs:
        """The log of runs."""
        return Runs(self.database)

    @property
    def moisture(self) -> Moisture:
        """The fuel moisture codes from day to day."""
        return Moisture(self.database, known=self.known)

    @property
    def forecasts(self) -> IssuedForecasts:
        """Every forecast that was issued, and what came of it."""
        return IssuedForecasts(self.database)

    @property
    def hotspots(self) -> Hotspots:
        """All hotspots of the watch area."""
        return Hotspots(self.database, known=self.known)

    @property
    def incidents(self) -> Incidents:
        """All incidents."""
        return Incidents(self.database) if self.known is None else IncidentsThen(self.database, self.known)

    @property
    def overrides(self) -> Overrides:
        """Levels that a person set (人工调整)."""
        return Overrides(self.database, known=self.known)

    @property
    def hand_reports(self) -> HandReports:
        """Fires that somebody reported by telephone (人工录入)."""
        return HandReports(self.database)

    @property
    def place_corrections(self) -> PlaceCorrections:
        """Places of hotspots that a person put right (改正坐标)."""
        return PlaceCorrections(self.database)

    @property
    def perimeters(self) -> Perimeters:
        """Outlines of burning areas (火场范围)."""
        return Perimeters(self.database, known=self.known)

    @property
    def copies(self) -> Copies:
        """Copies of what runs were configured by."""
        return Copies(self.database)

    @property
    def holds(self) -> Holds:
        """Who reruns which unit now."""
        return Holds(self.database)

    @property
    def rerun_orders(self) -> RerunOrders:
        """What became of each rerun that Prefect was asked for."""
        return RerunOrders(self.database)

    @property
    def incident_events(self) -> IncidentEvents:
        """What happened to them, and what a person lifted."""
        return IncidentEvents(self.database, known=self.known)

    @property
    def judgements(self) -> Judgements:
        """What each hotspot was taken for."""
        return Judgements(self.database, known=self.known)

    @property
    def heat_sources(self) -> HeatSources:
        """Known heat that a reviewer accepted here."""
        return HeatSources(self.database)

    @property
    def coverage(self) -> Coverage:
        """How far each feed is known."""
        return Coverage(self.database, known=self.known)

    @property
    def levels(self) -> ZoneLevels:
        """Level history and silences."""
        return ZoneLevels(self.database, known=self.known)

    @property
    def ledger(self) -> SqlLedger:
        """Alerts and deliveries."""
        return SqlLedger(self.database)

    @property
    def alerts(self) -> Alerts:
        """Alerts as they were committed."""
        return Alerts(self.database, known=self.known)

    @property
    def audit(self) -> Audit:
        """What people did, each row chained to the one before it."""
        return Audit(self.database)

    @property
    def releases(self) -> Releases:
        """Signatures, silences and drill windows."""
        return Releases(self.database)

    @property
    def ledger_frames(self) -> LedgerFrames:
        """The ledger as tables."""
        return LedgerFrames(self.database)

    @property
    def verification(self) -> Verification:
        """Tasks, answers and stages."""
        return Verification(self.database, known=self.known)

    @property
    def fire_reports(self) -> FireReports:
        """Reports of fires (火情快报)."""
        return FireReports(self.database)

    @property
    def heat_proposals(self) -> HeatProposals:
        """Known heat that somebody proposed to a reviewer."""
        return HeatProposals(self.database)

    @property
    def warning_documents(self) -> WarningDocuments:
        """Warnings and letters, from draft to release."""
        return WarningDocuments(self.database)

    @property
    def processes(self) -> Processes:
        """Cases of the processes between offices, and their steps."""
        return Processes(self.database)

    @property
    def accounts(self) -> Accounts:
        """Who may use the duty desk."""
        return Accounts(self.database)

    @property
    def desk_sessions(self) -> DeskSessions:
        """Who uses it now."""
        return DeskSessions(self.database, self.world)

    @property
    def api_tokens(self) -> ApiTokens:
        """Other platforms that may read and answer."""
        return ApiTokens(self.database, self.world)

    @property
    def handovers(self) -> Handovers:
        """Changes of the watch."""
        return Handovers(self.database)

    @property
    def products(self) -> Products:
        """The catalogue of product files."""
        return Products(self.database, known=self.known)

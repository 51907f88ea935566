"""The API of the exchange (OpenAPI at ``/api/v1/openapi.json``): read, acknowledge, give feedback; by token only."""
# Annotations are read at run time, those of local names too: no deferred evaluation here.

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Path, Query, Request, Response, Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from desk.web.attempts import Attempts
from desk.web.exchange import reading
from desk.web.exchange.atom import CAP_TYPE, MEDIA_TYPE, cap_feed
from desk.web.exchange.shapes import (
    AlertOut,
    AnswerIn,
    AnswerOut,
    FeedbackIn,
    FeedbackOut,
    IncidentOut,
    Problem,
    Since,
    StandingOut,
)
from desk.web.permissions import owners
from desk.web.visit import Desk
from flows.errors import OrderRefused
from flows.telling_found import tell_found
from flows.verifying import verify
from models.field_check.feedback import feedback_type
from store.api_tokens import ApiScope, ApiToken
from store.errors import AnswerUnclear, NotInStore, StoreConflict
from store.verification import Feedback

ADDRESS = "/api/v1"
GEO = "application/geo+json"
Number = Annotated[str, Path(min_length=3, max_length=64, description="Number of an incident or a hotspot.")]
Code = Annotated[str, Path(min_length=3, max_length=16, description="Code of an alert: 平0511-03.")]
Identifier = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{3,80}$", description="Identifier of a CAP message.")]
SinceQuery = Annotated[Since | None, Query(description="ISO 8601 with an offset; 30 days if absent.")]
_MEANS = {
    400: "The request is no HTTP that we read.",
    401: "No token, or one that is unknown, revoked or over.",
    403: "The token has not this scope, or the matter is another region's.",
    404: "Nothing of this number that the token's region has to do with.",
    409: "It may not follow what stands.",
    413: "Too large.",
    429: "Too often.",
}
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": text} for code, text in _MEANS.items()
}
_bearer = HTTPBearer(auto_error=False, description="Made by firewatch tokens mint.")


def exchange_app(desk: Desk) -> FastAPI:
    """The API over one desk."""
    app = FastAPI(
        title="border-firewatch exchange",
        version="1",
        description="京津冀边界森林火险的读取与应答。疑似不等于已核实；来源状态不是 ok 时，没有热点不等于没有火情。",
        docs_url=None,
        redoc_url=None,
        responses=_PROBLEMS,
        separate_input_output_schemas=False,
    )
    tries = Attempts(timedelta(minutes=1))
    reads = _token_with(desk, tries, ApiScope.READ)
    answers = _token_with(desk, tries, ApiScope.ANSWER)
    _errors(app)
    _reading(app, desk, reads)
    _answering(app, desk, answers)
    return app


def _token_with(desk: Desk, tries: Attempts, scope: ApiScope) -> Callable[..., ApiToken]:
    def given(found: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None) -> ApiToken:
        token = desk.house.api_tokens.find(found.credentials, at=desk.clock()) if found is not None else None
        if token is None:
            raise HTTPException(401, "no valid token", headers={"WWW-Authenticate": "Bearer"})
        if tries.add(f"token:{token.name}", at=desk.clock()) > desk.house.rules.desk.api_per_min:
            raise HTTPException(429, "too often; wait a minute", headers={"Retry-After": "60"})
        if scope not in token.scopes:
            raise HTTPException(403, f"the token has not the scope {scope.value}")
        return token

    return given


def _errors(app: FastAPI) -> None:
    kinds: tuple[tuple[type[Exception], int], ...] = (
        (NotInStore, 404),
        (StoreConflict, 409),
        (OrderRefused, 409),
        (AnswerUnclear, 409),
    )

    def answer(status: int) -> Callable[[Request, Exception], JSONResponse]:
        return lambda _request, error: JSONResponse({"detail": str(error)}, status_code=status)

    for kind, status in kinds:
        app.add_exception_handler(kind, answer(status))


def _reading(app: FastAPI, desk: Desk, reads: Callable[..., ApiToken]) -> None:
    house = desk.house
    Reader = Annotated[ApiToken, Depends(reads)]  # noqa: N806  # a type

    def after(since: datetime | None) -> datetime:
        return since if since is not None else house.clock() - reading.KEPT_FOR

    @app.get("/standing", tags=["read"])
    def standing(token: Reader) -> StandingOut:
        """What stands now: danger, and how old every source is."""
        return reading.standing_for(house, token.region, now=house.clock())

    @app.get("/incidents", tags=["read"])
    def incidents(token: Reader, since: SinceQuery = None) -> list[IncidentOut]:
        """Incidents of the region's joint units, newest first; the suppressed ones are marked."""
        return reading.incidents_for(house, token.region, since=after(since))

    @app.get("/incidents.geojson", tags=["read"], response_class=Response, responses=_of(GEO, "object"))
    def geojson(token: Reader, since: SinceQuery = None) -> Response:
        """The same as GeoJSON points, WGS-84."""
        found = reading.incidents_for(house, token.region, since=after(since))
        return Response(reading.as_geojson(found), media_type=GEO)

    @app.get("/incidents.csv", tags=["read"], response_class=Response, responses=_of("text/csv"))
    def table(token: Reader, since: SinceQuery = None) -> Response:
        """The same as CSV, UTF-8 with a byte order mark, as WPS opens it."""
        found = reading.incidents_for(house, token.region, since=after(since))
        return Response(reading.as_csv(found), media_type="text/csv")

    @app.get("/incidents/{number}", tags=["read"])
    def incident(token: Reader, number: Number) -> IncidentOut:
        """One incident, by its number, that of its hotspot, or one that was merged into it."""
        return reading.incident_out(house, reading.incident_for(house, token.region, number))

    @app.get("/alerts", tags=["read"])
    def alerts(token: Reader, since: SinceQuery = None) -> list[AlertOut]:
        """Alerts of the region's joint units, newest first."""
        return reading.alerts_for(house, token.region, token.office, since=after(since))

    @app.get("/alerts/{code}", tags=["read"])
    def alert(token: Reader, code: Code) -> AlertOut:
        """One alert."""
        found = reading.alert_for(house, token.region, code)
        return reading.alert_out(house, found, token.region, token.office)

    @app.get("/cap.atom", tags=["read"], response_class=Response, responses=_of(MEDIA_TYPE))
    def feed(token: Reader) -> Response:
        """CAP 1.2 messages of seven days as an Atom feed."""
        products = reading.cap_products(house, token.region, now=house.clock())
        text = cap_feed(products, world=house.world, now=house.clock(), base=f"{ADDRESS}/cap/")
        return Response(text, media_type=MEDIA_TYPE)

    @app.get("/cap/{identifier}.xml", tags=["read"], response_class=Response, responses=_of(CAP_TYPE))
    def message(token: Reader, identifier: Identifier) -> Response:
        """One CAP message, as it was signed."""
        return Response(reading.cap_message(house, token.region, identifier), media_type=CAP_TYPE)


def _answering(app: FastAPI, desk: Desk, answers: Callable[..., ApiToken]) -> None:
    house = desk.house
    Answerer = Annotated[ApiToken, Depends(answers)]  # noqa: N806  # a type

    @app.post("/alerts/{code}/acknowledgements", tags=["answer"])
    def acknowledge(token: Answerer, code: Code, said: AnswerIn) -> AnswerOut:
        """Answer an alert for the token's own office (签收). A second answer changes nothing."""
        alert = reading.alert_for(house, token.region, code)
        office = f"{token.region}/{token.office}"
        by = f"{said.by}（{token.name}接口）"
        house.ledger.acknowledge(alert.code, office=office, by=by, via="api", now=house.clock(), world=house.world)
        at = house.alerts.answered_at(alert.alert_id, token.region, token.office)
        return AnswerOut(code=alert.code, office=office, acknowledged_utc=at)

    @app.post("/incidents/{number}/feedback", tags=["answer"])
    def feedback(token: Answerer, number: Number, said: FeedbackIn) -> FeedbackOut:
        """Say what was found (核查反馈). Only the region in which the incident lies may."""
        incident = reading.incident_for(house, token.region, number)
        if token.region not in owners(incident, house.catalogue.zone(incident.zone)):
            raise HTTPException(403, "another region verifies this incident")
        try:
            kind = feedback_type(said.found)
        except ValueError as error:
            raise AnswerUnclear(str(error)) from error
        by = f"{said.by}（{token.name}接口）"
        given = Feedback("", kind[0], by, house.clock(), via="api", note=said.note)
        done = verify(house, incident.incident_id, kind, said=given)
        tell_found(house, done, by=by, now=given.at_utc)
        return FeedbackOut(incident_id=incident.incident_id, result=kind[0].value, stage=done.stage.value)


def _of(media_type: str, shape: str = "string") -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": {"type": shape}}}, "description": "Found."}}

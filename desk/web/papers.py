"""Official documents (公文) of the desk as docx and PDF, made when they are asked for."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from desk.web.board.queue import sees_document
from desk.web.pages import page
from desk.web.permissions import Permission, concerns
from desk.web.visit import Desk, Visit, shows
from flows.documents.catalogue import KINDS, About, document_of
from notify.documents.docx_file import docx
from notify.documents.pdf_file import pdf
from store.errors import AnswerUnclear, NotInStore

MEDIA = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx),
    "pdf": ("application/pdf", pdf),
}


def paper_routes(desk: Desk) -> list[Route]:
    """The list, and each document by kind, subject and form."""
    return [
        Route("/papers", shows(desk, Permission.SEE_LOG, papers_page), methods=["GET"]),
        Route("/paper/{kind}.{form}", shows(desk, Permission.SEE_LOG, paper), methods=["GET"]),
    ]


def papers_page(visit: Visit) -> Response:
    """Every document that needs no more than a day or a month, and where the others are found."""
    kinds = [kind for kind in KINDS.values() if kind.about in {About.DAY, About.MONTH}]
    return page("papers.html", {"visit": visit, "kinds": kinds, "month": f"{visit.now:%Y-%m}"})


def paper(visit: Visit) -> Response:
    """One document."""
    name, form, subject = visit.path["kind"], visit.path["form"], visit.query.get("about", "")
    if name not in KINDS or form not in MEDIA:
        raise NotInStore(f"no document {name}.{form}")
    _require(visit, KINDS[name].about, subject)
    made = document_of(visit.house, name, subject)
    media_type, write = MEDIA[form]
    title = quote(f"{made.title}-{made.number}.{form}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{title}"}
    return Response(write(made), media_type=media_type, headers=headers)


def _require(visit: Visit, about: About, subject: str) -> None:
    """A document is seen by whoever sees what it is about."""
    house, account = visit.house, visit.account
    if about is About.INCIDENT:
        if not subject:
            raise AnswerUnclear("about: say which incident")
        incident = house.incidents.resolve(subject, world=house.world)
        visit.require(concerns(account, incident, house.catalogue))
    elif about in {About.DRAFT, About.CONSULTATION}:
        visit.require(sees_document(house, account, house.warning_documents.load(subject, world=house.world)))

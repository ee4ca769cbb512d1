"""The audit log: what was done, by whom, when, and whether the chain of lines is whole."""

import json
from dataclasses import dataclass

from flask import render_template, request
from sqlmodel import Session, col, func, select

from wijkbudget import edge
from wijkbudget.domain.account import Account
from wijkbudget.domain.audit_line import AuditLine
from wijkbudget.domain.errors import NotFound
from wijkbudget.services.verify_audit import verify_audit
from wijkbudget.web import access
from wijkbudget.web.official import blueprint, labels

PAGE_SIZE = 100


@dataclass(frozen=True)
class ShownLine:
    """One line in words."""

    line: AuditLine
    actor: str
    act: str
    subject: str
    details: str


@dataclass(frozen=True)
class AuditPage:
    """A page of the log, newest first."""

    number: int
    pages: int
    total: int
    fault: str | None
    lines: tuple[ShownLine, ...]


@blueprint.get("/logboek")
@access.declare(access.STAFF)
def show_audit() -> str:
    """The log, a hundred lines at a time; `?pagina=` counts from 1."""
    wanted = request.args.get("pagina", "1")
    if not (wanted.isdecimal() and wanted.isascii() and 0 < len(wanted) < 9):
        raise NotFound("Deze pagina van het logboek bestaat niet.")
    return render_template("official/show_audit.html", page=audit_page(edge.session(), int(wanted)))


def audit_page(session: Session, number: int) -> AuditPage:
    """One page of the log. Raises NotFound."""
    total, fault = session.exec(select(func.count()).select_from(AuditLine)).one(), verify_audit(session)[1]
    pages = max(1, -(-total // PAGE_SIZE))
    if not 1 <= number <= pages:
        raise NotFound("Deze pagina van het logboek bestaat niet.")
    names = {f"account:{id_}": name for id_, name in session.exec(select(Account.id, Account.name))}
    wanted = (
        select(AuditLine).order_by(col(AuditLine.id).desc()).offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    )
    lines = tuple(
        ShownLine(
            line=line,
            actor=names.get(line.actor, line.actor),
            act=labels.ACTION_LABELS.get(line.action, line.action),
            subject=_subject(line.subject),
            details=_details(line.details),
        )
        for line in session.exec(wanted)
    )
    return AuditPage(number, pages, total, fault, lines)


def _subject(text: str) -> str:
    """What the line is about, e.g. "plan-id 12": the database's own number, which is not the number of a plan."""
    kind, separator, number = text.partition(":")
    return (
        f"{labels.SUBJECT_LABELS.get(kind, kind)} {number}"
        if separator
        else labels.SUBJECT_LABELS.get(kind, kind)
    )


def _details(text: str) -> str:
    """The details as they stand in the line, without the brackets of JSON."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    if not isinstance(found, dict):
        return text
    shown = {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}
    return ", ".join(f"{name}: {value}" for name, value in shown.items())

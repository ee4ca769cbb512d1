"""The wijken and their platforms: recognise one, convert a wijkraad, end it, and add its members."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from wijkbudget import edge
from wijkbudget.domain.account import MembershipKind, Role
from wijkbudget.domain.amsterdam import local_day
from wijkbudget.domain.errors import DomainError
from wijkbudget.domain.wijkplatform import PlatformKind
from wijkbudget.services.found_wijkplatform import (
    convert_wijkraad,
    end_wijkplatform,
    found_wijkplatform,
    join_wijkplatform,
)
from wijkbudget.services.log_in import roles_of
from wijkbudget.web import access
from wijkbudget.web.fields import DutchForm, form_page
from wijkbudget.web.official import blueprint, forms, wijk_pages

Answer = Response | str | tuple[str, int]
FORMS: dict[str, type[DutchForm]] = {
    "recognise": forms.PlatformForm,
    "convert": forms.ConvertForm,
    "end": forms.EndForm,
    "member": forms.MemberForm,
}


@blueprint.get("/wijken")
@access.declare(access.STAFF)
def list_wijken() -> Answer:
    """All wijken with their active platform."""
    lines = wijk_pages.wijk_lines(edge.session())
    return render_template("official/list_wijken.html", lines=lines, kinds=forms.PLATFORM_LABELS)


@blueprint.get("/wijken/<int:wijk_id>")
@access.declare(access.STAFF)
def show_wijk(wijk_id: int) -> Answer:
    """One wijk, its platform, and what can be done about it."""
    return _page(wijk_id)


@blueprint.post("/wijken/<int:wijk_id>/platform")
@access.declare(access.OFFICE)
def recognise_platform(wijk_id: int) -> Answer:
    """Recognise a platform for a wijk that has none."""

    def act(session: Session, form: Any) -> str:
        wijk_pages.get_wijk(session, wijk_id)
        kind = PlatformKind(form.kind.data)
        found_wijkplatform(
            session,
            edge.now(),
            access.actor(),
            wijk_id=wijk_id,
            name=form.name.data,
            recognised_on=form.recognised_on.data,
            kind=kind,
        )
        return f"{form.name.data} is erkend."

    return _do(wijk_id, "recognise", act)


@blueprint.post("/platforms/<int:platform_id>/omzetten")
@access.declare(access.OFFICE)
def convert_platform(platform_id: int) -> Answer:
    """Turn a wijkraad into a wijkplatform."""

    def act(session: Session, form: Any) -> str:
        platform = wijk_pages.get_platform(session, platform_id)
        name, day = form.name.data, form.converted_on.data
        convert_wijkraad(session, edge.now(), access.actor(), platform, name=name, converted_on=day)
        return f"De wijkraad is nu het wijkplatform {name}. De leden en de plannen zijn gebleven."

    return _do(wijk_pages.get_platform(edge.session(), platform_id).wijk_id, "convert", act)


@blueprint.post("/platforms/<int:platform_id>/stoppen")
@access.declare(access.OFFICE)
def end_platform(platform_id: int) -> Answer:
    """End a platform."""

    def act(session: Session, form: Any) -> str:
        platform = wijk_pages.get_platform(session, platform_id)
        end_wijkplatform(session, edge.now(), access.actor(), platform, on=form.ended_on.data)
        return f"{platform.name} is gestopt. De gemeente neemt nu de plannen van deze wijk aan."

    return _do(wijk_pages.get_platform(edge.session(), platform_id).wijk_id, "end", act)


@blueprint.post("/platforms/<int:platform_id>/leden")
@access.declare(access.OFFICE)
def add_member(platform_id: int) -> Answer:
    """Let an account take part in a platform."""

    def act(session: Session, form: Any) -> str:
        platform = wijk_pages.get_platform(session, platform_id)
        account = wijk_pages.account_with(session, form.email.data)
        join_wijkplatform(
            session,
            edge.now(),
            access.actor(),
            account_id=account.id,
            platform=platform,
            since=form.since.data,
            kind=MembershipKind(form.kind.data),
        )
        if not roles_of(session, account.id) & {Role.PLATFORM_MEMBER, Role.PLATFORM_MANAGER}:
            return f"{account.name} is lid. Dit account heeft nog geen rol als lid en kan daarom geen plannen maken."
        return f"{account.name} is lid van {platform.name}."

    return _do(wijk_pages.get_platform(edge.session(), platform_id).wijk_id, "member", act)


def _do(wijk_id: int, name: str, act: Callable[[Session, Any], str]) -> Answer:
    """Check one of the forms of the wijk, do the act, and go back; or show the page with what is wrong."""
    form = FORMS[name](prefix=f"{name}-")
    if form.validate_on_submit():
        try:
            with edge.transaction() as session:
                done = act(session, form)
        except DomainError as error:
            if error.status not in (409, 422):
                raise
            form.refuse(error)
        else:
            flash(done, "success")
            return redirect(url_for(".show_wijk", wijk_id=wijk_id), 303)
    return _page(wijk_id, **{name: form})


def _page(wijk_id: int, **sent: DutchForm) -> tuple[str, int]:
    fresh = {name: form(formdata=None, prefix=f"{name}-") for name, form in FORMS.items() if name not in sent}
    return form_page(
        "official/show_wijk.html",
        next(iter((sent or fresh).values())),
        page=wijk_pages.wijk_page(edge.session(), local_day(edge.now()), wijk_id),
        forms={**fresh, **sent},
        kinds=forms.PLATFORM_LABELS,
        memberships=forms.MEMBERSHIP_LABELS,
        may_act=access.OFFICE.admits(access.current_roles()),
    )

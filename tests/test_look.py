"""The look: vendored files, theme tokens, base page, macros and the two ballot modules."""

import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import wtforms
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from justhtml import JustHTML
from werkzeug.datastructures import MultiDict
from wtforms import validators
from wtforms.fields.choices import SelectChoice

ROOT = Path(__file__).resolve().parent.parent
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
VENDOR = STATIC / "vendor"
THEME = (STATIC / "wijkbudget.css").read_text("utf-8")
NLDS = (VENDOR / "nlds" / "nlds.css").read_text("utf-8")
ERROR_CODES = (400, 403, 404, 405, 409, 410, 413, 429, 500)


class Page(HTMLParser):
    """The start tags of a page, as (name, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def euro(cents: int) -> str:
    return f"€\u00a0{cents // 100:,}".replace(",", ".")


@pytest.fixture
def env() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    made.filters.update(euro=euro, datumtijd=lambda _: "14 mei 2026 om 14.05 uur")
    made.globals.update(
        url_for=lambda name, **values: f"/static/{values['filename']}" if name == "static" else f"/{name}",
        csrf_token=lambda: "geheim",
        get_flashed_messages=lambda with_categories=False: [("error", "Dat lukte niet.")],
    )
    return made


class Row(wtforms.Form):
    what = wtforms.StringField("Waarvoor", [validators.InputRequired("Vul dit in.")])


class PlanForm(wtforms.Form):
    title = wtforms.StringField(
        "Naam", [validators.InputRequired("Vul een naam in."), validators.Length(max=80)]
    )
    people = wtforms.IntegerField("Aantal", [validators.Optional()])
    text = wtforms.TextAreaField("Wat gaat u doen?", [validators.InputRequired("Leg dit uit.")])
    rule = wtforms.RadioField(
        "Telling",
        [validators.InputRequired("Kies.")],
        choices=[SelectChoice("a", "Een"), SelectChoice("b", "Twee")],
    )
    themes = wtforms.SelectMultipleField("Onderwerp", choices=[SelectChoice("g", "Groen")])
    rows = wtforms.FieldList(wtforms.FormField(Row), min_entries=1)
    links = wtforms.FieldList(wtforms.StringField("Link", [validators.URL(message="Geen webadres.")]))
    agree = wtforms.BooleanField("Ik woon hier", [validators.InputRequired("Vink dit aan.")])


FORM_PAGE = """{% extends "base.html" %}
{% from "macros/forms.html" import field, radios, checkboxes, checkbox, submit, csrf, error_summary %}
{% set has_errors = form.errors %}{% block title %}Plan{% endblock %}{% block content %}{{ error_summary(form) }}
<h1>Plan</h1><form method="post" novalidate>{{ csrf() }}{{ field(form.title, hint="Kort.", autocomplete="off") }}
{{ field(form.people) }}{{ field(form.text, rows=4) }}{{ radios(form.rule, hints={"a": "De eerste."}) }}
{{ checkboxes(form.themes) }}{% for row in form.rows %}{{ field(row.form.what) }}{% endfor %}
{% for link in form.links %}{{ field(link) }}{% endfor %}{{ checkbox(form.agree) }}{{ submit("Verder") }}</form>
{% endblock %}"""


def form_page(env: Environment, data: dict[str, str] | None = None) -> str:
    form = PlanForm(MultiDict(data) if data is not None else None)
    if data is not None:
        form.validate()
        form.form_errors.append("De bedragen kloppen niet.")
    return env.from_string(FORM_PAGE).render(form=form, municipality="Haarlem", demo=True, now=1)


def projects(titles: str = "Bankjes,Speelplek,Moestuin") -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            id=number, title=title, cost_cents=number * 1_000_000, summary="Tekst.", url=f"/p/{number}"
        )
        for number, title in enumerate(titles.split(","), 1)
    ]


def ballot_page(env: Environment, kind: str, call: str, **context: Any) -> str:
    source = f"""{{% extends "base.html" %}}{{% from "macros/ballot.html" import {kind}_ballot %}}
    {{% block content %}}<h1>Stem</h1><form method="post">{{{{ {kind}_ballot({call}) }}}}</form>{{% endblock %}}
    {{% block scripts %}}<script type="module" src="/static/{kind}-ballot.js"></script>{{% endblock %}}"""
    return env.from_string(source).render(**context)


def test_every_token_our_theme_sets_is_known_to_the_vendored_css() -> None:
    ours = set(re.findall(r"(--utrecht-[a-z0-9-]+)\s*:", THEME))
    assert len(ours) > 100
    assert ours - set(re.findall(r"--utrecht-[a-z0-9-]+", NLDS)) == set()


def test_every_vendored_file_has_the_hash_that_vendor_md_states() -> None:
    stated = dict(
        re.findall(
            r"^\| `([^`@]+)` \|.*`([0-9a-f]{64})` \|$",
            (VENDOR / "VENDOR.md").read_text("utf-8"),
            re.MULTILINE,
        )
    )
    files = [path for path in VENDOR.rglob("*") if path.is_file() and path.name != "VENDOR.md"]
    assert {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    } == stated


def test_vendor_md_lists_the_parts_of_the_joined_css_in_order() -> None:
    listed = re.findall(
        r"^\| `(@utrecht/[a-z0-9-]+)` \| ([0-9.]+) \|",
        (VENDOR / "VENDOR.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert listed == re.findall(r"/\*! (@utrecht/[a-z0-9-]+) ([0-9.]+) \*/", NLDS)


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES))
)
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    tags = re.findall(r"<[a-z][^>]*>", source, re.DOTALL | re.IGNORECASE)
    assert [tag for tag in tags if re.search(r"\s(style|on[a-z]+)\s*=", tag, re.IGNORECASE)] == []
    assert [tag for tag in tags if re.match(r"<style|<script(?![^>]*\ssrc=)", tag, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    "path", sorted([*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]), ids=lambda p: p.name
)
def test_no_stylesheet_or_script_names_another_host(path: Path) -> None:
    source = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert re.findall(r"(?:https?|wss?|git)://|@import|url\(\s*[\"']?//", source) == []


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"),
        ("ink-soft", "paper"),
        ("ink-soft", "surface"),
        ("accent", "paper"),
        ("accent", "accent-tint"),
        ("ink-soft", "accent-tint"),
        ("danger", "danger-tint"),
        ("ink", "warning-tint"),
        ("paper", "accent"),
        ("accent", "warning-tint"),
        ("paper", "accent-strong"),
        ("paper", "danger"),
    ],
)
def test_text_has_the_contrast_of_wcag_aa(text: str, ground: str) -> None:
    def luminance(name: str) -> float:
        found = re.search(rf"--wb-{name}: #([0-9a-f]+);", THEME)
        assert found, name
        digits = found[1] if len(found[1]) == 6 else "".join(d * 2 for d in found[1])
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(text), luminance(ground)))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_every_error_in_the_summary_links_to_a_field_on_the_page(env: Environment) -> None:
    page = Page(form_page(env, {"rows-0-what": "", "links-0": "x", "people": "veel"}))
    targets = [a["href"] for a in page.all("a") if str(a["href"]).startswith("#") and a["href"] != "#inhoud"]
    assert targets == ["#title", "#people", "#text", "#rule", "#rows-0-what", "#links-0", "#agree"]
    assert {target[1:] for target in targets if target} <= set(page.ids)


def test_hints_and_errors_are_tied_to_their_field(env: Environment) -> None:
    page = Page(form_page(env, {"rows-0-what": ""}))
    described = [a for _, a in page.tags if a.get("aria-describedby")]
    assert len(described) >= 6
    assert {id for a in described for id in str(a["aria-describedby"]).split()} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    title = next(a for a in page.all("input") if a.get("name") == "title")
    assert (title["aria-invalid"], title["aria-required"], title["autocomplete"]) == ("true", "true", "off")


def test_the_browser_never_refuses_or_cuts_an_answer(env: Environment) -> None:
    page = Page(form_page(env))
    stopped = [
        a for _, a in page.tags if a.keys() & {"required", "maxlength", "minlength", "disabled", "pattern"}
    ]
    assert stopped == []
    assert not any(a.get("type") == "number" for a in page.all("input"))


def test_an_optional_field_says_so_and_a_required_field_does_not(env: Environment) -> None:
    html = form_page(env)
    assert re.search(r"Aantal <span[^>]*>\(niet verplicht\)", html)
    assert not re.search(r"Naam <span[^>]*>\(niet verplicht\)", html)


def test_the_title_of_a_page_with_errors_starts_with_fout(env: Environment) -> None:
    assert "<title>Plan – Wijkbudget Haarlem</title>" in form_page(env)
    assert "<title>Fout: Plan – Wijkbudget Haarlem</title>" in form_page(env, {})


@pytest.mark.parametrize("data", [None, {"links-0": "x"}], ids=["new", "with errors"])
def test_a_form_page_is_valid_html(env: Environment, data: dict[str, str] | None) -> None:
    assert JustHTML(form_page(env, data), collect_errors=True).errors == []


@pytest.mark.parametrize("code", ERROR_CODES)
def test_each_error_has_a_page_without_further_context(env: Environment, code: int) -> None:
    html = env.get_template("errors/error.html").render(code=code)
    assert f"Foutcode {code}" in html
    assert JustHTML(html, collect_errors=True).errors == []


@pytest.mark.parametrize("name", ["500", "503"])
def test_the_last_resort_page_needs_nothing(name: str) -> None:
    bare = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    html = bare.get_template(f"errors/{name}.html").render()
    assert f"Foutcode {name}" in html
    assert JustHTML(html, collect_errors=True).errors == []


def test_logging_out_is_a_post_with_a_csrf_field(env: Environment) -> None:
    menu = [SimpleNamespace(label="Plannen", url="/plannen", current=True)]
    page = Page(env.get_template("base.html").render(menu=menu))
    assert [(f["method"], f["action"]) for f in page.all("form")] == [("post", "/account.log_out")]
    assert any(a.get("name") == "csrf_token" and a.get("value") == "geheim" for a in page.all("input"))


def test_text_from_people_is_escaped(env: Environment) -> None:
    html = ballot_page(env, "ranking", "projects, []", projects=projects('<script>alert("x")</script>'))
    assert "<script>alert" not in html
    source = '{% from "macros/ui.html" import summary %}{{ summary([("Naam", text)]) }}'
    assert "<b>" not in env.from_string(source).render(text="<b>vet</b>")


def test_without_javascript_the_first_cannot_go_up_and_the_last_cannot_go_down(env: Environment) -> None:
    page = Page(ballot_page(env, "ranking", "projects[:2], projects[2:]", projects=projects()))
    moves = [a["value"] for a in page.all("button") if a.get("name") == "move" and a["value"]]
    assert moves == ["1:down", "1:out", "2:up", "2:out", "3:in"]
    assert [a["value"] for a in page.all("input") if a.get("name") == "ranking"] == ["1", "2"]


def test_without_javascript_the_running_total_is_that_of_the_chosen_plans(env: Environment) -> None:
    html = ballot_page(env, "approval", "projects, ['1', 3], 3500000", projects=projects())
    assert "€\u00a040.000 gekozen van €\u00a035.000" in html
    assert not any("data-over-budget" in a and "hidden" in a for a in Page(html).all("p"))


def show(browser: Any, html: str) -> Any:
    """Open this page under the strict policy of the site; nothing leaves the machine."""
    types = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

    def answer(route: Any) -> None:
        path = route.request.url.removeprefix("http://wijkbudget.test/")
        if path.startswith("static/"):
            file = ROOT / path
            route.fulfill(body=file.read_bytes(), content_type=types[file.suffix])
        else:
            policy = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:"}
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=policy)

    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.route("**/*", answer)
    page.set_default_timeout(5000)
    page.goto("http://wijkbudget.test/")
    return page


def test_the_running_total_follows_the_ticks_and_warns_without_forbidding(
    env: Environment, browser: Any
) -> None:
    page = show(browser, ballot_page(env, "approval", "projects, [], 2500000", projects=projects()))
    total, over = page.locator("[data-running-total]"), page.locator("[data-over-budget]")
    page.get_by_label("Bankjes").check()
    assert total.inner_text() == "€\u00a010.000 gekozen van €\u00a025.000"
    assert over.is_hidden()
    page.get_by_label("Moestuin").check()
    assert over.is_visible()
    assert page.locator("input:disabled").count() == 0
    page.close()


def test_without_a_budget_the_total_counts_the_plans(env: Environment, browser: Any) -> None:
    page = show(browser, ballot_page(env, "approval", "projects, [2]", projects=projects()))
    assert page.locator("[data-running-total]").inner_text() == "€\u00a020.000 gekozen, 1 plan"
    page.get_by_label("Moestuin").check()
    assert page.locator("[data-running-total]").inner_text() == "€\u00a050.000 gekozen, 2 plannen"
    page.close()


def test_a_move_happens_in_place_keeps_the_focus_and_is_announced(env: Environment, browser: Any) -> None:
    page = show(browser, ballot_page(env, "ranking", "projects[:2], projects[2:]", projects=projects()))

    def posted() -> list[str]:
        return page.eval_on_selector_all("input[name=ranking]", "all => all.map(one => one.value)")

    page.get_by_role("button", name="Kies Moestuin").press("Enter")
    assert posted() == ["1", "2", "3"]
    page.get_by_role("button", name="Hoger Moestuin").press("Enter")
    assert posted() == ["1", "3", "2"]
    assert page.evaluate("document.activeElement.value") == "3:up"
    assert page.get_by_role("status").last.inner_text() == "Moestuin staat op plaats 2 van 3."
    page.get_by_role("button", name="Hoger Moestuin").press("Enter")
    assert page.evaluate("document.activeElement.value") == "3:down"
    assert page.get_by_role("button", name="Hoger Moestuin").count() == 0
    page.get_by_role("button", name="Haal weg Bankjes").click()
    assert posted() == ["3", "2"]
    page.close()


def test_a_plan_can_be_dragged_to_another_place(env: Environment, browser: Any) -> None:
    page = show(browser, ballot_page(env, "ranking", "projects, []", projects=projects()))
    page.locator("[data-project='3'] [data-handle]").drag_to(page.locator("[data-project='1'] [data-handle]"))
    page.wait_for_function("document.querySelector('[data-ranked] > *').dataset.project === '3'")
    assert page.eval_on_selector_all("input[name=ranking]", "all => all.map(one => one.value)")[0] == "3"
    page.close()


def test_no_page_is_wider_than_a_phone(env: Environment, browser: Any) -> None:
    long = "Bankjes,Fietstunnelkunstwerkverlichtingsarmaturenvervangingsprogramma"
    for html in (form_page(env, {}), ballot_page(env, "ranking", "projects, []", projects=projects(long))):
        page = show(browser, html)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.close()

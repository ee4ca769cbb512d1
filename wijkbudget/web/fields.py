"""What all forms share: Dutch messages, money, local time, and refusals of a service shown at the field."""

from datetime import datetime
from typing import Any

from flask import render_template
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, StringField
from wtforms.validators import InputRequired, ValidationError

from wijkbudget.domain.amsterdam import closing_instant, last_minute, local, opening_instant
from wijkbudget.domain.errors import DomainError, InvalidInput
from wijkbudget.domain.money import parse_euros, plain_euros


class DutchForm(FlaskForm):
    """A form whose messages are Dutch and that can show a refusal of a service."""

    form_errors: list[str]

    class Meta(FlaskForm.Meta):
        locales = ("nl",)

    def refuse(self, error: DomainError) -> None:
        """Show the refusal at the field it is about, else above the form."""
        if error.field and error.field in self:
            field = self[error.field]
            field.errors = [*field.errors, error.message]
        else:
            self.form_errors = [*self.form_errors, error.message]


class Needed(InputRequired):
    """An answer is needed; the message says what to do."""

    def __init__(self, message: str = "Vul dit in.") -> None:
        super().__init__(message)


class EuroField(StringField):
    """An amount as people type it; `data` is whole cents, or None when left empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = parse_euros(valuelist[0])
            except InvalidInput as error:
                raise ValueError(error.message) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else plain_euros(self.data)


class LocalMomentField(DateTimeLocalField):
    """A minute on the town hall's clock; `data` is that instant in UTC. With `closing`, the minute is the last one."""

    data: Any  # a datetime, or None when left empty or wrong

    def __init__(self, label: str, validators: Any = None, *, closing: bool = False, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.closing = closing

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Dit is geen datum met tijd. Schrijf het zo: 2026-03-31T23:59.") from None
        if self.data is not None:
            try:
                self.data = closing_instant(self.data) if self.closing else opening_instant(self.data)
            except InvalidInput as error:
                self.data = None
                raise ValueError(error.message) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if not isinstance(self.data, datetime):
            return ""
        shown = last_minute(self.data) if self.closing else local(self.data)
        return f"{shown:%Y-%m-%dT%H:%M}"


def parsed_by(parse: Any) -> Any:
    """A validator from a parser of the domain: its InvalidInput becomes the field's message."""

    def check(_form: Any, field: Any) -> None:
        if field.data:
            try:
                parse(field.data)
            except InvalidInput as error:
                raise ValidationError(error.message) from None

    return check


def form_page(template: str, form: DutchForm, **context: Any) -> tuple[str, int]:
    """The page of a form: 200 when it is fresh, 422 with the errors in it."""
    return render_template(
        template, form=form, has_errors=bool(form.errors), **context
    ), 422 if form.errors else 200

"""Terms and outcomes as JSON values and back, led by the types of their fields.

Whole numbers stay numbers, a fraction becomes the text "p/q", a set a sorted list, a dataclass an object by field
name. What may be one of several classes says in "type" which one it is.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Collection
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from wijkbudget.tally.outcome import Basis, Event, LotRequired, Outcome

_LEFT_OUT = {"engine", "progress", "asked"}
_FRACTION = re.compile(r"(-?(?:0|[1-9][0-9]{0,4000}))/([1-9][0-9]{0,4000})")


class Misfit(Exception):
    """A JSON value that is not what should stand at its place, which the text begins with."""


def encoded(value: object) -> Any:
    """A value as JSON data.

    >>> encoded((Fraction(1, 3), None, frozenset({"b", "a"})))
    ['1/3', None, ['a', 'b']]
    """
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [encoded(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(encoded(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = [field.name for field in fields(value) if field.name not in _LEFT_OUT]
        named = (
            {"type": type(value).__name__} if isinstance(value, Basis | Event | Outcome | LotRequired) else {}
        )
        return named | {name: encoded(getattr(value, name)) for name in kept}
    if value is None or type(value) in (bool, int, str):
        return value
    raise TypeError(f"{value!r} has no place in an archive")


def decoded(hint: Any, data: Any, path: str) -> Any:
    """The value of type `hint` that the JSON data stands for; raises `Misfit`.

    >>> decoded(tuple[int | Fraction, ...], [1, "1/3"], "$")
    (1, Fraction(1, 3))
    """
    origin, options = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _one_of(options, data, path)
    if origin is Literal:
        return _checked(data, str, path, lambda text: text in options, f"not one of {', '.join(options)}")
    if origin is tuple:
        return _tuple(options, data, path)
    if origin is frozenset:
        return _set(options[0], data, path)
    if hint is Fraction:
        return _fraction(data, path)
    if isinstance(hint, type) and issubclass(hint, Enum):
        known = [option.value for option in hint]
        return hint(_checked(data, str, path, lambda text: text in known, f"not one of {', '.join(known)}"))
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint, data, path)
    if hint in (int, str, bool):
        return _checked(data, hint, path)
    raise TypeError(f"a field of type {hint!r} has no place in an archive")


def _one_of(options: tuple[Any, ...], data: Any, path: str) -> Any:
    """The first option that fits; a fraction goes before text, and a class is chosen by its name in "type"."""
    if data is None and type(None) in options:
        return None
    some = [option for option in options if option is not type(None)]
    if isinstance(data, dict) and isinstance(data.get("type"), str):
        some = [option for option in some if option.__name__ == data["type"]] or some
    some.sort(key=lambda option: option is str)
    for option in some[:-1]:
        try:
            return decoded(option, data, path)
        except Misfit:
            continue
    return decoded(some[-1], data, path)


def _tuple(options: tuple[Any, ...], data: Any, path: str) -> tuple[Any, ...]:
    items = as_list(data, path)
    if len(options) == 2 and options[1] is Ellipsis:
        return tuple(decoded(options[0], item, f"{path}[{k}]") for k, item in enumerate(items))
    if len(items) != len(options):
        raise Misfit(f"{path}: holds {len(items)} items, not {len(options)}")
    return tuple(
        decoded(option, item, f"{path}[{k}]")
        for k, (option, item) in enumerate(zip(options, items, strict=True))
    )


def _set(option: Any, data: Any, path: str) -> frozenset[Any]:
    items = [decoded(option, item, f"{path}[{k}]") for k, item in enumerate(as_list(data, path))]
    if len({*items}) < len(items):
        raise Misfit(f"{path}: holds the same item twice")
    return frozenset(items)


def _fraction(data: Any, path: str) -> Fraction:
    if type(data) is int:
        return Fraction(data)
    match = _FRACTION.fullmatch(data) if isinstance(data, str) else None
    if match is None:
        raise Misfit(f'{path}: is not a whole number or a fraction like "1/3"')
    value = Fraction(int(match[1]), int(match[2]))
    if data != f"{value.numerator}/{value.denominator}":
        raise Misfit(f"{path}: is not a fraction in its lowest terms")
    return value


def _record(hint: type, data: Any, path: str) -> Any:
    found = dict(as_object(data, path))
    if issubclass(hint, Basis | Event | Outcome | LotRequired):
        hint = _class_named(hint, found.pop("type", None), path)
    hints = _hints(hint)
    check_keys(found, hints, path)
    values = {name: decoded(hints[name], item, f"{path}.{name}") for name, item in found.items()}
    try:
        return hint(**values)
    except ValueError as fault:  # a TallyError is one
        raise Misfit(f"{path}: {fault}") from None


def _class_named(hint: type, name: Any, path: str) -> type:
    known = {cls.__name__: cls for cls in _family(hint)}
    if not isinstance(name, str) or name not in known:
        raise Misfit(f"{path}.type: is not one of {', '.join(sorted(known))}")
    return known[name]


def _family(hint: type) -> list[type]:
    children: list[type] = hint.__subclasses__()
    return [hint, *(cls for child in children for cls in _family(child))]


@lru_cache(200)
def _hints(cls: type) -> dict[str, Any]:
    """Types of the fields that are kept."""
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls) if field.name not in _LEFT_OUT}


def _checked(
    data: Any, wanted: type, path: str, fits: Callable[[Any], bool] = lambda _: True, fault: str = ""
) -> Any:
    if type(data) is not wanted:
        word = {int: "a whole number", str: "text", bool: "true or false"}[wanted]
        raise Misfit(f"{path}: is not {word}")
    if isinstance(data, str) and not _is_text(data):
        raise Misfit(f"{path}: holds half a character")
    if not fits(data):
        raise Misfit(f"{path}: is {fault}")
    return data


def _is_text(data: str) -> bool:
    try:
        data.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_text(data: Any, path: str) -> str:
    """The data, if it is text."""
    return str(_checked(data, str, path))


def as_whole(data: Any, path: str, least: int, most: int) -> int:
    """The data, if it is a whole number in that range."""
    return int(
        _checked(data, int, path, lambda number: least <= number <= most, f"not from {least} to {most}")
    )


def as_list(data: Any, path: str) -> list[Any]:
    """The data, if it is a list."""
    if not isinstance(data, list):
        raise Misfit(f"{path}: is not a list")
    return data


def as_object(data: Any, path: str) -> dict[str, Any]:
    """The data, if it is an object."""
    if not isinstance(data, dict):
        raise Misfit(f"{path}: is not an object, or names a key twice")
    return data


def check_keys(found: Collection[str], wanted: Collection[str], path: str, may: Collection[str] = ()) -> None:
    """Refuse a key that is missing, or one that is not known."""
    for key in wanted:
        if key not in found:
            raise Misfit(f"{path}: has no {key!r}")
    for key in found:
        if key not in wanted and key not in may:
            raise Misfit(f"{path}: has a key {key[:60]!r} that is not known")

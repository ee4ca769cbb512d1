"""A small reader of the part of JSON Schema that our schemas use, so that tests need no further library."""

from __future__ import annotations

import re
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
_KNOWN = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "required", "additionalProperties",
    "properties", "items", "oneOf", "enum", "const", "pattern", "minimum", "maximum", "minLength", "minItems",
}  # fmt: skip


def faults(
    schema: dict[str, Any], data: Any, root: dict[str, Any] | None = None, path: str = "$"
) -> list[str]:
    """Where the data does not follow the schema; a keyword that is not known here is an error of the schema."""
    root = root or schema
    assert schema.keys() <= _KNOWN, schema.keys() - _KNOWN
    if "$ref" in schema:
        return faults(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], data, root, path)
    if "oneOf" in schema:
        fitting = [option for option in schema["oneOf"] if not faults(option, data, root, path)]
        return [] if len(fitting) == 1 else [f"{path}: fits {len(fitting)} of the options"]
    found = _own_faults(schema, data, path)
    if isinstance(data, dict) and not found:
        found += [f"{path}: has no {key}" for key in schema.get("required", ()) if key not in data]
        for key, item in data.items():
            inner = schema.get("properties", {}).get(key, schema.get("additionalProperties", True))
            if inner is False:
                found.append(f"{path}: has {key}")
            elif inner is not True:
                found += faults(inner, item, root, f"{path}.{key}")
    if isinstance(data, list) and "items" in schema:
        for place, item in enumerate(data):
            found += faults(schema["items"], item, root, f"{path}[{place}]")
    return found


def _own_faults(schema: dict[str, Any], data: Any, path: str) -> list[str]:
    wanted = _TYPES.get(schema.get("type", ""), (object,))
    if not isinstance(data, wanted) or (isinstance(data, bool) and schema.get("type") == "integer"):
        return [f"{path}: is not of type {schema['type']}"]
    wrong = [
        "const" in schema and data != schema["const"],
        "enum" in schema and data not in schema["enum"],
        "pattern" in schema and not re.search(schema["pattern"], data),
        "minimum" in schema and data < schema["minimum"],
        "maximum" in schema and data > schema["maximum"],
        "minLength" in schema and len(data) < schema["minLength"],
        "minItems" in schema and len(data) < schema["minItems"],
    ]
    return [f"{path}: {data!r} is not allowed"] if any(wrong) else []

"""The OpenAPI 3.1 document, made from the route table and the models. `python -m rdit.server.openapi` prints it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from functools import cache
from inspect import cleandoc
from typing import Any

import msgspec
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from .. import __version__
from . import models
from .endpoints import BYTES, EVENTS, Answer, Endpoint, Frame, Schema
from .routes.table import ENDPOINTS

_REFERENCE = "#/components/schemas/{model}"


@cache
def document_bytes() -> bytes:
    """Return the document as JSON."""
    return json.dumps(document(), indent=2).encode()


def document() -> dict[str, Any]:
    """Return the document."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "rdit",
            "version": __version__,
            "description": "Runs a Python script statement by statement. Every refusal is a JSON object with `detail`.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token in the URL that rdit prints when it starts.",
                }
            },
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    name = endpoint.handler.__name__
    operation: dict[str, Any] = {"operationId": name, "summary": endpoint.summary}
    if not endpoint.needs_token:
        operation["security"] = []
    if endpoint.query is not None:
        operation["parameters"] = list(_parameters(endpoint.query))
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": endpoint.body_required,
            "content": {"application/json": {"schema": _reference(endpoint.body)}},
        }
    if endpoint.takes_bytes:
        operation["requestBody"] = {"required": True, "content": {BYTES: {"schema": {}}}}
    problems = endpoint.common_problems()
    for status, description in endpoint.problems.items():
        common = problems.get(status) if status != 403 else None
        problems[status] = f"{common} {description}" if common else description
    operation["responses"] = {
        **{str(status): _response(answers) for status, answers in endpoint.answers.items()},
        **{str(status): _problem(status, description) for status, description in sorted(problems.items())},
    }
    return operation


def _parameters(query: type[BaseModel]) -> Iterable[dict[str, Any]]:
    schema = query.model_json_schema(by_alias=True, ref_template=_REFERENCE)
    required = schema.get("required", [])
    for name, described in schema["properties"].items():
        described.pop("title", None)
        described.pop("default", None)
        if "anyOf" in described:  # a parameter is left out rather than null
            described.update(next(kind for kind in described.pop("anyOf") if kind.get("type") != "null"))
        parameter: dict[str, Any] = {"name": name, "in": "query", "required": name in required}
        if description := described.pop("description", None):
            parameter["description"] = description
        yield {**parameter, "schema": described}


def _response(answers: tuple[Answer, ...]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for media in dict.fromkeys(answer.media for answer in answers):
        schemas = [_reference(answer.schema) for answer in answers if answer.media == media and answer.schema]
        schema: dict[str, Any] = schemas[0] if len(schemas) == 1 else {"anyOf": schemas} if schemas else {}
        content[media] = {"schema": _event(schema) if media == EVENTS else schema}
    return {"description": " ".join(answer.description for answer in answers), "content": content}


def _event(data: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of one server-sent event, whose data are JSON of the schema *data*."""
    described = {"type": "string", "contentMediaType": "application/json", "contentSchema": data}
    return {"type": "object", "required": ["data"], "properties": {"id": {"type": "string"}, "data": described}}


def _problem(status: int, description: str) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {"schema": _reference(models.Problem)}}
    if status == 400:
        content["text/plain"] = {"schema": {"type": "string"}}  # what is no HTTP is refused before rdit sees it
    return {"description": description, "content": content}


def _reference(schema: Schema) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=schema.name if isinstance(schema, Frame) else schema.__name__)}


def _schemas() -> dict[str, Any]:
    """Return the schemas of all that an endpoint reads or answers, and of what they consist of."""
    bodies = [endpoint.body for endpoint in ENDPOINTS if endpoint.body is not None]
    answers = [
        answer.schema
        for endpoint in ENDPOINTS
        for possible in endpoint.answers.values()
        for answer in possible
        if answer.schema is not None
    ]
    frames = [answer for answer in answers if isinstance(answer, Frame)]
    kinds = [answer for answer in answers if not isinstance(answer, Frame)]
    structs = [part for one in answers for part in (one.structs if isinstance(one, Frame) else (one,))]
    structs = [part for part in structs if issubclass(part, msgspec.Struct)]
    answered = [kind for kind in kinds if issubclass(kind, BaseModel)]
    asked = [body for body in bodies if issubclass(body, BaseModel)]
    structs += [body for body in bodies if issubclass(body, msgspec.Struct)]
    used = dict.fromkeys([*((body, "validation") for body in asked), *((one, "serialization") for one in answered)])
    _, definitions = models_json_schema(
        [*used, (models.Problem, "serialization")],  # type: ignore[list-item]
        by_alias=True,
        ref_template=_REFERENCE,
    )
    _, components = msgspec.json.schema_components(structs, ref_template=_REFERENCE.format(model="{name}"))
    for component in components.values():
        component["description"] = cleandoc(component["description"])
        _open_objects(component)
    schemas: dict[str, Any] = definitions["$defs"]
    unions = {frame.name: {"anyOf": [_reference(struct) for struct in frame.structs]} for frame in frames}
    return {**schemas, **components, **unions}


def _open_objects(schema: Any) -> None:
    """Say of each object of which no property is described that it may have any: a MIME bundle, for one."""
    for part in schema if isinstance(schema, list) else schema.values() if isinstance(schema, dict) else ():
        _open_objects(part)
    if isinstance(schema, dict) and schema.get("type") == "object" and "properties" not in schema:
        schema["additionalProperties"] = True


if __name__ == "__main__":
    sys.stdout.write(document_bytes().decode() + "\n")

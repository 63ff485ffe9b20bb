"""The OpenAPI 3.1 document, made from the route table and the models. `python -m rdit.server.openapi` prints it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from .. import __version__
from ..protocol import models
from .endpoints import BYTES, Answer, Endpoint
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
        operation["parameters"] = list(_parameters(_model(endpoint.query)))
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
        schemas = [_reference(answer.model) for answer in answers if answer.media == media and answer.model is not None]
        content[media] = {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas} if schemas else {}}
    return {"description": " ".join(answer.description for answer in answers), "content": content}


def _problem(status: int, description: str) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {"schema": _reference("Problem")}}
    if status == 400:
        content["text/plain"] = {"schema": {"type": "string"}}  # what is no HTTP is refused before rdit sees it
    return {"description": description, "content": content}


def _reference(model: str) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model)}


def _model(name: str) -> type[BaseModel]:
    model: type[BaseModel] = getattr(models, name)
    return model


def _schemas() -> dict[str, Any]:
    """Return the schemas of every model that an endpoint reads or answers, and of those they consist of."""
    bodies = [_model(endpoint.body) for endpoint in ENDPOINTS if endpoint.body is not None]
    answers = [
        _model(answer.model)
        for endpoint in ENDPOINTS
        for possible in endpoint.answers.values()
        for answer in possible
        if answer.model is not None
    ]
    used = dict.fromkeys([*((body, "validation") for body in bodies), *((a, "serialization") for a in answers)])
    _, definitions = models_json_schema(
        [*used, (models.Problem, "serialization")],  # type: ignore[list-item]
        by_alias=True,
        ref_template=_REFERENCE,
    )
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas


if __name__ == "__main__":
    sys.stdout.write(document_bytes().decode() + "\n")

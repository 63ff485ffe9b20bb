"""Endpoint: one row of the route table, from which the router and the OpenAPI document are both made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeVar

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler
from msgspec import Struct, field
from pydantic import BaseModel, ValidationError

from ..errors import BadRequest, InvalidFields
from ..protocol.encoding import decode_limited, encode, without_surrogates

Model = TypeVar("Model", bound=BaseModel)
Body = TypeVar("Body", bound="BaseModel | Struct")


class Frame(Struct, frozen=True):
    """What a stream's frames hold: one of some structs."""

    name: str
    structs: tuple[type[Struct], ...]


Schema = type[BaseModel] | type[Struct] | Frame
"""What an answer's schema is made of."""
Media = Literal["application/json", "text/plain", "text/event-stream", "application/octet-stream", "image/*"]
TEXT: Final = "text/plain"
EVENTS: Final = "text/event-stream"
BYTES: Final = "application/octet-stream"
IMAGES: Final = "image/*"
ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
"""In JSON: half of a character, perhaps without its other half."""


class Answer(Struct, frozen=True):
    """What an endpoint may answer with one status."""

    description: str
    schema: Schema | None = None
    media: Media = "application/json"


class Endpoint(Struct, frozen=True):
    """One method of one path: who handles it, what it reads and what it may answer."""

    method: Literal["GET", "POST", "PUT"]
    path: str
    handler: Handler
    answers: Mapping[int, tuple[Answer, ...]]
    body: type[BaseModel] | type[Struct] | None = None
    body_required: bool = True
    query: type[BaseModel] | None = None
    takes_bytes: bool = False
    """Whether the body is a file's bytes."""
    problems: Mapping[int, str] = field(default_factory=dict)
    """Refusals besides those that `common_problems` tells."""
    needs_token: bool = True

    @property
    def summary(self) -> str:
        """What it does: the handler's docstring."""
        return " ".join((self.handler.__doc__ or "").split())

    def common_problems(self) -> dict[int, str]:
        """Return the refusals that follow from what the endpoint reads and who may call it."""
        problems = {
            400: "The request is no proper HTTP, or its address or a header is too long.",
            403: "The Host name, or the Origin of a page, is not one that the server was told to accept.",
        }
        if self.needs_token:
            problems[401] = "The token is missing or wrong."
        if self.query is not None:
            problems[422] = "A query parameter is missing, unknown or wrong."
        if self.body is not None:
            problems[400] = "The body is not JSON in UTF-8, is nested too deeply, or the request is no proper HTTP."
            problems[413] = "The body is larger than the server takes."
            problems[422] = "A field is missing, unknown or wrong."
        return problems


def endpoint(
    method: Literal["GET", "POST", "PUT"], path: str, answers: Answer | Mapping[int, tuple[Answer, ...]], **more: Any
) -> Callable[[Handler], Endpoint]:
    """Make the decorated handler an endpoint, which its docstring describes; *more* are fields of `Endpoint`.

    One answer is that of status 200.
    """
    by_status = {200: (answers,)} if isinstance(answers, Answer) else answers
    return lambda handler: Endpoint(method, path, handler, by_status, **more)


def json_answer(body: BaseModel | Struct | bytes, status: int = 200) -> web.Response:
    """Return an answer in JSON, from a model, a struct, or bytes that are JSON already."""
    if isinstance(body, BaseModel):
        data = body.model_dump_json(by_alias=True).encode()
    else:
        data = body if isinstance(body, bytes) else encode(body)
    return web.Response(body=data, status=status, content_type="application/json")


async def read_body(
    request: web.Request, model: type[Body], *, required: bool = True, limit: int | None = None
) -> Body:
    """Return the request's body as *model*; *limit* is in bytes, where it is less than that of all requests.

    Raises:
        BadRequest: it is not JSON.
        InvalidFields: it is JSON, but not of this model.
        HTTPRequestEntityTooLarge: it is larger than the server takes.
    """
    if limit is not None:
        request = request.clone(client_max_size=limit)
    body = await request.read()
    if not body and not required:
        body = b"{}"
    value = _plain_json(body)
    if ESCAPED_SURROGATE.search(body):
        # A page may send half of a surrogate pair; what it means can only be the replacement character.
        value = without_surrogates(value)
    try:
        if issubclass(model, Struct):
            return msgspec.convert(value, model)
        return model.model_validate(value)
    except msgspec.ValidationError as error:
        raise InvalidFields(f"{error}. GET /api/openapi.json describes each field.") from error
    except ValidationError as error:
        raise InvalidFields(_wrong_fields(error)) from error


def _plain_json(body: bytes) -> object:
    try:
        return decode_limited(body.decode())
    except ValueError as error:
        raise BadRequest(f"The body must be JSON in UTF-8. {error}.") from error
    except RecursionError as error:
        raise BadRequest("The body must be JSON that is not nested as deeply.") from error


def read_query(request: web.Request, model: type[Model]) -> Model:
    """Return the request's query parameters as *model*.

    Raises:
        InvalidFields: one is missing, unknown, wrong or given twice.
    """
    query = request.query
    if len(set(query)) != len(query):
        raise InvalidFields("A query parameter is given twice.")
    try:
        return model.model_validate_strings(without_surrogates(dict(query)))
    except ValidationError as error:
        raise InvalidFields(_wrong_fields(error)) from error


def _wrong_fields(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False)
    told = [f"{'.'.join(map(str, problem['loc'])) or 'the body'}: {problem['msg']}" for problem in problems[:5]]
    more = f" And {len(problems) - 5} more." if len(problems) > 5 else ""
    return f"{'; '.join(told)}.{more} GET /api/openapi.json describes each field."

"""What `/api/openapi.json` promises holds for requests that nobody here thought of: no 5xx, no undocumented answer."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rdit.server.openapi import document_bytes
from tests.running import Rdit, running_rdit

STREAMS = {"/api/events"}
"""They have no end; of their answers only the beginning is looked at."""


@pytest.fixture(scope="module")
def rdit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rdit]:
    """A server whose workspace, and whose trash, nobody minds."""
    folder = tmp_path_factory.mktemp("schemathesis")
    (folder / "script.py").write_text("print('hello')\n")
    trash = tmp_path_factory.mktemp("data")
    with running_rdit("script.py", folder=folder, XDG_DATA_HOME=str(trash)) as server:
        yield server


schema = schemathesis.openapi.from_dict(json.loads(document_bytes()))


@schema.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@pytest.mark.timeout(240)
def test_every_answer_is_one_that_the_description_promises(case: Case, rdit: Rdit) -> None:
    headers = {"Authorization": f"Bearer {rdit.token}"}
    if case.path in STREAMS:
        arguments = case.as_transport_kwargs(base_url=rdit.address, headers=headers)
        with requests.request(**arguments, stream=True, timeout=30) as response:
            documented = {*case.operation.definition.raw["responses"]}
            if case.method.upper() != case.operation.method.upper():
                documented = {"400", "401", "403", "405"}
            assert str(response.status_code) in documented
            assert response.status_code < 500
        return
    response = case.call(base_url=rdit.address, headers=headers, timeout=30)
    case.validate_response(
        response,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )

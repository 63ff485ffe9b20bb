"""What a failed request leaves behind."""

from __future__ import annotations

import pytest
from aiohttp import ClientError, web
from pytest_aiohttp.plugin import AiohttpClient

from rdit.server.error_responses import problems


@pytest.mark.parametrize("begun", [True, False])
async def test_a_client_that_went_away_is_no_failure(
    aiohttp_client: AiohttpClient, caplog: pytest.LogCaptureFixture, begun: bool
) -> None:
    raised = []

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if begun:
            await response.prepare(request)
        assert request.transport is not None
        request.transport.abort()
        try:
            await response.prepare(request)
            await response.write(b"more")
        except ConnectionResetError as error:
            raised.append(error)
            raise
        return response

    app = web.Application(middlewares=[problems])
    app.router.add_get("/", stream)
    client = await aiohttp_client(app)
    with pytest.raises(ClientError):
        await (await client.get("/")).read()
    await client.server.close()
    assert len(raised) == 1
    assert caplog.records == []

"""Subscribes with gql (https://pypi.org/project/gql) over WebSocket. One JSON line in: the request; one JSON line out a result."""

import asyncio
import json
import sys

from gql import Client, GraphQLRequest
from gql.transport.websockets import WebsocketsTransport


def say(line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def main(url):
    asked = json.loads(sys.stdin.readline())
    request = GraphQLRequest(
        asked["query"],
        variable_values=asked.get("variables") or {},
        operation_name=asked.get("operationName"),
    )
    transport = WebsocketsTransport(
        url=url,
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    async with Client(transport=transport, fetch_schema_from_transport=False) as session:
        async for result in session.subscribe(request, get_execution_result=True):
            say({"data": result.data, "errors": result.errors})


try:
    asyncio.run(main(sys.argv[1]))
except Exception as error:  # the parent reads why
    say({"ended": f"{type(error).__name__}: {error}"})

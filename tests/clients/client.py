"""Python's gql, over HTTP and over a WebSocket. usage: client.py http://127.0.0.1:PORT"""

import asyncio
import sys

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

URL = sys.argv[1] + "/graphql"
VERSION = gql("query Version { dataset { version } }")


async def over(name, transport):
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        answer = await session.execute(VERSION)
        assert len(answer["dataset"]["version"]) == 64, answer
        try:
            await session.execute(gql('{ countries(first: 2000) { totalCount } }'))
        except TransportQueryError as refused:
            assert refused.errors[0]["extensions"]["code"] == "BAD_USER_INPUT", refused
        else:
            raise AssertionError("a page too large was answered")
    print(f"ok gql {name}: the schema, a query, a refusal")


async def main():
    await over("http", AIOHTTPTransport(url=URL))
    # gql looks for `Sec-WebSocket-Protocol` in this spelling only, misses it in small letters, and then takes the older of
    # the protocols that it has offered; so it offers one.
    modern = [WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
    await over("websocket", WebsocketsTransport(url=URL.replace("http", "ws", 1), subprotocols=modern))


asyncio.run(main())

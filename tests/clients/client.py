"""Runs Python's gql over HTTP and over a WebSocket. usage: client.py http://127.0.0.1:PORT"""

import asyncio
import sys

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

URL = sys.argv[1] + "/graphql"
VERSION = gql("query Version { dataset { version } }")


async def run(name, transport):
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        response = await session.execute(VERSION)
        assert len(response["dataset"]["version"]) == 64, response
        try:
            await session.execute(gql('{ countries(first: 2000) { totalCount } }'))
        except TransportQueryError as error:
            assert error.errors[0]["extensions"]["code"] == "BAD_USER_INPUT", error
        else:
            raise AssertionError("a page above the limit was served")
    print(f"ok gql {name}: the schema, a query, a rejection")


async def main():
    await run("http", AIOHTTPTransport(url=URL))
    # gql reads the response header `Sec-WebSocket-Protocol` in this case only. Otherwise it assumes the older of the offered
    # protocols, so it offers one.
    modern = [WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
    await run("websocket", WebsocketsTransport(url=URL.replace("http", "ws", 1), subprotocols=modern))


asyncio.run(main())

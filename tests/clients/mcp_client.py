"""Runs Python's mcp with both families of revisions. usage: mcp_client.py http://127.0.0.1:PORT"""

import asyncio
import sys

from mcp import Client

URL = sys.argv[1] + "/mcp"


async def run(mode, revision):
    async with Client(URL, mode=mode) as client:
        assert client.protocol_version == revision, client.protocol_version
        assert client.server_info.name == "aidgraph", client.server_info
        tools = [tool.name for tool in (await client.list_tools()).tools]
        assert "explain_figure" in tools, tools
        arguments = {"table": "budgets", "id": "ICP-MLI-3", "part": "ICP-MLI-3-BUDGET"}
        result = await client.call_tool("explain_figure", arguments)
        row = result.structured_content["rows"][0]
        assert not result.is_error and row["figure"]["value"] == 55_000_000, result
        assert row["citations"][0]["asPublished"] == "55 million euros", row
        rejected = await client.call_tool("read_table", {"table": "nothing"})
        assert rejected.is_error and "unknown table" in rejected.content[0].text, rejected
    print(f"ok mcp {revision}: the handshake, the list of tools, a figure, a rejection")


async def main():
    await run("auto", "2026-07-28")
    await run("legacy", "2025-11-25")


asyncio.run(main())

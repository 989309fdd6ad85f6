"""Python's mcp, in both families of revisions. usage: mcp_client.py http://127.0.0.1:PORT"""

import asyncio
import sys

from mcp import Client

URL = sys.argv[1] + "/mcp"


async def over(mode, revision):
    async with Client(URL, mode=mode) as client:
        assert client.protocol_version == revision, client.protocol_version
        assert client.server_info.name == "aidgraph", client.server_info
        tools = [tool.name for tool in (await client.list_tools()).tools]
        assert "explain_figure" in tools, tools
        arguments = {"table": "budgets", "id": "ICP-MLI-3", "part": "ICP-MLI-3-BUDGET"}
        answer = await client.call_tool("explain_figure", arguments)
        row = answer.structured_content["rows"][0]
        assert not answer.is_error and row["figure"]["value"] == 55_000_000, answer
        assert row["citations"][0]["asPublished"] == "55 million euros", row
        refused = await client.call_tool("read_table", {"table": "nothing"})
        assert refused.is_error and "unknown table" in refused.content[0].text, refused
    print(f"ok mcp {revision}: the handshake, the list of tools, a figure, a refusal")


async def main():
    await over("auto", "2026-07-28")
    await over("legacy", "2025-11-25")


asyncio.run(main())

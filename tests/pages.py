"""A web server for links to lead to."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

ARTICLE = """<!doctype html><html><head><title>Ignored</title>
<meta property="og:title" content="The  Analytical&#10; Engine &lt;b&gt;">
<meta property="og:description" content="Weaves algebraical patterns.">
<meta property="og:site_name" content="Notes"></head><body><script>alert(1)</script></body></html>"""


class Pages:
    """What was served, by path; `address` is where, on 127.0.0.1, and `elsewhere` the same on 127.0.0.2."""

    def __init__(self) -> None:
        self.address = self.elsewhere = ""
        self.asked: Counter[str] = Counter()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer by the first part of the path."""
        name = request.path.strip("/").partition("/")[0]
        self.asked[name] += 1
        if name == "to":
            raise web.HTTPFound(request.query["url"])
        if name == "loop":
            raise web.HTTPFound("/loop")
        if name == "slow":
            await asyncio.sleep(30)
        if name == "endless":
            return await self._endless(request)
        return self._page(name)

    def _page(self, name: str) -> web.Response:
        if (name == "busy-once" and self.asked[name] == 1) or name == "busy":
            return web.Response(status=503)
        if name == "file":
            return web.Response(body=ARTICLE.encode(), content_type="application/pdf")
        if name == "packed":
            packed = web.Response(text=ARTICLE, content_type="text/html")
            packed.enable_compression(web.ContentCoding.gzip)
            packed.headers["Content-Encoding"] = "gzip"
            return packed
        if name == "latin":
            title = "<meta charset=iso-8859-1><title>Caf\xe9</title>".encode("latin-1")
            return web.Response(body=title, content_type="text/html")
        if name == "plain":
            return web.Response(text="<title>Plain</title>", content_type="text/html")
        if name == "untitled":
            return web.Response(text="<p>Nothing</p>", content_type="text/html")
        return web.Response(text=ARTICLE, content_type="text/html")

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        await response.write(ARTICLE.encode())
        while True:
            await response.write(b" " * 65_536)
            self.asked["endless parts"] += 1


@asynccontextmanager
async def serving() -> AsyncIterator[Pages]:
    """Serve pages on a free port of this machine."""
    pages = Pages()
    app = web.Application()
    app.router.add_get("/{path:.*}", pages.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    await web.TCPSite(runner, "127.0.0.2", port).start()
    pages.address, pages.elsewhere = f"http://127.0.0.1:{port}", f"http://127.0.0.2:{port}"
    try:
        yield pages
    finally:
        await runner.cleanup()

"""The documentation's programs are taken from its page as it is served, and run."""

import asyncio
import json
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from pathlib import Path

from tests.error_codes import LISTED, codes
from tests.person import Person, eventually
from tests.programs import OpenProgram, make_bot
from tests.service.test_bots import bot_in

BASH = shutil.which("bash") or "bash"


class Sample(HTMLParser):
    """The text of the element with an id."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self._wanted = wanted
        self._inside = False
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = self._inside or (tag == "pre" and dict(attrs).get("id") == self._wanted)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "pre"

    def handle_data(self, data: str) -> None:
        self.text += data if self._inside else ""


async def sample(reader: Person, wanted: str) -> str:
    """Return the code that the documentation shows."""
    page = await reader.ask("GET", "/docs")
    found = Sample(wanted)
    found.feed(page.body)
    assert found.text, f"/docs shows no {wanted}"
    return found.text


@asynccontextmanager
async def running(*command: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program as a reader would; it ends with the test."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_the_bot_of_the_documentation_answers_and_has_a_button(
    ada: Person, ben: Person, program: OpenProgram, tmp_path: Path
) -> None:
    script = tmp_path / "bot.py"
    script.write_text(await sample(ada, "sample-mention-bot"))
    channel = await ada.make_channel("private", ben)
    bot = await bot_in(ada, channel, program, name="Helper")
    handle = (await bot.get("/api/v1/me"))["handle"]
    async with running(
        sys.executable, str(script), PARLOUR_URL=ada.address, PARLOUR_TOKEN=bot.token
    ) as process:
        assert process.stdout
        said = await asyncio.wait_for(process.stdout.readline(), 30)
        assert said.decode().strip() == "Helper listens in 1 channels."
        at_ben = await ben.device()
        asked = await ben.send(channel, f"@{handle} are you there?")
        heard = await at_ben.wait_for("message.sent", lambda p: p["message"]["author_id"] == bot.id)
        answer = heard["message"]
        assert (answer["text"], answer["thread_root_id"]) == ("At your service.", asked["id"])
        pressed = await at_ben.call("message.act", {"message_id": answer["id"], "action": "thanks"})
        assert pressed["ok"], pressed
        edited = await at_ben.wait_for("message.edited", lambda p: p["entry"]["message_id"] == answer["id"])
        assert edited["entry"]["text"] == "You are welcome."


async def test_the_first_calls_of_the_documentation_are_answered(
    ada: Person, program: OpenProgram, tmp_path: Path
) -> None:
    script = tmp_path / "calls.sh"
    script.write_text("set -e\n" + await sample(ada, "sample-first-calls"))
    channel = await ada.make_channel("private")
    bot = await bot_in(ada, channel, program)
    given = {"PARLOUR_URL": ada.address, "PARLOUR_TOKEN": bot.token, "PARLOUR_CHANNEL": channel}
    for _ in range(2):
        async with running(BASH, str(script), **given) as process:
            out, err = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 0, err.decode()
        decoder, text, answers = json.JSONDecoder(), out.decode(), []
        while text:
            answer, end = decoder.raw_decode(text)
            answers.append(answer)
            text = text[end:]
        me, sent, page, refused = answers
        assert me["id"] == sent["author_id"] == bot.id
        assert [message["text"] for message in page["items"]] == ["Build 42 is **green**."]
        assert refused["code"] == "not_found"
    messages = (await ada.get(f"/api/v1/channels/{channel}/messages"))["items"]
    assert len(messages) == 1, "sent again with the same key, it stays one message"


async def test_the_slash_command_of_the_documentation_answers_in_the_channel(
    ada: Person, tmp_path: Path
) -> None:
    script = tmp_path / "weather.py"
    script.write_text(await sample(ada, "sample-slash-command"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = {"name": "weather", "url": f"http://127.0.0.1:{port}/", "help": "Tell the weather"}
    made = await ada.post(f"/api/v1/workspaces/{ada.workspace['id']}/slash-commands", command)
    channel = await ada.make_channel("private")
    path = f"/api/v1/channels/{channel}/commands"
    async with running(sys.executable, str(script), PORT=str(port), PARLOUR_SECRET=made["secret"]):

        async def is_answered() -> bool:
            answer = await ada.ask("POST", path, {"text": "/weather Berlin"})
            return answer.status == 200 and answer.body["message"]["text"] == "Sunny in Berlin."

        await eventually(is_answered)
    await ada.post(f"/api/v1/workspaces/{ada.workspace['id']}/slash-commands/{made['command']['id']}/secret")
    async with running(sys.executable, str(script), PORT=str(port), PARLOUR_SECRET=made["secret"]):

        async def is_refused() -> bool:
            answer = await ada.ask("POST", path, {"text": "/weather"})
            return answer.status == 503 and "answered 401" in answer.body["detail"]

        await eventually(is_refused)


async def test_the_documentation_shows_every_code_of_the_source(ada: Person) -> None:
    assert json.loads(LISTED.read_text()) == codes(), "run: python -m tests.error_codes"
    page = (await ada.ask("GET", "/docs")).body
    for row in codes():
        assert f"<code>{row['code']}</code>" in page
    refused = await ada.ask("GET", "/api/v1/channels/nowhere")
    assert refused.code in {row["code"] for row in codes()}


async def test_a_bot_is_made_with_the_scopes_that_the_documentation_needs(
    ada: Person, program: OpenProgram
) -> None:
    scopes = ["messages:read", "messages:write", "people:read"]
    made = await make_bot(ada, scopes)
    bot = await program(made["secret"], made["bot"]["id"])
    assert (await bot.get("/api/v1/me"))["id"] == bot.id
    await bot.device()

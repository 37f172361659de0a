"""The people's side over HTTP, for tests that run in another process than the server.

`POST /control/<action>` with a JSON object of arguments; the answer is JSON, too (`picture`: the bytes).

    user {id, name?, username?, language?, started?}      block, unblock {user}
    group {title, forum?, basic?, admin?, members?} -> {chat}
    topic {chat, name, user} -> {thread}
    send {user, text, chat?, reply_to?, thread?}          send_photo {user, data, caption?, ...}
    send_document {user, data, filename?, ...}            send_album {user, pictures, caption?, ...}
    edit {user, chat, message_id, text}                   delete {user, chat, message_id}
    press {user, chat, message_id, label, wait?} -> {text, show_alert, url}
    inline {user, query, wait?} -> {results}
    history {chat, everything?} -> {messages}             picture {chat, message_id, version?} -> bytes
    calls {since?, method?} -> {calls}                    violations -> {violations}
    updates -> {pending, polling}                         actions {chat} -> {actions}
    fault {method, kind, times?, after?, retry_after?, seconds?, description?} -> {fault}
    release {fault}                                       allow {kinds}
    change {since?, timeout?} -> {change}                 settled {timeout?}

Bytes are base64 text. `change` waits until something happened after the change of that number.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.fakes.bot_api.chats import Message
from tests.fakes.bot_api.errors import ApiError
from tests.fakes.bot_api.faults import Fault
from tests.fakes.bot_api.groups import Group
from tests.fakes.bot_api.journal import Call
from tests.fakes.bot_api.media import Media
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi

Said = dict[str, Any]
LONGEST = 60.0


def _media_json(media: Media | None) -> Said | None:
    if media is None:
        return None
    last = media.files[-1]
    return {
        "kind": media.field,
        "name": last.name,
        "size": len(last.data),
        "sides": [last.width, last.height],
    }


def message_json(message: Message) -> Said:
    """Return a message as a person sees it, with what it looked like before."""
    return {
        "chat": message.chat.id,
        "message_id": message.message_id,
        "from": message.sender.id,
        "from_bot": message.sender.is_bot,
        "text": message.text,
        "entities": message.entities,
        "media": _media_json(message.media),
        "media_group_id": message.media_group_id,
        "buttons": message.buttons,
        "reply_to": message.reply_to.message_id if message.reply_to else None,
        "thread": message.thread,
        "service": message.service,
        "reactions": [one.get("emoji") for one in message.reactions],
        "deleted": message.deleted,
        "versions": [
            {"at": one.at, "text": one.text, "media": _media_json(one.media), "buttons": one.buttons}
            for one in message.versions
        ],
    }


def call_json(call: Call) -> Said:
    return {
        "method": call.method,
        "params": call.params,
        "files": {name: {"name": one.name, "size": len(one.data)} for name, one in call.files.items()},
        "at": call.at,
        "status": call.status,
        "error": call.error,
        "result": call.result,
    }


class Control:
    """Does what another process says."""

    def __init__(self, fake: FakeBotApi) -> None:
        self._fake = fake
        self._faults: list[Fault] = []

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/control/{action}", self._answer)]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        action: Callable[[Said], Awaitable[Any]] | None
        action = getattr(self, f"do_{request.match_info['action']}", None)
        if action is None:
            return web.json_response({"error": "no such action"}, status=404)
        try:
            said = await request.json() if request.can_read_body else {}
            found = await action(said)
        except (ApiError, AssertionError, LookupError, TimeoutError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        return web.Response(body=found) if isinstance(found, bytes) else web.json_response(found or {})

    # --- who and where ---

    def _person(self, said: Said) -> Person:
        return self._fake.user(said["user"])

    def _group(self, chat: int) -> Group:
        return Group(self._fake.world, self._fake.world.chats[chat])

    def _place(self, said: Said) -> Said:
        """Return where a person writes, as `Person.send` wants it."""
        person, chat = said["user"], said.get("chat")
        group = None if chat in {None, person} else self._group(chat)
        reply = said.get("reply_to")
        found = self._message({"chat": chat or person, "message_id": reply}) if reply else None
        return {"chat": group, "reply_to": found, "thread": said.get("thread")}

    def _message(self, said: Said) -> Message:
        found = self._fake.world.chats[said["chat"]].find(said["message_id"])
        if found is None:
            raise LookupError(f"no message {said['message_id']} in {said['chat']}")
        return found

    async def do_user(self, said: Said) -> Said:
        person = self._fake.user(said.pop("id"), **said)
        return {"user": person.id}

    async def do_group(self, said: Said) -> Said:
        members = tuple(self._fake.user(one) for one in said.pop("members", []))
        return {"chat": self._fake.group(said.pop("title"), members=members, **said).id}

    async def do_topic(self, said: Said) -> Said:
        return {"thread": self._group(said["chat"]).topic(said["name"], self._person(said))}

    # --- what people do ---

    async def do_send(self, said: Said) -> Said:
        return message_json(await self._person(said).send(said["text"], **self._place(said)))

    async def do_send_photo(self, said: Said) -> Said:
        data = base64.b64decode(said["data"])
        person = self._person(said)
        return message_json(await person.send_photo(data, said.get("caption", ""), **self._place(said)))

    async def do_send_document(self, said: Said) -> Said:
        data, name = base64.b64decode(said["data"]), said.get("filename", "file.png")
        person = self._person(said)
        return message_json(
            await person.send_document(data, name, said.get("caption", ""), **self._place(said))
        )

    async def do_send_album(self, said: Said) -> Said:
        pictures = [base64.b64decode(one) for one in said["pictures"]]
        sent = await self._person(said).send_album(pictures, said.get("caption", ""), **self._place(said))
        return {"messages": [message_json(one) for one in sent]}

    async def do_press(self, said: Said) -> Said:
        answer = self._person(said).press(self._message(said), said["label"])
        return dataclasses.asdict(await answer) if said.get("wait", True) else {}

    async def do_inline(self, said: Said) -> Said:
        answer = self._person(said).inline(said["query"])
        return {"results": await answer} if said.get("wait", True) else {}

    async def do_edit(self, said: Said) -> None:
        self._person(said).edit(self._message(said), said["text"])

    async def do_delete(self, said: Said) -> None:
        self._person(said).delete(self._message(said))

    async def do_block(self, said: Said) -> None:
        self._person(said).block()

    async def do_unblock(self, said: Said) -> None:
        self._person(said).unblock()

    # --- what there is to see ---

    async def do_history(self, said: Said) -> Said:
        everything = said.get("everything", False)
        messages = self._fake.world.chats[said["chat"]].messages
        return {"messages": [message_json(one) for one in messages if everything or not one.deleted]}

    async def do_picture(self, said: Said) -> bytes:
        media = self._message(said).versions[said.get("version", -1)].media
        if media is None:
            raise LookupError("no media")
        return media.data

    async def do_calls(self, said: Said) -> Said:
        wanted = said.get("method")
        found = self._fake.calls[said.get("since", 0) :]
        return {"calls": [call_json(one) for one in found if wanted in {None, one.method}]}

    async def do_violations(self, _said: Said) -> Said:
        return {"violations": [dataclasses.asdict(one) for one in self._fake.violations]}

    async def do_updates(self, _said: Said) -> Said:
        updates = self._fake.updates
        return {"pending": [one.as_json() for one in updates.fresh()], "polling": updates.polling}

    async def do_actions(self, said: Said) -> Said:
        return {"actions": self._fake.world.chats[said["chat"]].actions}

    # --- trouble and waiting ---

    async def do_fault(self, said: Said) -> Said:
        self._faults.append(self._fake.fault(said.pop("method"), said.pop("kind"), **said))
        return {"fault": len(self._faults) - 1}

    async def do_release(self, said: Said) -> None:
        self._faults[said["fault"]].release()

    async def do_allow(self, said: Said) -> None:
        self._fake.allow(*said["kinds"])

    async def do_change(self, said: Said) -> Said:
        changes, since = self._fake.world.changes, said.get("since", 0)
        with contextlib.suppress(TimeoutError):
            await changes.until(lambda: changes.count > since, said.get("timeout", LONGEST))
        return {"change": changes.count}

    async def do_settled(self, said: Said) -> None:
        await self._fake.settled(said.get("timeout", LONGEST))

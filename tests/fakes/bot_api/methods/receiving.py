"""Polling and the webhook."""

from __future__ import annotations

import re
from typing import Any, Protocol

from tests.fakes.bot_api.errors import bad_request, conflict
from tests.fakes.bot_api.wire import Params
from tests.fakes.bot_api.world import World

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
MAX_UPDATES = 100
KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "guest_message",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
    }
)


class Delivery(Protocol):
    """Who carries updates to a webhook."""

    async def start(self, url: str, *, secret: str, connections: int, updates: list[str] | None) -> None: ...

    async def stop(self) -> None: ...

    def info(self) -> dict[str, Any]: ...


def _kinds(world: World, params: Params, method: str) -> list[str] | None:
    wanted = params.get("allowed_updates")
    if wanted is None:
        return None
    if not isinstance(wanted, list):
        raise bad_request("can't parse allowed updates: Array expected", breaks="allowed_updates")
    for one in set(wanted) - KINDS:
        world.violate("allowed_updates", method, f"no kind of update: {one}")
    return wanted


async def get_updates(world: World, params: Params) -> Any:
    kinds = _kinds(world, params, "getUpdates")
    if not world.updates.webhook_active:
        world.updates.allow(kinds)
    limit = params.integer("limit")
    found = await world.updates.poll(
        params.integer("offset") or 0,
        min(max(limit, 1), MAX_UPDATES) if limit is not None else MAX_UPDATES,
        params.integer("timeout") or 0,
    )
    return [one.as_json() for one in found]


async def set_webhook(world: World, params: Params, delivery: Delivery) -> Any:
    url = params.text("url")
    if not url:
        return await delete_webhook(world, params, delivery)
    if not re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]", url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook", breaks="webhook")
    secret = params.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters", breaks="webhook")
    kinds = _kinds(world, params, "setWebhook")
    world.updates.allow(kinds)
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    world.updates.webhook_active = True
    world.updates.end_poll(conflict("terminated by setWebhook request"))
    connections = min(max(params.integer("max_connections") or 40, 1), 100)
    await delivery.start(url, secret=secret, connections=connections, updates=kinds)
    world.changes.tell()
    return True


async def delete_webhook(world: World, params: Params, delivery: Delivery) -> Any:
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    await delivery.stop()
    world.updates.webhook_active = False
    world.changes.tell()
    return True


async def get_webhook_info(world: World, params: Params, delivery: Delivery) -> Any:
    found = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.fresh()),
        **delivery.info(),
    }
    if world.updates.allowed is not None:
        found["allowed_updates"] = sorted(world.updates.allowed)
    return found

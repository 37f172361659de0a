"""What Discord says of the bot, for an operator who asks."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from core.presentation import on_discord

NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    embed_links=True,
    read_message_history=True,
)
"""What showing pictures takes. Changing its own messages takes no more than seeing the channel."""

_SERVERS_READ = 200


async def findings(client: discord.Client) -> Sequence[str]:
    """Return a line for each: who it is, where it is, what it lacks, and how to invite it."""
    application = await client.application_info()
    # The public way drops the permissions that come with the list.
    servers = await client.http.get_guilds(_SERVERS_READ, None, None, with_counts=False)
    lines = [
        on_discord.say_bot(application.name, application.id),
        on_discord.say_servers(len(servers)),
    ]
    for server in servers:
        has = discord.Permissions(int(server.get("permissions", 0)))
        missing = missing_permissions(has)
        if missing:
            lines.append(on_discord.say_missing(server["name"], missing))
    return [*lines, *invitations(application.id)]


def missing_permissions(has: discord.Permissions) -> list[str]:
    """Return the names of those that are needed and not there."""
    if has.administrator:
        return []
    lacking = discord.Permissions(NEEDED.value & ~has.value)
    return [name.replace("_", " ") for name, lacks in lacking if lacks]


def invitations(application: int) -> list[str]:
    """Return the links by which the bot comes to a server, or to somebody's account."""
    server = discord.utils.oauth_url(application, permissions=NEEDED, scopes=("bot", "applications.commands"))
    user = discord.utils.oauth_url(application, scopes=("applications.commands",))
    return [on_discord.say_invite(server), on_discord.say_user_install(f"{user}&integration_type=1")]

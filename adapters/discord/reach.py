"""Where the bot may write as itself, and how much."""

from __future__ import annotations

from typing import Any

import discord

FILE_BYTES = 10 * 2**20
"""What Discord takes in a file where nobody pays for more."""


def bot_reaches(interaction: discord.Interaction[Any]) -> bool:
    """Say whether the bot can change its messages there as itself, without the interaction's token.

    It can't where only a member has it installed: on servers that it is not on, in others' private chats.
    """
    if interaction.guild_id is None:
        return not interaction.context.private_channel
    if interaction.client.get_guild(interaction.guild_id) is None:
        return False
    return interaction.app_permissions.view_channel


def allows_nsfw(interaction: discord.Interaction[Any]) -> bool:
    """Say whether it is a private chat, or a channel for adults alone."""
    if interaction.guild_id is None:
        return True
    ask = getattr(interaction.channel, "is_nsfw", None)
    return bool(ask()) if ask is not None else False


def file_limit(client: discord.Client, chat: str) -> int:
    """Return how many bytes a file may have that the bot sends there as itself."""
    guild = getattr(client.get_channel(int(chat)), "guild", None)
    return guild.filesize_limit if isinstance(guild, discord.Guild) else FILE_BYTES

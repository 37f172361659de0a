"""Lists, completion, menus, admins: everything that is no picture."""

from __future__ import annotations

import discord
import pytest
from simcord.backend.errors import SetupError

from tests.e2e.discord.house import House, a_house, a_png


def admin(house: House) -> object:
    role = house.guild.create_role("mods", permissions=discord.Permissions(manage_guild=True))
    return house.guild.add_member(house.env.create_user("mod"), roles=[role])


async def test_every_command_and_alias_is_offered() -> None:
    async with a_house() as house:
        offered = set(house.ann.available_commands(house.channel))
        assert {"generate", "imagine", "make", "history", "show", "help", "points", "vary"} <= offered
        assert "start" not in offered
        assert not {one for one in offered if one.startswith("admin")}


async def test_the_model_s_ranges_and_words_arrive() -> None:
    async with a_house() as house:
        (command,) = [one for one in house.env.bot.tree.get_commands() if one.name == "generate"]  # type: ignore[attr-defined]
        options = {one["name"]: one for one in command.to_dict(house.env.bot.tree)["options"]}  # type: ignore[attr-defined]
        assert (options["width"]["min_value"], options["width"]["max_value"]) == (64, 2048)
        assert options["cfg_scale"]["type"] == discord.AppCommandOptionType.number.value
        assert options["image"]["type"] == discord.AppCommandOptionType.attachment.value
        assert options["nsfw"]["type"] == discord.AppCommandOptionType.boolean.value
        assert options["prompt"]["max_length"] == 2000
        assert options["steps"]["description"] == "more is finer and slower"
        assert not any(one.get("required") for one in options.values())


async def test_installs_and_contexts_are_for_servers_and_members() -> None:
    async with a_house() as house:
        (sent,) = [one.json for one in house.env.http_requests if one.method == "PUT"]
        assert sent
        for command in sent:
            assert command["contexts"] == [0, 1, 2]
            assert command["integration_types"] == [0, 1]


async def test_completion_offers_tasks_models_and_commands() -> None:
    async with a_house() as house:
        _, task = await house.drawn()
        complete = house.ann.autocomplete
        assert await complete(house.channel, "show", "task", "fox") == [
            {"name": f"{task} · a red fox", "value": task}
        ]
        assert [one["value"] for one in await complete(house.channel, "generate", "model", "")] == [
            "dreams",
            "sketches",
        ]
        assert [one["value"] for one in await complete(house.channel, "help", "command", "upsc")] == [
            "upscale"
        ]
        assert await house.bob.autocomplete(house.channel, "show", "task", "") == []


@pytest.mark.parametrize("command", ["status", "history", "points", "help"])
async def test_lists_are_for_the_member_alone(command: str) -> None:
    async with a_house() as house:
        result = await house.ann.slash(house.channel, command)
        assert result.ephemeral
        assert house.text(result)


async def test_help_speaks_of_options_and_leaves_out_what_is_for_others() -> None:
    async with a_house() as house:
        text = house.text(await house.ann.slash(house.channel, "help")).replace("\\", "")
        assert "/generate: Make a picture" in text
        assert "grant" not in text
        assert "--" not in text
        text = house.text(await house.ann.slash(house.channel, "help", command="generate"))
        assert "64 to 2,048" in text.replace("\\", "")


async def test_show_shows_the_card_to_the_member_alone() -> None:
    async with a_house() as house:
        _, task = await house.drawn()
        result = await house.ann.slash(house.channel, "show", task=task)
        assert result.ephemeral
        assert "Done in" in house.text(result)
        assert len(house.message(result).attachments) == 1
        refused = await house.bob.slash(house.channel, "show", task=task)
        assert "There is no task" in house.text(refused)


async def test_a_long_list_goes_on_in_messages_for_the_member_alone() -> None:
    async with a_house(starting_grant=100_000) as house:
        for number in range(22):
            await house.generate(prompt=f"{number} {'*' * 60}")
        result = await house.ann.slash(house.channel, "history", limit=50)
        parts = [house.message(result), *result.followups]
        assert len(parts) > 1
        assert all(one.ephemeral and len(house.text(one)) <= 2000 for one in parts)
        words = "\n".join(house.text(one) for one in parts)
        assert all(task.id in words for task in await house.tasks())


async def test_a_refusal_speaks_of_options() -> None:
    async with a_house() as house:
        result, _ = await house.generate(strength=0.5)
        assert "add the option image." in house.text(result)


async def test_admins_commands_need_both_discord_s_permission_and_ours() -> None:
    async with a_house() as house:
        with pytest.raises(SetupError):
            await house.ann.slash(house.channel, "admin queue")
        mod = admin(house)
        refused = await mod.slash(house.channel, "admin queue")  # type: ignore[attr-defined]
        assert refused.ephemeral
        assert "is for admins" in house.text(refused)


async def test_an_admin_grants_points_and_pauses() -> None:
    async with a_house() as house:
        mod = admin(house)
        house.platform._desk.calls._admins = frozenset({mod.id})  # type: ignore[attr-defined]
        result = await mod.slash(house.channel, "admin grant", account=house.bob, points=50)  # type: ignore[attr-defined]
        assert house.text(result) == f"<@{house.bob.id}> has 150 points now."
        await mod.slash(house.channel, "admin pause")  # type: ignore[attr-defined]
        result, _ = await house.generate()
        await house.until(lambda: "paused" in house.text(result))
        await mod.slash(house.channel, "admin resume")  # type: ignore[attr-defined]


async def test_the_menus_of_a_card() -> None:
    async with a_house() as house:
        message, first = await house.drawn()
        details = await house.bob.context_menu(house.channel, "Show details", message)
        assert first in house.text(details)
        again = await house.bob.context_menu(house.channel, "Make again", message)
        assert "a red fox" in house.text(again)
        shown = await house.bob.context_menu(house.channel, "Use as input image", message)
        await house.bob.submit_modal(shown, {"prompt": "a blue fox"})
        kinds = {task.request.type for task in await house.tasks(house.bob)}
        assert kinds == {"txt2img", "img2img"}


async def test_a_picture_that_somebody_posted_is_started_from() -> None:
    async with a_house() as house:
        message = await house.bob.send(house.channel, "look", attachments=[("cat.png", a_png("grey"))])
        shown = await house.ann.context_menu(house.channel, "Use as input image", message)
        await house.ann.submit_modal(shown, {"prompt": "a tiger"})
        (task,) = await house.tasks()
        assert task.request.input_images == (await house.picture(a_png("grey")),)


@pytest.mark.parametrize("menu", ["Use as input image", "Make again", "Show details"])
async def test_a_menu_of_a_message_without_anything(menu: str) -> None:
    async with a_house() as house:
        message = await house.bob.send(house.channel, "hello")
        result = await house.ann.context_menu(house.channel, menu, message)
        assert result.ephemeral
        assert house.text(result)

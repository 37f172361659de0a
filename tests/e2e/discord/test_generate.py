"""From /generate to the card with the pictures."""

from __future__ import annotations

import discord
import pytest
from simcord.backend.errors import SetupError

from core.errors import EngineFaultError
from core.generation.models import GenerationStatus
from tests.e2e.discord.house import a_house, a_png


async def test_a_picture_is_asked_for_and_shown_in_one_message() -> None:
    async with a_house() as house:
        house.easel.free.clear()
        result, task = await house.generate()
        message = house.message(result)
        assert not message.ephemeral
        assert "**a red fox**" in house.text(result)
        assert message.flags.components_v2
        await house.until(lambda: "Drawing" in house.text(result))
        house.easel.draw(5, 10)
        await house.until(lambda: "50%" in house.text(result))
        house.easel.free.set()
        await house.ended(task)
        assert "Done in" in house.text(result)
        assert len(house.messages()) == 1
        attachment = house.message(result).attachments[0]
        assert attachment.filename == f"{task}-1.png"
        assert attachment.description == "a red fox"


async def test_the_first_answer_is_an_interaction_s_and_every_later_edit_the_bot_s_own() -> None:
    async with a_house() as house:
        await house.drawn()
        paths = [one.path for one in house.env.http_requests if one.method in {"POST", "PATCH"}]
        assert paths[0].startswith("/interactions/")
        assert all(path.startswith("/channels/") for path in paths[1:])


@pytest.mark.parametrize("number", [2, 8])
async def test_several_pictures_are_a_gallery(number: int) -> None:
    async with a_house(starting_grant=1000) as house:
        message, _ = await house.drawn(batch_size=number)
        assert len(message.attachments) == number
        assert message.attachments[1].description.startswith(f"Picture 2 of {number}: ")


async def test_every_option_arrives() -> None:
    async with a_house() as house:
        _, task = await house.drawn(
            prompt="a cat",
            negative_prompt="dogs",
            width=512,
            height=256,
            steps=9,
            seed=2**32 - 1,
            cfg_scale=3.5,
            model="dreams",
            sampler="euler",
        )
        request = (await house.task(task)).request
        assert request.negative_prompt == "dogs"
        settings = request.settings
        assert (settings.width, settings.height, settings.steps, settings.seed) == (512, 256, 9, 2**32 - 1)
        assert (settings.cfg_scale, settings.model, settings.sampler) == (3.5, "dreams", "euler")


async def test_an_attached_picture_is_started_from() -> None:
    async with a_house() as house:
        _, task = await house.drawn(image=("in.png", a_png("pink")), strength=0.4)
        request = (await house.task(task)).request
        assert request.type == "img2img"
        assert request.input_images == (await house.picture(a_png("pink")),)


async def test_a_file_that_is_no_picture_is_refused_to_the_member_alone() -> None:
    async with a_house() as house:
        result, task = await house.generate(image=("notes.txt", b"hello"))
        assert not task
        assert result.ephemeral
        assert "not a picture" in house.text(result)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"aspect_ratio": "1:9"}, "must be like 16:9"),
        ({"model": "nothing"}, 'there is no "nothing"'),
        ({"strength": 0.5}, "add"),
        ({"prompt": "\u200b"}, "is empty"),
        ({"nsfw": True}, "age-restricted"),
    ],
)
async def test_what_can_t_be_used_is_refused_to_the_member_alone(
    options: dict[str, object], words: str
) -> None:
    async with a_house() as house:
        result, task = await house.generate(**options)
        assert not task
        assert result.ephemeral
        assert words in house.text(result).replace("\\", "")
        assert not house.messages()


async def test_discord_itself_refuses_what_is_out_of_range() -> None:
    async with a_house() as house:
        with pytest.raises(SetupError, match="2048"):
            await house.ann.slash(house.channel, "generate", prompt="x", width=9000)


async def test_without_points_nothing_is_queued() -> None:
    async with a_house(starting_grant=1) as house:
        result, task = await house.generate()
        assert not task
        assert result.ephemeral
        assert "points" in house.text(result)


async def test_an_alias_is_a_command_too() -> None:
    async with a_house() as house:
        result = await house.ann.slash(house.channel, "imagine", prompt="a boat")
        assert "a boat" in house.text(result)


async def test_without_a_prompt_a_form_asks_for_it() -> None:
    async with a_house() as house:
        shown = await house.ann.slash(house.channel, "generate", width=512, seed=3)
        assert shown.modal["title"] == "What do you want to see?"
        result = await house.ann.submit_modal(shown, {"prompt": "a long story", "negative_prompt": "fog"})
        (task,) = await house.tasks()
        assert (task.request.prompt, task.request.negative_prompt) == ("a long story", "fog")
        assert (task.request.settings.width, task.request.settings.seed) == (512, 3)
        assert "a long story" in house.text(result)


async def test_a_form_takes_the_longest_prompt_and_the_card_shows_its_beginning() -> None:
    async with a_house() as house:
        shown = await house.ann.slash(house.channel, "generate")
        prompt = "*" * 2000
        result = await house.ann.submit_modal(shown, {"prompt": prompt})
        (task,) = await house.tasks()
        assert task.request.prompt == prompt
        await house.ended(task.id)
        assert len(house.text(result)) < 4000
        assert "…" in house.text(result)


async def test_a_prompt_formats_links_and_mentions_nothing() -> None:
    async with a_house() as house:
        prompt = "**b** @everyone <@1> [x](https://evil.example) `c` ||s|| # h"
        message, _ = await house.drawn(prompt=prompt)
        told = house.text(message).splitlines()[1]
        assert told == (r"**\*\*b\*\* \@everyone \<\@1\> \[x\](https\://evil.example) \`c\` \|\|s\|\| # h**")
        sent = [one.json for one in house.env.http_requests if one.json]
        mentions = [one.get("data", one).get("allowed_mentions") for one in sent if isinstance(one, dict)]
        assert {"parse": []} in mentions
        assert all(one in (None, {"parse": []}) for one in mentions)


async def test_a_failure_is_told_in_the_same_message_with_the_points_back() -> None:
    async with a_house() as house:
        house.easel.failure = EngineFaultError()
        result, task = await house.generate()
        done = await house.ended(task)
        assert done.status is GenerationStatus.FAILED
        assert "Failed: The engine failed on that" in house.text(result)
        assert "back" in house.text(result)
        assert len(house.messages()) == 1


async def test_in_a_private_chat_and_there_for_adults_too() -> None:
    async with a_house() as house:
        user = house.ann.user
        result = await user.slash("generate", prompt="a red fox", nsfw=True)
        (task,) = await house.tasks()
        await house.ended(task.id)
        gallery = _gallery(house.message(result).components)
        assert [one["spoiler"] for one in gallery["items"]] == [True]


async def test_in_an_age_restricted_channel() -> None:
    async with a_house() as house:
        channel = house.env.bot.get_channel(house.channel.id)
        assert isinstance(channel, discord.TextChannel)
        channel.nsfw = True
        message, _ = await house.drawn(nsfw=True)
        assert _gallery(message.components)["items"][0]["spoiler"]


async def test_many_at_once_are_all_answered_with_one_message_each() -> None:
    async with a_house(starting_grant=10_000) as house:
        for number in range(12):
            await house.generate(prompt=f"fox {number}")
        tasks = await house.tasks()
        await house.until(lambda: all(house.is_closed(task.id) for task in tasks), seconds=30)
        assert len(house.messages()) == 12


def _gallery(components: list[dict[str, object]]) -> dict[str, list[dict[str, object]]]:
    (container,) = components
    inner = container["components"]
    assert isinstance(inner, list)
    return next(one for one in inner if one["type"] == 12)

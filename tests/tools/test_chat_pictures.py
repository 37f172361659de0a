from tests.fakes.bot_api.chats import Account, Chat, Message
from tests.fakes.bot_api.markup import parse
from tools.chat_pictures import bubble, marked_up

EASEL = Account(1, "Easel", is_bot=True)


def a_message(markup: str, **fields: object) -> Message:
    text, entities = parse(markup, "HTML")
    message = Message(
        Chat(2, "private"), 3, 0.0, EASEL, text, sorted(entities, key=lambda one: one["offset"])
    )
    message.reply_markup = fields or None
    return message


def test_entities_become_the_tags_that_they_were() -> None:
    markup = "🦊 <b>Done &lt;3</b>\n<code>t1</code>  <i>sketch · <b>6</b> points</i>"
    assert marked_up(a_message(markup)) == markup


def test_a_quote_stands_in_lines_of_its_own_without_empty_ones() -> None:
    assert marked_up(a_message("one\n<blockquote>two</blockquote>\nthree")) == (
        "one<blockquote>two</blockquote>three"
    )


def test_buttons_stand_in_their_rows_and_are_escaped() -> None:
    message = a_message("x", inline_keyboard=[[{"text": "<Vary>"}, {"text": "Use"}], [{"text": "Again"}]])
    assert (
        "<nav><div><button>&lt;Vary&gt;</button><button>Use</button></div><div><button>Again</button></div></nav>"
        in bubble(message)
    )

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from core.commands.generate import GenerateArguments, RequestArguments
from core.commands.spec import Flag, marker
from core.generation.catalog import GenerationType, InputKind, OwnCommand, TypeInput
from core.generation.models import GenerationSettings
from core.generation.types.reading import INPUTS_MOST, SPELLINGS, BadTypeError, read_type
from core.generation.types.recipes import STANDARD_INPUTS, RecipeError, TypeContext
from tests.core.generation.types.files import PATH, PLAIN, Luthier, read, readers, refused

FULL = """\
name = "pixels"
summary = "square and few colours"
aliases = ["bit8", "blocks"]
lane = "slow"

[price]
per_picture = 7

[limits]
max_pixels = 65536

[defaults]
width = 256
cfg_scale = 3
sampler = "euler"

[command]
name = "pixelart"
summary = "Draw with few pixels"
aliases = ["pixel"]

[inputs.image]
[inputs.mask]

[inputs.colours]
kind = "integer"
summary = "how many"
default = 16
min = 2
max = 256

[inputs.weight]
kind = "number"
default = 1
min = 0.5
max = 2

[inputs.console]
kind = "choice"
default = "gameboy"
choices = ["gameboy", "arcade"]

[inputs.dither]
kind = "switch"
default = true

[inputs.title]
kind = "text"
default = ""

[lute]
tune = "greensleeves"

[drum]
"""

COMMAND = '[command]\nname = "pixelart"\nsummary = "Draw"\n'
INPUT = PLAIN + COMMAND + "[inputs.style]\n"
"""To be gone on with: what `style` is like."""


# What is read


def test_a_plain_type_is_called_as_its_file() -> None:
    assert read(PLAIN) == GenerationType(
        name="pixelart",
        summary="square and few colours",
        base_price=10,
        recipes={"lute": {"tune": "greensleeves"}},
        source=str(PATH),
    )


def test_a_type_with_everything() -> None:
    assert read(FULL) == GenerationType(
        name="pixels",
        summary="square and few colours",
        base_price=0,
        price_per_picture=7,
        needs_image=True,
        takes_mask=True,
        max_pixels=65_536,
        aliases=("bit8", "blocks"),
        lane="slow",
        command=OwnCommand("pixelart", "Draw with few pixels", ("pixel",)),
        inputs=(
            TypeInput("colours", InputKind.INTEGER, 16, "how many", 2, 256),
            TypeInput("weight", InputKind.NUMBER, 1.0, "", 0.5, 2),
            TypeInput("console", InputKind.CHOICE, "gameboy", choices=("gameboy", "arcade")),
            TypeInput("dither", InputKind.SWITCH, default=True),
            TypeInput("title", InputKind.TEXT, ""),
        ),
        defaults={"width": 256, "cfg_scale": 3.0, "sampler": "euler"},
        recipes={"lute": {"tune": "greensleeves"}, "drum": {}},
        source=str(PATH),
    )


def test_a_whole_number_is_a_number_and_stays_one() -> None:
    (one,) = read(INPUT + 'kind = "number"\ndefault = 1\nmin = 0\nmax = 2').inputs
    assert type(one.default) is float


def test_defaults_are_as_settings_have_them() -> None:
    text = PLAIN.replace("[lute]", '[defaults]\nwidth = 512\ncfg_scale = 7\nsampler = " euler "\n[lute]')
    defaults = read(text).defaults
    assert defaults == {"width": 512, "cfg_scale": 7.0, "sampler": "euler"}
    assert type(defaults["cfg_scale"]) is float


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_end_of_line_will_do(end: str) -> None:
    assert read(PLAIN.replace("\n", end)) == read(PLAIN)


def test_a_reader_is_told_what_it_may_know_of_the_type() -> None:
    luthier = Luthier()
    kind = read(FULL, reader=luthier)
    assert luthier.contexts == [
        TypeContext(
            name="pixels",
            folder=PATH.parent,
            needs_image=True,
            takes_mask=True,
            inputs={one.name: one for one in kind.inputs},
        )
    ]


# What is refused: each with its file, its line, and what to do


def sentence(said: str) -> str:
    return f"pixelart.toml:{said}" + ("" if said.endswith("?") else ".")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("summary =", "1: it is not TOML: invalid value"),
        ('summary = "a"\n\nprice = nothing', "3: it is not TOML: invalid value"),
        ('summary = "a"\nsummary = "b"', "2: it is not TOML: cannot overwrite a value"),
        ('summary = "a"\r\nprice = ["b"\r\n\r\n', "2: it is not TOML: unclosed array"),
        (f"steps = {'1' * 5000}", "1: it can't be read: a number is too long, or lists are too deep"),
        (f"deep = {'[' * 5000}", "1: it can't be read: a number is too long, or lists are too deep"),
    ],
)
def test_what_is_not_toml(text: str, said: str) -> None:
    assert refused(text) == [f"pixelart.toml:{said}."]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('summary = "square and few colours"\n', "", ['1: "summary" is missing']),
        ("square and few colours", "", ["1: summary must not be empty"]),
        ("square and few colours", "x" * 101, ["1: summary must have at most 100 characters"]),
        ("[price]\nbase = 10\n", "", ['1: "price" is missing']),
        (
            "[price]",
            "[prize]",
            ['1: "price" is missing', '3: there is no section "prize"; did you mean price?'],
        ),
        (
            "summary =",
            "sumary =",
            ['1: "summary" is missing', '1: there is no setting "sumary"; did you mean summary?'],
        ),
        (
            "base = 10",
            "",
            [
                (
                    "3: a price has either base or per_picture; "
                    "base is points for a megapixel at the default steps"
                )
            ],
        ),
        (
            "base = 10",
            "base = 10\nper_picture = 4",
            [
                (
                    "3: a price has either base or per_picture; "
                    "base is points for a megapixel at the default steps"
                )
            ],
        ),
        ("base = 10", "base = -1", ["4: base is -1, which is less than 0"]),
        ("base = 10", "base = 2000000", ["4: base is 2000000, which is more than 1000000"]),
        ("base = 10", 'base = "8"', ["4: base must be a whole number"]),
        ("base = 10", "base = true", ["4: base must be a whole number"]),
        ("[lute]", '[defaults]\nsteps = "12"\n[lute]', ["7: steps must be a whole number"]),
        ("[lute]", "[defaults]\nsteps = true\n[lute]", ["7: steps must be a whole number"]),
        ("[lute]", "[defaults]\nsampler = 3\n[lute]", ["7: sampler must be text"]),
        ("[price]", 'aliases = "blocks"\n[price]', ["3: aliases must be a list of texts"]),
        ("[price]", 'aliases = ["blocks", 3]\n[price]', ["3: aliases must be a list of texts"]),
        ("[price]\nbase = 10\n", "price = 10\n", ["3: price must be a section"]),
        ("base = 10", "basis = 10", ['4: there is no setting "basis" here']),
        (
            "[price]",
            'name = "Pixel Art"\n[price]',
            ['3: "Pixel Art" is not a name; take up to 32 small letters, digits and _, a letter first'],
        ),
        (
            "[price]",
            'aliases = ["fine", "9lives"]\n[price]',
            ['3: "9lives" is not a name; take up to 32 small letters, digits and _, a letter first'],
        ),
        (
            "[price]",
            'aliases = ["blocks", "blocks", "pixelart"]\n[price]',
            [
                '3: "pixelart" is there twice; leave the alias out',
                '3: "blocks" is there twice; leave the alias out',
            ],
        ),
        ("[price]", "lane = 3\n[price]", ["3: lane must be text"]),
        (
            "[lute]",
            '[command]\nname = "draw"\nsummary = "Draw"\naliases = ["draw"]\n[lute]',
            ['9: "draw" is there twice; leave the alias out'],
        ),
        ("[lute]", '[command]\nname = "draw"\n[lute]', ['6: "summary" is missing']),
        ("[lute]", "[limits]\nmax_pixels = 10\n[lute]", ["7: max_pixels is 10, which is less than 4096"]),
        ("[lute]", "[flute]", ['6: there is no section "flute"; did you mean lute?']),
        (
            "[lute]",
            "[xylophone]",
            [
                (
                    '6: there is no section "xylophone"; there are aliases, command, defaults, drum, inputs, '
                    "lane, limits, lute, name, price, summary"
                )
            ],
        ),
        ("[price]", "sumary = 3\n[price]", ['3: there is no setting "sumary"; did you mean summary?']),
        (
            '[lute]\ntune = "greensleeves"\n',
            "",
            ["1: no engine can make it; add a section such as [lute]"],
        ),
        (
            "[lute]",
            "[defaults]\nwidht = 512\n[lute]",
            ['7: there is no setting "widht"; did you mean width?'],
        ),
        (
            "[lute]",
            "[defaults]\nseed = 3\n[lute]",
            [
                (
                    '7: there is no setting "seed"; there are batch_size, cfg_scale, height, model, sampler, '
                    "steps, strength, width"
                )
            ],
        ),
        ("[lute]", "[defaults]\nsteps = 500\n[lute]", ["7: steps is 500, which is more than 150"]),
        (
            "[lute]",
            "[defaults]\nsteps = [20]\n[lute]",
            ["7: steps must be text, a number, true or false"],
        ),
        ("[lute]", "[inputs.image]\nsize = 3\n[lute]", ['7: there is no setting "size" here']),
        (
            "[lute]",
            "[inputs.mask]\n[lute]",
            ["6: a mask says nothing without an image; add [inputs.image]"],
        ),
        (
            "[lute]",
            '[inputs.style]\nkind = "text"\ndefault = ""\n[lute]',
            ["6: nobody could give these inputs; add [command] with a name and a summary"],
        ),
        (
            "[lute]",
            '[inputs."Odd-Name"]\nkind = "text"\ndefault = ""\n[lute]',
            ['6: "Odd-Name" is not a name; take up to 32 small letters, digits and _, a letter first'],
        ),
    ],
)
def test_what_a_file_may_not_say(old: str, new: str, said: list[str]) -> None:
    assert PLAIN.count(old) == 1
    assert refused(PLAIN.replace(old, new)) == [sentence(line) for line in said]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", ['9: "kind" is missing', '9: "default" is missing']),
        (
            'kind = "colour"\ndefault = 1',
            ["10: kind must be one of text, integer, number, choice, switch"],
        ),
        ('kind = "text"\ndefault = []', ["11: default must be text, a number, true or false"]),
        ('kind = "text"\ndefault = 3', ["11: the default can't be given: 3 is of another kind"]),
        (
            'kind = "switch"\ndefault = "yes"',
            ["11: the default can't be given: yes is of another kind"],
        ),
        (
            'kind = "choice"\ndefault = "a"',
            ['9: "style" has no choices; add choices = ["one", "other"]'],
        ),
        (
            'kind = "choice"\nchoices = ["a", "b"]\ndefault = "c"',
            ["12: the default can't be given: c is not one of a, b"],
        ),
        (
            f'kind = "choice"\nchoices = {json.dumps([str(one) for one in range(26)])}\ndefault = "1"',
            ["11: choices must have at most 25 entries"],
        ),
        ('kind = "integer"\ndefault = 1', ['9: "style" has no range; add min and max']),
        ('kind = "number"\ndefault = 1\nmax = 3', ['9: "style" has no range; add min and max']),
        (
            'kind = "integer"\ndefault = 3\nmin = 5\nmax = 2',
            ["12: min is 5, which is more than max, 2"],
        ),
        (
            'kind = "integer"\ndefault = 1\nmin = 0.5\nmax = 2',
            ["12: min is 0.5, which is not whole"],
        ),
        (
            'kind = "integer"\ndefault = 1.5\nmin = 1\nmax = 2',
            ["11: the default can't be given: 1.5 is of another kind"],
        ),
        (
            'kind = "number"\ndefault = 3\nmin = 1\nmax = 2.5',
            ["11: the default can't be given: 3.0 is not from 1 to 2.5"],
        ),
        (
            'kind = "number"\ndefault = nan\nmin = 1\nmax = 2',
            ["11: the default can't be given: nan is of another kind"],
        ),
        (
            f'kind = "number"\ndefault = 1{"0" * 400}\nmin = 1\nmax = 2',
            [f"11: the default can't be given: 1{'0' * 400} is not from 1 to 2"],
        ),
        (
            'kind = "number"\ndefault = 1\nmin = 1\nmax = inf',
            ["13: max must be a number and not inf or nan"],
        ),
        (
            'kind = "text"\ndefault = ""\nchoises = ["a"]',
            ['12: there is no setting "choises" here'],
        ),
    ],
)  # fmt: skip
def test_what_an_input_may_not_say(table: str, said: list[str]) -> None:
    text = COMMAND + f"[inputs.style]\n{table}\n"
    assert refused(PLAIN.replace("[lute]", text + "[lute]")) == [sentence(line) for line in said]


def an_input_called(name: str) -> str:
    return f'{PLAIN}{COMMAND}[inputs.{name}]\nkind = "text"\ndefault = ""\n'


def names_and_flags(model: type[BaseModel]) -> set[str]:
    marked = [(name, marker(field, Flag)) for name, field in model.model_fields.items()]
    return {name for name, _ in marked} | {
        spelling for _, flag in marked if flag is not None for spelling in (flag.name, *flag.aliases)
    }


@pytest.mark.parametrize(
    "name",
    sorted((names_and_flags(GenerateArguments) | set(STANDARD_INPUTS) | SPELLINGS) - {"image", "mask"}),
)
def test_an_input_is_called_as_no_other_is(name: str) -> None:
    assert refused(an_input_called(name)) == [
        f'pixelart.toml:11: every type has "{name}" already; take another name.'
    ]


@pytest.mark.parametrize("name", ["copy", "json", "model_config", "model_dump"])
def test_an_input_hides_nothing_of_where_it_is_kept(name: str) -> None:
    assert refused(an_input_called(name)) == [
        f'pixelart.toml:11: an input can\'t be called "{name}"; take another name.'
    ]


def test_a_type_has_as_many_inputs_as_every_platform_shows() -> None:
    assert len(RequestArguments.model_fields) + len({"mask"}) + INPUTS_MOST <= 25
    tables = [f'[inputs.text{one}]\nkind = "text"\ndefault = ""\n' for one in range(INPUTS_MOST + 1)]
    head = PLAIN + COMMAND + "[inputs.image]\n[inputs.mask]\n"
    assert len(read(head + "".join(tables[:-1])).inputs) == INPUTS_MOST
    said = f"there are {INPUTS_MOST + 1} inputs, and {INPUTS_MOST} is the most; leave some out."
    assert refused(head + "".join(tables)) == [f"pixelart.toml:{13 + 3 * INPUTS_MOST}: {said}"]


@pytest.mark.parametrize("stem", ["Pixel Art", "9lives", "x" * 33, "ünder"])
def test_a_files_name_may_be_none_of_a_type(stem: str) -> None:
    path = PATH.with_name(f"{stem}.toml")
    assert refused(PLAIN, path=path) == [
        f'{stem}.toml:1: the file\'s name makes the type "{stem}"; give it a name: name = "pixelart".'
    ]
    assert read('name = "fine"\n' + PLAIN, path=path).name == "fine"


# What an engine's reader refuses


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RecipeError("no such tune", path=["tune"], hint="hum it"), "7: no such tune; hum it"),
        (RecipeError("out of tune"), "6: out of tune"),
        (RecipeError("no such string", path=["strings", "third"]), "6: no such string"),
    ],
)
def test_an_engine_says_what_is_wrong_with_its_table(error: RecipeError, said: str) -> None:
    assert refused(PLAIN, reader=Luthier(error)) == [f"pixelart.toml:{said}."]


class Tuning(BaseModel):
    """What a lute is strung with, as pydantic checks it."""

    model_config = ConfigDict(extra="forbid")

    tune: str
    courses: Annotated[int, Field(ge=5, le=13)] = 6
    strings: dict[str, float] = {}


def test_an_engine_may_leave_the_finding_to_pydantic() -> None:
    def strict(table: Mapping[str, Any], context: TypeContext) -> Tuning:
        assert context.name == "pixelart"
        return Tuning.model_validate(table)

    assert read(PLAIN, reader=strict).recipes == {"lute": Tuning(tune="greensleeves")}
    text = PLAIN.replace("tune =", "tone =") + 'courses = 3\n\n[lute.strings]\nfirst = "gut"\n'
    assert refused(text, reader=strict) == [
        'pixelart.toml:6: "tune" is missing.',
        'pixelart.toml:7: there is no setting "tone" here.',
        "pixelart.toml:8: courses is 3, which is less than 5.",
        "pixelart.toml:11: first must be a number.",
    ]


class Strings(BaseModel):
    """What may be said in more than one way."""

    tune: str | list[str]
    courses: dict[str, str | list[str]] = {}


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("tune = 3", "tune must be text or a list of texts"),
        ('tune = ["a", 3]', "tune must be text or a list of texts"),
        ('tune = "a"\ncourses.first = 3', "first must be text or a list of texts"),
    ],
)
def test_a_value_of_several_kinds_is_told_of_once(said: str, problem: str) -> None:
    text = PLAIN.replace('tune = "greensleeves"', said)
    line = 6 + len(said.splitlines())
    strict = Strings.model_validate
    assert refused(text, reader=lambda table, _: strict(table)) == [f"pixelart.toml:{line}: {problem}."]


def test_a_reader_that_fails_is_a_fault_of_that_file_alone(caplog: pytest.LogCaptureFixture) -> None:
    assert refused(PLAIN, reader=Luthier(KeyError("/srv/image"))) == [
        "pixelart.toml:6: [lute] can't be read (KeyError)."
    ]
    (record,) = caplog.records
    assert (record.levelname, record.exc_info is not None) == ("ERROR", True)


# What follows from another fault is not told


class Picky:
    """Reads what a table maps, and takes only inputs that the type has."""

    def __call__(self, table: Mapping[str, Any], context: TypeContext) -> object:
        said = Strings.model_validate(table)
        for name in said.courses:
            if not context.takes(name):
                raise RecipeError(f'the type has no input "{name}"', path=("courses", name))
        raise RecipeError("out of tune", path=("tune",))


@pytest.mark.parametrize(
    "section",
    [
        '[inputs.style]\nkind = "integer"\ndefault = 3\n',  # no range
        '[inputs.style]\nkind = "txt"\ndefault = ""\n',
        "[inputs.style]\n",
        '[inputs.task]\nkind = "text"\ndefault = ""\n',
    ],
)
def test_an_input_whose_section_is_wrong_is_there_for_engines(section: str) -> None:
    name = section[section.index(".") + 1 : section.index("]")]
    lines = refused(PLAIN + f'courses.{name} = "x"\n' + COMMAND + section, reader=Picky())
    assert lines[0] == "pixelart.toml:7: out of tune."
    assert all(int(line.split(":")[1]) >= 12 for line in lines[1:])
    assert lines[1:]


def test_how_an_input_of_no_kind_is_mapped_is_not_told() -> None:
    error = RecipeError("it takes a number, not text", path=["style"])
    text = PLAIN + COMMAND + '[inputs.style]\nkind = "nmber"\ndefault = 3\n'
    (line,) = refused(text, reader=Luthier(error))
    assert line.startswith("pixelart.toml:12: kind must be one of")


def test_a_mask_without_an_image_is_one_fault() -> None:
    luthier = Luthier()
    (line,) = refused(PLAIN + "[inputs.mask]\n", reader=luthier)
    assert line.endswith("a mask says nothing without an image; add [inputs.image].")
    assert luthier.contexts[0].takes("image")


def test_what_a_section_of_a_wrong_name_says_is_not_missing() -> None:
    text = PLAIN.replace("[lute]", "[luet]") + '[lute.courses]\nfirst = "gut"\n'
    strict = Strings.model_validate
    assert refused(text, reader=lambda table, _: strict(table)) == [
        'pixelart.toml:6: there is no section "luet"; did you mean lute?'
    ]


def test_a_table_that_is_none_is_a_setting() -> None:
    assert refused(PLAIN.replace("[price]", "drums = 3\n[price]")) == [
        'pixelart.toml:3: there is no setting "drums"; did you mean drum?'
    ]


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = """\
summary = "x"
[flute]
[lute]
[inputs.mask]
[defaults]
steps = 0
colour = "red"
[price]
"""
    lines = refused(text, reader=Luthier(RecipeError("no such tune")))
    assert [line.split(":")[1] for line in lines] == ["2", "3", "4", "6", "7", "8"]


# All of it


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=100)
TAKEN = names_and_flags(GenerateArguments) | set(STANDARD_INPUTS) | SPELLINGS
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True).filter(
    lambda name: name not in TAKEN and not hasattr(BaseModel, name)
)
FLOATS = st.floats(-1e9, 1e9)


@st.composite
def some_input(draw: st.DrawFn, name: str) -> TypeInput:
    kind = draw(st.sampled_from(InputKind))
    summary = draw(st.just("") | WORDS)
    match kind:
        case InputKind.TEXT:
            return TypeInput(name, kind, draw(st.just("") | WORDS), summary)
        case InputKind.SWITCH:
            return TypeInput(name, kind, draw(st.booleans()), summary)
        case InputKind.CHOICE:
            choices = draw(st.lists(WORDS, min_size=1, max_size=25, unique=True))
            return TypeInput(name, kind, draw(st.sampled_from(choices)), summary, choices=tuple(choices))
        case InputKind.INTEGER:
            whole = sorted(draw(st.tuples(*[st.integers(-(10**9), 10**9)] * 3)))
            return TypeInput(name, kind, whole[1], summary, float(whole[0]), float(whole[2]))
    real = sorted(draw(st.tuples(*[FLOATS] * 3)))
    return TypeInput(name, kind, real[1], summary, real[0], real[2])


@st.composite
def some_type(draw: st.DrawFn) -> GenerationType:
    names = draw(st.lists(NAMES, min_size=2, max_size=8, unique=True))
    inputs = draw(
        st.lists(NAMES, max_size=INPUTS_MOST, unique=True).flatmap(
            lambda found: st.tuples(*(some_input(name) for name in found))
        )
    )
    is_flat = draw(st.booleans())
    needs_image = draw(st.booleans())
    points = draw(st.integers(0, 1_000_000))
    command = OwnCommand(names[1], draw(WORDS), tuple(names[2:]))
    return GenerationType(
        name=names[0],
        summary=draw(WORDS),
        base_price=0 if is_flat else points,
        price_per_picture=points if is_flat else None,
        needs_image=needs_image,
        takes_mask=needs_image and draw(st.booleans()),
        max_pixels=draw(st.integers(64 * 64, 2048 * 2048)),
        aliases=tuple(names[2:]),
        lane=draw(NAMES),
        command=command if inputs else draw(st.none() | st.just(command)),
        inputs=inputs,
        defaults=draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "width": st.integers(64, 2048),
                    "steps": st.integers(1, 150),
                    "cfg_scale": st.floats(0, 30),
                    "strength": st.floats(0, 1),
                },
            )
        ),
        recipes=draw(
            st.dictionaries(st.sampled_from(["lute", "drum"]), st.just({"a": 1}), min_size=1)
        ),
        source=str(PATH),
    )  # fmt: skip


def written(kind: GenerationType) -> str:
    """Return the type's file: TOML's texts and numbers are those of JSON."""
    price: dict[str, Any] = (
        {"base": kind.base_price}
        if kind.price_per_picture is None
        else {"per_picture": kind.price_per_picture}
    )
    tables: dict[str, dict[str, Any]] = {
        "price": price,
        "limits": {"max_pixels": kind.max_pixels},
        "defaults": dict(kind.defaults),
    }
    if kind.command:
        own = kind.command
        tables["command"] = {"name": own.name, "summary": own.summary, "aliases": own.aliases}
    if kind.needs_image:
        tables["inputs.image"] = {}
    if kind.takes_mask:
        tables["inputs.mask"] = {}
    for one in kind.inputs:
        table: dict[str, Any] = {"kind": one.kind, "summary": one.summary, "default": one.default}
        bounds = {"min": one.least, "max": one.most, "choices": one.choices or None}
        tables[f"inputs.{one.name}"] = table | {key: each for key, each in bounds.items() if each is not None}
    head = {"name": kind.name, "summary": kind.summary, "aliases": kind.aliases, "lane": kind.lane}
    lines = keys(head)
    for name, content in (tables | dict(kind.recipes)).items():
        lines += [f"[{name}]", *keys(content)]
    return "\n".join(lines)


def keys(table: Any) -> list[str]:
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()]


@settings(max_examples=50)
@given(some_type())
def test_what_was_written_is_read(kind: GenerationType) -> None:
    assert read(written(kind)) == kind


@given(st.text(max_size=200) | st.text("[]{}=.\"'\n#abprice_ 01", max_size=200))
def test_whatever_is_no_type_is_refused_on_one_of_its_lines(text: str) -> None:
    said = f"{text}\nsteps = 20"  # which is a setting of no type
    with pytest.raises(BadTypeError) as caught:
        read_type(said, Path("some.toml"), readers())
    assert caught.value.problems
    assert all(1 <= one.line <= said.count("\n") + 1 for one in caught.value.problems)


SETTINGS = sorted(set(GenerationSettings.model_fields) - {"seed"})


@given(st.dictionaries(st.sampled_from(SETTINGS), st.integers() | st.text(max_size=5) | st.booleans()))
def test_defaults_that_are_read_make_settings(given_defaults: dict[str, Any]) -> None:
    table = "\n".join(["[defaults]", *keys(given_defaults), "[lute]"])
    try:
        kind = read(PLAIN.replace("[lute]", table))
    except BadTypeError:
        return
    made = GenerationSettings().model_copy(update=dict(kind.defaults))
    assert GenerationSettings.model_validate(made.model_dump()) == made


@pytest.mark.parametrize("name", ["class", "interaction", "task", "command"])
def test_an_input_is_called_nothing_that_a_platform_has_a_use_for(name: str) -> None:
    text = f"""\
summary = "x"
[price]
base = 1
[command]
name = "pixelart"
summary = "x"
[inputs.{name}]
kind = "switch"
default = true
[lute]
"""
    assert refused(text) == [f'pixelart.toml:7: an input can\'t be called "{name}"; take another name.']

"""Turns a brief into the layers of a picture, from the farthest to the nearest."""

from dataclasses import replace

from adapters.engines.sketch.arrangement import arrange, grounded
from adapters.engines.sketch.backdrop import places, sky, space, underwater, weather
from adapters.engines.sketch.figures import figure, headland
from adapters.engines.sketch.scene import Layer, Scene, set_scene, stream
from adapters.engines.sketch.subjects import REGISTER, Stand
from adapters.engines.sketch.words import Brief


def compose(key: bytes, brief: Brief, ratio: float) -> tuple[Scene, list[Layer]]:
    """The layers of a picture, from the farthest to the nearest. `ratio`: width over height."""
    brief, place = _settle(key, brief)
    scene = set_scene(key, brief, place)
    placed = arrange(scene, ratio)
    layers: list[Layer] = []
    if place == "space":
        layers += space.space(
            scene, standing=any(item.subject.stands in (Stand.GROUND, Stand.WATER) for item in placed)
        )
    elif place == "underwater":
        layers += underwater.underwater(scene)
    else:
        if place != "room":
            layers += sky.layers(scene)
            layers += weather.behind(scene)
        layers += places.layers(scene)
    if place == "sea" and any(grounded(item) for item in placed):
        layers.append(headland(scene, [item for item in placed if grounded(item)]))
    layers += [layer for item in placed for layer in figure(scene, item)]
    layers += weather.before(scene)
    return scene, layers


def overlay(scene: Scene, ratio: float) -> list[Layer]:
    """Only the subjects and the weather, to be drawn over a picture that is already there."""
    figures = [layer for item in arrange(scene, ratio) for layer in figure(scene, item)]
    return [*figures, *weather.before(scene)]


_OF_THE_NIGHT = frozenset({"moon", "star", "ghost", "ufo", "pumpkin"})


def _settle(key: bytes, brief: Brief) -> tuple[Brief, str]:
    """Fill in what the prompt leaves open: the place its subjects suggest, or one by chance."""
    place = brief.place
    names = {figure.name for figure in brief.figures}
    if not brief.hour and names & _OF_THE_NIGHT:
        brief = replace(brief, hour="night")
    elif not brief.hour and "sun" in names:
        brief = replace(brief, hour="day")
    hints = [REGISTER[figure.name].place for figure in brief.figures if figure.name in REGISTER]
    if not place and any(figure.costume == "astronaut" for figure in brief.figures):
        place = "space"
    for hint in hints:
        if place or not hint:
            continue
        if hint in ("ice", "snow"):
            brief = replace(brief, weather=brief.weather | {"snow"})
            place = "mountains"
        elif hint != "room" or not (brief.hour or brief.weather or brief.season):
            place = hint
    if not place:
        if any(figure.name == "person" for figure in brief.figures) and not (brief.hour or brief.weather):
            place = "room"
        else:
            options = ["meadow", "hills", "mountains", "forest", "lake"]
            place = str(stream(key, "place").choice(options if not brief.hill else ["hills"]))
    return brief, place

"""Several pictures in one graph: each has its own seed, and its own copy of the nodes that depend on it.

A batch of ComfyUI's own has one seed for all of its pictures, of which only the first could be made again.
"""

from __future__ import annotations

from copy import deepcopy

from adapters.engines.comfyui.recipe import ComfyUIRecipe
from adapters.engines.comfyui.workflow import Graph, link_of

SEEDS = 2**32
"""Seeds count on from the last one to 0."""


def copies_of(recipe: ComfyUIRecipe, pictures: int) -> int:
    """Return how often the seeded nodes are there for so many pictures."""
    return pictures if recipe.takes("seed") and not recipe.takes("batch_size") else 1


def name_in(copy: int, node: str, recipe: ComfyUIRecipe) -> str:
    """Return the id of a node in the copy with that number, from 0."""
    return f"{node}#{copy + 1}" if copy and node in recipe.seeded else node


def original(node: str) -> str:
    """Return the id that a copied node has in the workflow."""
    return node.partition("#")[0]


def with_copies(graph: Graph, recipe: ComfyUIRecipe, pictures: int, seed: int) -> None:
    """Copy what depends on the seed in `graph` for every picture but the first."""
    for copy in range(1, copies_of(recipe, pictures)):
        for node in sorted(recipe.seeded):
            twin = deepcopy(graph[node])
            for wanted, value in twin["inputs"].items():
                if link := link_of(value):
                    twin["inputs"][wanted] = [name_in(copy, link[0], recipe), link[1]]
            graph[name_in(copy, node, recipe)] = twin
        for target in recipe.inputs["seed"]:
            graph[name_in(copy, target.node, recipe)]["inputs"][target.input] = (seed + copy) % SEEDS

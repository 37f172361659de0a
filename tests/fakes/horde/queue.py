"""What the Horde does with requests, in memory."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from tests.fakes.horde.pictures import drawn
from tests.fakes.horde.refusals import ANONYMOUS, check_form, refused
from tests.fakes.horde.requests import Knobs, Request

KEY = "aBcDeFgHiJkLmNoPqRsTuV"
"""Of an account with kudos."""

MODELS = {"Deliberate": 7, "stable_diffusion": 12, "Dreamshaper": 3, "AlbedoBase XL": 0}
"""By how many workers have them ready."""


class Queue:
    """Everybody's requests. What is refused is raised as `RefusalError`."""

    def __init__(self, knobs: Knobs | None = None) -> None:
        self.knobs = knobs or Knobs()
        self.models = dict(MODELS)
        self.keys = {ANONYMOUS, KEY}
        self.requests: list[Request] = []
        self.quotes = 0
        self.asked = asyncio.Event()
        """Set by every new request."""
        self.files: dict[str, bytes] = {}

    @property
    def open(self) -> list[Request]:
        """The requests that still cost somebody's time."""
        return [one for one in self.requests if not one.deleted and not one.is_done(self.knobs)]

    def forget(self) -> None:
        """Be set up anew."""
        for one in self.requests:
            one.deleted = True

    def ask(self, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        """Return the status and the body of the answer."""
        if self.knobs.maintenance:
            raise refused(503, "MaintenanceMode")
        check_form(body, key, self.keys)
        kudos = self.knobs.kudos * body["params"].get("n", 1)
        if body.get("dry_run"):
            self.quotes += 1
            return 200, {"kudos": kudos}
        if len(self.open) >= self.knobs.concurrency:
            raise refused(429, "TooManyPrompts")
        made = Request(len(self.requests), body, key)
        self.requests.append(made)
        self.asked.set()
        said: dict[str, Any] = {"id": made.id, "kudos": kudos}
        known = {name for name, count in self.models.items() if count}
        if self.knobs.no_worker or not known & set(body.get("models") or known):
            said["warnings"] = [{"code": "NoAvailableWorker", "message": "expires in 20 minutes"}]
        return 202, said

    def look(self, id_: str) -> dict[str, Any]:
        found = self._found(id_)
        if self.knobs.lose:
            self.knobs.lose -= 1
            found.deleted = True
            raise refused(404, "RequestNotFound")
        if self.knobs.fault:
            self.knobs.fault -= 1
            found.faulted = True
        said = found.standing(self.knobs)
        found.looks += 1
        return said

    def show(self, id_: str, origin: str) -> dict[str, Any]:
        """Return a request with its pictures, which lie at `origin`."""
        found = self._found(id_)
        generations = []
        if found.is_done(self.knobs):
            # The trap of several pictures in one request: a worker makes them of one seed.
            generations = [self._generation(found, place, origin) for place in range(found.pictures)]
        return {**found.standing(self.knobs), "generations": generations, "shared": found.key == ANONYMOUS}

    def delete(self, id_: str) -> dict[str, Any]:
        found = self._found(id_)
        found.deleted = True
        return {**found.standing(self.knobs), "generations": []}

    def served(self) -> list[dict[str, Any]]:
        """Return the models as the Horde lists them."""
        return [
            {"name": name, "count": count, "performance": 1e6, "queued": 0.0, "eta": 0, "type": "image"}
            for name, count in self.models.items()
        ]

    def user(self, key: str) -> dict[str, Any]:
        """Return whose key it is."""
        if key not in self.keys:
            raise refused(404, "UserNotFound")
        return {"username": "ann#1", "kudos": 1000.0, "concurrency": self.knobs.concurrency}

    def _generation(self, found: Request, place: int, origin: str) -> dict[str, Any]:
        params = found.params
        censored = found.number in self.knobs.censor
        size = self.knobs.size or (params["width"], params["height"])
        kind = f"{place}{found.body.get('source_processing', '')}"
        webp = drawn(size, 0 if censored else int(params["seed"]), kind)
        name = f"{found.id}-{place}.webp"
        self.files[name] = webp
        image = base64.b64encode(webp).decode() if self.knobs.base64 else f"{origin}/pictures/{name}"
        return {
            "img": self.knobs.foreign or image,
            "seed": params["seed"],
            "id": f"{found.id}-{place}",
            "censored": censored,
            "state": "censored" if censored else "ok",
            "worker_name": "a volunteer",
            "model": (found.body.get("models") or ["stable_diffusion"])[0],
            "gen_metadata": self.knobs.remarks,
        }

    def _found(self, id_: str) -> Request:
        for one in self.requests:
            if one.id == id_ and not one.deleted:
                return one
        raise refused(404, "RequestNotFound")

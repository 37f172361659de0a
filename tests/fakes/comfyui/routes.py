"""The HTTP interface, as far as Easel uses it or must not."""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import Any

from aiohttp import web

from tests.fakes.comfyui.jobs import Jobs
from tests.fakes.comfyui.nodes import SAMPLERS, kinds
from tests.fakes.comfyui.sockets import Sockets
from tests.fakes.comfyui.validation import PATH, verdict

_CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Routes:
    def __init__(self, jobs: Jobs, sockets: Sockets) -> None:
        self.jobs = jobs
        self.sockets = sockets
        self.gate = asyncio.Event()
        """Graphs are taken while it is set."""
        self.gate.set()
        self.queue_gate = asyncio.Event()
        """The queue is told while it is set."""
        self.queue_gate.set()
        self.refusals: list[tuple[int, Any]] = []
        """Answers to the next graphs, whatever they are: a status, and a body of JSON or text."""

    def all(self) -> list[web.RouteDef]:
        return [
            web.get("/ws", self.ws),
            web.post("/prompt", self.prompt),
            web.get("/history/{id}", self.history),
            web.post("/history", self.change_history),
            web.get("/queue", self.queue),
            web.post("/queue", self.change_queue),
            web.post("/interrupt", self.interrupt),
            web.post("/api/jobs/{id}/cancel", self.cancel),
            web.get("/api/jobs/{id}", self.one_job),
            web.post("/upload/image", self.upload),
            web.get("/view", self.view),
            web.get("/system_stats", self.system_stats),
            web.get("/models/{folder}", self.models),
            web.get("/object_info/{node}", self.object_info),
        ]

    async def ws(self, request: web.Request) -> web.StreamResponse:
        return await self.sockets.serve(request, self.jobs.status(), self.jobs.running_node)

    async def prompt(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
        except ValueError:
            return web.Response(status=500, text="500 Internal Server Error\n\nServer got itself in trouble")
        if self.refusals:
            status, said = self.refusals.pop(0)
            return web.json_response(said, status=status) if isinstance(said, dict) else _text(status, said)
        await self.gate.wait()
        knobs = self.jobs.knobs
        prompt_id = str(uuid.uuid4() if knobs.names_jobs else body.get("prompt_id") or uuid.uuid4())
        if knobs.is_new and not _CANONICAL.fullmatch(prompt_id):
            return _refused({"type": "invalid_prompt_id", "message": "", "details": "", "extra_info": {}})
        graph = body.get("prompt")
        if graph is None:
            return _refused({"type": "no_prompt", "message": "", "details": "", "extra_info": {}})
        known = kinds(knobs.models, knobs.loras)
        found = verdict(graph, known, self.jobs.inputs, is_new=knobs.is_new)
        if found.error is not None:
            return _refused(found.error, found.node_errors)
        extra = dict(body.get("extra_data") or {})
        if "client_id" in body:
            extra["client_id"] = body["client_id"]
        number = self.jobs.add(prompt_id, graph, extra, found.outputs, front=bool(body.get("front")))
        await self.sockets.everybody("status", {"status": self.jobs.status()})
        await self.jobs.tell_changed()
        if knobs.lose_answers:
            knobs.lose_answers -= 1
            assert request.transport is not None
            request.transport.close()
        return web.json_response({"prompt_id": prompt_id, "number": number, "node_errors": found.node_errors})

    async def history(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        return web.json_response({name: self.jobs.history[name]} if name in self.jobs.history else {})

    async def change_history(self, request: web.Request) -> web.Response:
        for name in (await request.json()).get("delete", []):
            self.jobs.history.pop(name, None)
        return web.Response()

    async def queue(self, _: web.Request) -> web.Response:
        await self.queue_gate.wait()
        running = [self.jobs.running.row()] if self.jobs.running else []
        pending = [job.row() for job in self.jobs.pending]
        return web.json_response({"queue_running": running, "queue_pending": pending})

    async def change_queue(self, request: web.Request) -> web.Response:
        for name in (await request.json()).get("delete", []):
            self.jobs.delete(name)
        return web.Response()

    async def interrupt(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        self.jobs.interrupt(body.get("prompt_id"))
        return web.Response()

    async def cancel(self, request: web.Request) -> web.Response:
        if not self.jobs.knobs.is_new:
            return web.Response(status=405)
        name = request.match_info["id"]
        return web.json_response({"cancelled": self.jobs.delete(name) or self.jobs.interrupt(name)})

    async def one_job(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        if not self.jobs.knobs.is_new or name not in self.jobs.history:
            return web.Response(status=404)
        return web.json_response({"id": name, "status": "completed"})

    async def upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file, folder = form["image"], str(form.get("subfolder", ""))
        assert isinstance(file, web.FileField)
        body = file.file.read()
        if len(body) > self.jobs.knobs.upload_most:
            return web.Response(status=413, text="Maximum request body size exceeded")
        assert form.get("overwrite") == "true"
        self.jobs.inputs[f"{folder}/{file.filename}"] = body
        return web.json_response({"name": file.filename, "subfolder": folder, "type": "input"})

    async def view(self, request: web.Request) -> web.Response:
        asked = request.query
        found = self.jobs.files.get(
            (asked.get("subfolder", ""), asked["filename"], asked.get("type", "output"))
        )
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found, content_type="image/png")

    async def system_stats(self, _: web.Request) -> web.Response:
        about = {"comfyui_version": self.jobs.knobs.version, "argv": [f"{PATH}"]}
        return web.json_response({"system": about, "devices": [{"name": "cpu", "vram_free": 2**30}]})

    async def models(self, request: web.Request) -> web.Response:
        found = {"checkpoints": self.jobs.knobs.models, "loras": self.jobs.knobs.loras}
        folder = request.match_info["folder"]
        return web.json_response(found[folder]) if folder in found else web.Response(status=404)

    async def object_info(self, request: web.Request) -> web.Response:
        if request.match_info["node"] != "KSampler":
            return web.json_response({})
        return web.json_response({"KSampler": {"input": {"required": {"sampler_name": [SAMPLERS, {}]}}}})


def _refused(error: dict[str, Any], node_errors: dict[str, Any] | None = None) -> web.Response:
    return web.json_response({"error": error, "node_errors": node_errors or {}}, status=400)


def _text(status: int, said: str) -> web.Response:
    return web.Response(status=status, text=said)

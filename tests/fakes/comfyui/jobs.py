"""The queue, the history, and the one worker that makes the jobs one at a time."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.fakes.comfyui.knobs import Knobs
from tests.fakes.comfyui.painting import NodeError, Painter
from tests.fakes.comfyui.sockets import Sockets
from tests.fakes.comfyui.validation import PATH, Graph


class InterruptedByCallError(Exception):
    """Somebody asked for the running job to be stopped."""


@dataclass
class Job:
    number: float
    id: str
    graph: Graph
    extra: dict[str, Any]
    outputs: list[str]

    @property
    def client(self) -> str | None:
        return self.extra.get("client_id")

    def row(self) -> list[Any]:
        return [self.number, self.id, self.graph, self.extra, self.outputs]


class Jobs:
    """What is forgotten at a restart, and `runs`, `done` and `files`, which are not."""

    def __init__(self, knobs: Knobs, sockets: Sockets) -> None:
        self.knobs = knobs
        self.sockets = sockets
        self.runs: Counter[str] = Counter()
        """How often each prompt id was begun."""
        self.done: Counter[str] = Counter()
        """How often each prompt id was made to its end."""
        self.inputs: dict[str, bytes] = {}
        self.files: dict[tuple[str, str, str], bytes] = {}
        """By subfolder, name and type."""
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.changed = asyncio.Condition()
        """Notified when a job is queued, begins, steps or ends."""
        self.step = 0
        self._saved = 0
        self.forget()

    def forget(self) -> None:
        self.pending: list[Job] = []
        self.running: Job | None = None
        self.running_node: str | None = None
        self.history: dict[str, Any] = {}
        self._made: dict[str, dict[str, Any]] = {}
        self._interrupted = False
        self._numbers = 0
        self._wake = asyncio.Event()

    def add(
        self, prompt_id: str, graph: Graph, extra: dict[str, Any], outputs: list[str], *, front: bool
    ) -> float:
        self._numbers += 1
        number = float(-self._numbers if front else self._numbers)
        # In front of the others in the list, whose order says nothing.
        self.pending.insert(0, Job(number, prompt_id, graph, extra, outputs))
        self._wake.set()
        return number

    def status(self) -> dict[str, Any]:
        left = len(self.pending) + (self.running is not None)
        return {"exec_info": {"queue_remaining": left}}

    def delete(self, prompt_id: str) -> bool:
        before = len(self.pending)
        self.pending = [job for job in self.pending if job.id != prompt_id]
        return len(self.pending) < before

    def interrupt(self, prompt_id: str | None) -> bool:
        """Stop the running job; any where no id is said."""
        if self.running is None or prompt_id not in {None, self.running.id}:
            return False
        self._interrupted = True
        return True

    async def work(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self.pending:
                self.pending.sort(key=lambda job: job.number)
                await self._execute(self.pending.pop(0))

    async def _execute(self, job: Job) -> None:
        self.running, self._interrupted, self.step = job, False, 0
        self.runs[job.id] += 1
        if self.knobs.stall_after and self.runs.total() >= self.knobs.stall_after:
            self.flowing.clear()
        await self.flowing.wait()
        await self.tell_changed()
        messages: list[Any] = []

        async def tell(kind: str, **data: Any) -> None:
            found = {"prompt_id": job.id, **data}
            if kind.startswith("execution"):
                found["timestamp"] = int(time.time() * 1000)
                messages.append([kind, found])
            await self.sockets.send(job.client, kind, found)

        await tell("execution_start")
        outputs: dict[str, Any] = {}
        is_good = False
        signature = json.dumps(job.graph, sort_keys=True)
        old = self._made.get(signature) if self.knobs.cached else None
        try:
            await tell("execution_cached", nodes=list(job.graph) if old else [])
            outputs = old or await self._make(job)
            for node, output in outputs.items():
                await tell("executed", node=node, display_node=node, output=output)
            is_good = True
            self._made[signature] = outputs
            self.done[job.id] += 1
            await tell("execution_success")
            await asyncio.sleep(self.knobs.history_late)
        except NodeError as error:
            about = {"node_id": error.node, "node_type": job.graph[error.node]["class_type"], "executed": []}
            fault = {"exception_type": error.kind, "exception_message": str(error)}
            await tell("execution_error", **about, **fault, traceback=[f'File "{PATH}"'], current_inputs={})
        except InterruptedByCallError:
            await tell("execution_interrupted", node_id="3", node_type="KSampler", executed=[])
        self.history[job.id] = {
            "prompt": job.row(),
            "outputs": outputs,
            "status": {
                "status_str": "success" if is_good else "error",
                "completed": is_good,
                "messages": messages,
            },
            "meta": {},
        }
        self.running = self.running_node = None
        await self.sockets.everybody("status", {"status": self.status()})
        await self.sockets.send(job.client, "executing", {"node": None, "prompt_id": job.id})
        await self.tell_changed()

    async def _make(self, job: Job) -> dict[str, Any]:
        states: dict[str, Any] = {}

        async def on_node(node: str) -> None:
            if self._interrupted:
                raise InterruptedByCallError
            self.running_node = node
            states[node] = {"value": 0, "max": 1, "state": "running", "node_id": node, "prompt_id": job.id}
            await self.sockets.send(job.client, "progress_state", {"prompt_id": job.id, "nodes": states})
            about = {"node": node, "display_node": node, "prompt_id": job.id}
            await self.sockets.send(job.client, "executing", about)

        async def on_step(node: str, value: int, most: int, jpeg: bytes) -> None:
            await self.flowing.wait()
            await asyncio.sleep(self.knobs.step_seconds)
            if self._interrupted:
                raise InterruptedByCallError
            states[node] |= {"value": value, "max": most}
            await self.sockets.send(job.client, "progress_state", {"prompt_id": job.id, "nodes": states})
            about = {"value": value, "max": most, "prompt_id": job.id, "node": node}
            await self.sockets.send(job.client, "progress", about)
            if not self.knobs.is_new or job.extra.get("preview_method") != "none":
                await self.sockets.preview(job.client, job.id, node, jpeg)
            self.step = value
            await self.tell_changed()

        if self.knobs.fail_every and self.runs.total() % self.knobs.fail_every == 0:
            raise NodeError(next(iter(job.graph)), *self.knobs.failure)
        painter = Painter(job.graph, self.inputs, on_node, on_step)
        return {node: self._save(job, node, await painter.pictures(node)) for node in job.outputs}

    def _save(self, job: Job, node: str, images: list[Image.Image]) -> dict[str, Any]:
        is_kept = job.graph[node]["class_type"] == "SaveImage"
        prefix = job.graph[node]["inputs"].get("filename_prefix", "ComfyUI")
        folder, _, stem = prefix.rpartition("/")
        rows = []
        for image in images:
            self._saved += 1
            row = {
                "filename": f"{stem}_{self._saved:05}_.png",
                "subfolder": folder,
                "type": "output" if is_kept else "temp",
            }
            self.files[row["subfolder"], row["filename"], row["type"]] = self._png(image, job.graph)
            rows.append(row)
        return {"images": rows}

    def _png(self, image: Image.Image, graph: Graph) -> bytes:
        if self.knobs.wrong_size:
            image = image.resize((image.width // 2, image.height // 2))
        text = PngInfo()
        text.add_text("prompt", json.dumps(graph))
        file = io.BytesIO()
        image.save(file, "PNG", pnginfo=text, compress_level=1)
        return file.getvalue()

    async def tell_changed(self) -> None:
        async with self.changed:
            self.changed.notify_all()

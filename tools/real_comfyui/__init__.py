"""A real ComfyUI on this machine's processor, for `pytest -m real_engine`.

It comes from a package registry, lives in a folder of its own, and is only ever started as a process: it has
the GPL, so nothing of it is imported here, and nothing of it gets into the repository.
"""

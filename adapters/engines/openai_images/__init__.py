"""The OpenAI-style Images API: OpenAI itself, and servers that speak it, such as LocalAI or sd-server.

What leaves the machine, for the operator's address alone: the prompt, the input pictures and the mask of a
job, its size and number, and the key. Nobody's name, account or chat does. OpenAI proper takes no seed,
steps, cfg scale, strength or negative prompt: those are left out, and the prompt is not altered to hold them.
"""

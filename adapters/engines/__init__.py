"""Engines: what makes pictures. Each is a package or module of its own behind `core.generation.engine`."""

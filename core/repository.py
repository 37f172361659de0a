"""The generic repository: what every store of entities can do inside a transaction."""

from __future__ import annotations

from typing import Protocol, TypeVar

Key_contra = TypeVar("Key_contra", contravariant=True)
Entity = TypeVar("Entity")


class Repository(Protocol[Key_contra, Entity]):
    """Entities by key. Plain and synchronous: it is used inside a transaction function."""

    def get(self, key: Key_contra) -> Entity | None: ...

    def add(self, entity: Entity) -> None:
        """Store a new entity. Raises `ConflictError` where its key, or another unique one, exists."""
        ...

    def update(self, entity: Entity) -> None:
        """Replace a stored entity. Raises `NotFoundError` where there is none."""
        ...

    def delete(self, key: Key_contra) -> bool:
        """Remove the entity and say whether there was one."""
        ...

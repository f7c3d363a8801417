"""Who may look, as either line of Datasette puts the question."""

from typing import Any


async def may_look(datasette: Any, actor: Any, database: str) -> bool:
    """Ask whether an actor may see a database."""
    if hasattr(datasette, "allowed"):
        from datasette.resources import DatabaseResource

        resource = DatabaseResource(database)
        return bool(await datasette.allowed(action="view-database", resource=resource, actor=actor))
    return bool(
        await datasette.permission_allowed(actor, "view-database", resource=database, default=True)
    )

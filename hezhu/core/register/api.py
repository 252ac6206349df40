from ninja import Router


def register_routers() -> list[tuple[str, Router]]:
    return []

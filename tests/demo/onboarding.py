"""The first steps in a fresh Home Assistant, and logging in to one that has made them."""

from dataclasses import dataclass
import json

from .client import Client
from .progress import DemoError

TIME_ZONE = "Europe/Amsterdam"

# Where the simulated devices stand: a made-up home at a place that exists.
_HOME = {
    "location_name": "Demo home",
    "latitude": 52.3731,
    "longitude": 4.8922,
    "elevation": 2,
    "unit_system": "metric",
    "currency": "EUR",
    "country": "NL",
    "language": "en",
    "time_zone": TIME_ZONE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who logs in to Home Assistant."""

    name: str = "demo"
    password: str = "demo"


async def log_in(client: Client, user: User) -> bool:
    """Log in, making the user and the home first where there is none; returns whether it was a first start."""
    steps = await _steps(client)
    if steps.get("user", True):
        await _take_token(client, await _code_by_password(client, user))
    else:
        await _take_token(client, await _code_of_new_user(client, user))
    await client.connect()
    for step in ("analytics", "integration"):
        if not steps.get(step, True):
            await client.post(f"/api/onboarding/{step}", _here(client) if step == "integration" else None)
    fresh = not steps.get("user", True)
    if fresh:
        await client.command("config/core/update", **_HOME)
    return fresh


async def _steps(client: Client) -> dict[str, bool]:
    """Return which steps are done; none when Home Assistant has forgotten that there ever were any."""
    status, _, body = await client.fetch("/api/onboarding")
    return {step["step"]: step["done"] for step in json.loads(body)} if status == 200 else {}


def _here(client: Client) -> dict[str, str]:
    return {"client_id": f"{client.url}/", "redirect_uri": f"{client.url}/?auth_callback=1"}


async def _code_of_new_user(client: Client, user: User) -> str:
    answer = await client.post(
        "/api/onboarding/users",
        {
            "client_id": f"{client.url}/",
            "name": user.name.capitalize(),
            "username": user.name,
            "password": user.password,
            "language": "en",
        },
    )
    return str(answer["auth_code"])


async def _code_by_password(client: Client, user: User) -> str:
    flow = await client.post("/auth/login_flow", _here(client) | {"handler": ["homeassistant", None]})
    answer = await client.post(
        f"/auth/login_flow/{flow['flow_id']}",
        {"client_id": f"{client.url}/", "username": user.name, "password": user.password},
    )
    if answer["type"] != "create_entry":
        raise DemoError(
            f"Home Assistant refused the password of {user.name}: give --password, or --fresh to start anew"
        )
    return str(answer["result"])


async def _take_token(client: Client, code: str) -> None:
    client.tokens = await client.post_form(
        "/auth/token", {"client_id": f"{client.url}/", "grant_type": "authorization_code", "code": code}
    )

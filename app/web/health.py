"""For whoever watches: alive, ready, and the figures."""

import functools

from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from foundation.database import fetchval

REGISTRY = CollectorRegistry()
REQUESTS = Counter("facility_requests_total", "Requests answered", ["route", "method", "status"], registry=REGISTRY)
SECONDS = Histogram("facility_request_seconds", "Time to answer", registry=REGISTRY)


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    """Note one answer; routes are patterns, so the number of series stays small."""
    _series(route, method, status).inc()
    SECONDS.observe(seconds)


@functools.lru_cache(maxsize=2048)
def _series(route: str, method: str, status: int) -> Counter:
    return REQUESTS.labels(route, method, str(status))


@get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/readyz", include_in_schema=False)
async def readyz() -> dict[str, str]:
    """The database answers too; Unavailable says so otherwise."""
    await fetchval("SELECT 1")
    return {"status": "ready"}


@get("/metrics", include_in_schema=False)
async def metrics() -> Response[bytes]:
    """Prometheus text."""
    return Response(generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})


HEALTH = [healthz, readyz, metrics]

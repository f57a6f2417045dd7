"""The cache of counters and locks: Redis's, and this process's own while it is away."""

import logging
from time import monotonic
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
LEFT_ALONE = 5  # seconds before Redis is tried again
MOST_ENTRIES = 10_000


class RedisOrHereCache(BaseCache):
    """Django's Redis cache, without which everybody can still sign in.

    allauth asks the cache at each try and has no net of its own. While Redis is away
    limits hold in each process by itself, and who waits is not made to wait for it.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(location, params)
        here = {**params, "OPTIONS": {}, "max_entries": MOST_ENTRIES}
        self._here = LocMemCache("while-redis-is-away", here)
        self._tried_again_at = 0.0

    def _ask(self, deed: str, *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= self._tried_again_at:
            try:
                return getattr(self._redis, deed)(*args, **kwargs)
            except (RedisError, OSError) as error:
                self._tried_again_at = monotonic() + LEFT_ALONE
                logger.warning("Redis is away: %s", type(error).__name__)
        return getattr(self._here, deed)(*args, **kwargs)

    def add(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        added: bool = self._ask("add", key, value, timeout, version)
        return added

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default, version)

    def set(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        self._ask("set", key, value, timeout, version)

    def touch(
        self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        touched: bool = self._ask("touch", key, timeout, version)
        return touched

    def delete(self, key: Any, version: int | None = None) -> bool:
        deleted: bool = self._ask("delete", key, version)
        return deleted

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        count: int = self._ask("incr", key, delta, version)
        return count

    def clear(self) -> None:
        self._here.clear()
        self._ask("clear")

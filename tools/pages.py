"""How long pages of a running demo take, without a browser: python -m tools.pages BASE_URL PERSON PATH …

Each path is asked for forty times, one after another, as the invented person whose HSA-id is given; the first three are
left out. Prints the middle and the 95th percentile in milliseconds.
"""

import asyncio
import sys
import time

import httpx

from tests.support import signing_in

_TIMES, _WARM = 43, 3


async def _measured(base: str, person: str, paths: list[str]) -> None:
    async with httpx.AsyncClient(base_url=base, timeout=30) as browser:
        await signing_in.signed_in(browser, person)
        for path in paths:
            took = []
            for _ in range(_TIMES):
                began = time.perf_counter()
                (await browser.get(path)).raise_for_status()
                took.append((time.perf_counter() - began) * 1000)
            kept = sorted(took[_WARM:])
            print(f"{path:50} p50 {kept[len(kept) // 2]:6.0f} ms   p95 {kept[len(kept) * 95 // 100]:6.0f} ms")


if __name__ == "__main__":
    asyncio.run(_measured(sys.argv[1], sys.argv[2], sys.argv[3:]))

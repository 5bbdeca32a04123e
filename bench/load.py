"""The load: wrk, which asks prepared requests one after another on so many connections."""

import asyncio
import json
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

SCRIPT = """
local ffi = require("ffi")
ffi.cdef("typedef struct { long s, us; } moment; int gettimeofday(moment *, void *);")
local many, index = tonumber(os.getenv("BENCH_MANY")), 0
local asked, worker = {}, nil
local function now()
  local moment = ffi.new("moment")
  ffi.C.gettimeofday(moment, nil)
  return tonumber(moment.s) + tonumber(moment.us) / 1e6
end
function setup(thread)
  worker = thread
end
function init(args)
  for line in io.lines(os.getenv("BENCH_ASKED")) do
    local method, path, token, body = line:match("^(%S+) (%S+) (%S+) ?(.*)$")
    local headers = {["Content-Type"] = "application/json"}
    if token ~= "-" then headers["Authorization"] = "Bearer " .. token end
    asked[#asked + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
end
function request()
  begun = begun or now()
  index = index + 1
  if index > #asked then
    if many > 0 then
      seconds = seconds or now() - begun  -- wrk itself waits until the time is up
      wrk.thread:stop()
    end
    index = 1
  end
  return asked[index]
end
function done(summary, latency)
  local took = worker:get("seconds") or summary.duration / 1e6
  io.write(string.format(
    '\\nRESULT {"asked": %d, "seconds": %f, "refused": %d, "lost": %d, "p50": %f, "p99": %f}\\n',
    summary.requests, took, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; `token` is of who asks, if anybody."""

    method: str
    path: str
    token: str = ""
    body: str = ""

    @property
    def line(self) -> str:
        """The request as the script reads it."""
        return f"{self.method} {self.path} {self.token or '-'} {self.body}"


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: requests a second, latencies in ms, and how many were refused or lost."""

    per_s: float
    p50_ms: float
    p99_ms: float
    answered: int
    refused: int
    lost: int


def mean(loads: Sequence[Load]) -> Load:
    """Return what came of several loads of the same length."""
    many = len(loads)
    return Load(
        per_s=sum(one.per_s for one in loads) / many,
        p50_ms=sum(one.p50_ms for one in loads) / many,
        p99_ms=sum(one.p99_ms for one in loads) / many,
        answered=sum(one.answered for one in loads),
        refused=sum(one.refused for one in loads),
        lost=sum(one.lost for one in loads),
    )


async def load(
    urls: Sequence[str],
    asks: Sequence[Ask],
    connections: int,
    seconds: float,
    *,
    once: bool = False,
) -> Load:
    """Ask all of these over and over for so long, or at most `once`; servers share connections."""
    share = len(asks) // len(urls)
    parts = [asks[n * share : (n + 1) * share] for n in range(len(urls))]
    loads = await asyncio.gather(
        *(
            _wrk(url, part, connections // len(urls), seconds, once=once)
            for url, part in zip(urls, parts, strict=True)
        )
    )
    return Load(
        per_s=sum(one.per_s for one in loads),
        p50_ms=max(one.p50_ms for one in loads),
        p99_ms=max(one.p99_ms for one in loads),
        answered=sum(one.answered for one in loads),
        refused=sum(one.refused for one in loads),
        lost=sum(one.lost for one in loads),
    )


async def _wrk(
    url: str, asks: Sequence[Ask], connections: int, seconds: float, *, once: bool
) -> Load:
    with TemporaryDirectory(prefix="boxoffice-bench-") as folder:
        script, asked = Path(folder, "ask.lua"), Path(folder, "asked.txt")
        script.write_text(SCRIPT)
        asked.write_text("\n".join(one.line for one in asks))
        process = await asyncio.create_subprocess_exec(
            *("wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "30s"),
            *("-s", str(script), url),
            stdout=PIPE,
            env={"BENCH_ASKED": str(asked), "BENCH_MANY": str(int(once)), "PATH": "/usr/bin:/bin"},
        )
        out, _ = await process.communicate()
    told = next(line for line in out.decode().splitlines() if line.startswith("RESULT "))
    found = json.loads(told.removeprefix("RESULT "))
    return Load(
        per_s=found["asked"] / found["seconds"],
        p50_ms=found["p50"],
        p99_ms=found["p99"],
        answered=found["asked"],
        refused=found["refused"],
        lost=found["lost"],
    )

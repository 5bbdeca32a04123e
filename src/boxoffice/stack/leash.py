"""Become a server that ends when its launcher does, however that dies.

A script of its own rather than a `preexec_fn`: nothing of ours runs between fork and exec.
`python leash.py SIGNAL LAUNCHER UID GID REACH COMMAND...`; UID 0 stays who it is.
"""

import ctypes
import os
import struct
import sys
import time
from contextlib import suppress

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECUREBITS = 1, 8, 28
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
CAPABILITY_VERSION = 0x20080522
LOOK_EVERY = 0.5  # seconds between two looks at the launcher where the kernel does not tell


def main(end_by: int, launcher: int, uid: int, gid: int, reach: int, *, command: list[str]) -> None:
    """Leave root when asked to, tie this process to `launcher` and become `command`."""
    if uid:
        leave_root(uid, gid, reach=bool(reach))
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, end_by)  # after leaving root, which would clear it
    elif os.fork() == 0:
        watch(launcher, os.getppid(), end_by)
    if os.getppid() != launcher:
        sys.exit("the launcher ended before its server began")
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


def leave_root(uid: int, gid: int, *, reach: bool) -> None:
    """Go on as `uid`; with `reach`, still enter folders closed to it, such as root's home.

    The one right kept for that is to read where others may not; a container that never
    had it gives the wider one it has.
    """
    if reach:
        prctl(PR_SET_KEEPCAPS, 1)
        with suppress(OSError):  # else access(2), which PostgreSQL asks about its own programs,
            prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)  # would not count the right kept
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if reach:
        right = next(filter(keep_only, (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE)), None)
        if right is None:
            sys.exit("a folder on the way is closed even to this root: run as another user")
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, right)


def keep_only(capability: int) -> bool:
    """Give every capability up but this one; False when this process does not have it."""
    bit = 1 << capability
    header = struct.pack("Ii", CAPABILITY_VERSION, 0)
    return ctypes.CDLL(None).capset(header, struct.pack("6I", bit, bit, bit, 0, 0, 0)) == 0


def prctl(option: int, *arguments: int) -> None:
    """Ask the kernel; OSError when it refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    padded = (*arguments, 0, 0, 0, 0)[:4]
    if libc.prctl(option, *map(ctypes.c_ulong, padded)) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}) was refused")


def watch(launcher: int, server: int, end_by: int) -> None:
    """End `server` once `launcher` is gone; end when the server does."""
    os.closerange(0, 256)  # the folder's lock belongs to the server alone
    while os.getppid() == server:
        try:
            os.kill(launcher, 0)
        except ProcessLookupError:
            os.kill(server, end_by)
        except PermissionError:
            pass  # it lives, as somebody else
        time.sleep(LOOK_EVERY)
    os._exit(0)


if __name__ == "__main__":
    numbers, command = [int(word) for word in sys.argv[1:6]], sys.argv[6:]
    main(*numbers, command=command)

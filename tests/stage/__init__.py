"""The stage on which tests play: real servers, a product that runs on them, and people."""

from stage.app import App, Play
from stage.cable import Cable, cable
from stage.eventually import eventually
from stage.market import Market
from stage.pace import times_the_work
from stage.people import PASSWORD, Someone
from stage.place import shared_app
from stage.servers import Servers
from stage.work import at_work

__all__ = [
    "PASSWORD",
    "App",
    "Cable",
    "Market",
    "Play",
    "Servers",
    "Someone",
    "at_work",
    "cable",
    "eventually",
    "shared_app",
    "times_the_work",
]

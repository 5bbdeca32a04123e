"""The stage on which tests play: real servers, a product that runs on them, and people."""

from stage.app import App, Play
from stage.eventually import eventually
from stage.people import Someone
from stage.servers import Servers

__all__ = ["App", "Play", "Servers", "Someone", "eventually"]

"""The stage on which tests play: real servers, a product that runs on them, and people."""

from stage.app import App, Play
from stage.eventually import eventually
from stage.market import Market
from stage.people import PASSWORD, Someone
from stage.servers import Servers

__all__ = ["PASSWORD", "App", "Market", "Play", "Servers", "Someone", "eventually"]

"""A pretend Stripe: the same wire format as the real one, for the real client, on this machine."""

from boxoffice.stack.stripe.app import PretendStripe, pretend_stripe

__all__ = ["PretendStripe", "pretend_stripe"]

"""The money of each order: promised, taken or given back, at Stripe."""

#!/bin/sh
# Prints fresh secrets for compose.yaml: deploy/compose/secrets.sh > .env. They never leave the machine.
set -eu

random() {
	# A letter first: the bus takes what begins with a digit for a number.
	printf 's%s' "$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')"
}

umask 077
for name in IDENTITY SHOWS TICKETS ORDERS EXPIRATION PAYMENTS MAIL REVIEWS MODERATION QUERY WEB OPERATOR; do
	printf '%s_PASSWORD=%s\n%s_SECRET=%s\n' "$name" "$(random)" "$name" "$(random)"
done
for name in POSTGRES_PASSWORD ROUTE_PASSWORD HOP_SECRET; do
	printf '%s=%s\n' "$name" "$(random)"
done
# Of a test account at Stripe; payments does not start without them.
echo STRIPE_KEY=
echo STRIPE_WEBHOOK_SECRET=

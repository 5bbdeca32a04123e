# shellcheck shell=sh
# How Secrets are printed, for the scripts that do.

services="identity shows tickets orders expiration payments mail reviews moderation query web"

# Read the variables on standard input.
take() {
	while IFS='=' read -r name value; do
		export "$name=$value"
	done
}

secret() {
	printf -- '---\napiVersion: v1\nkind: Secret\n'
	printf 'metadata: {name: %s, namespace: %s}\n' "$1" "${NAMESPACE:-boxoffice}"
	printf 'type: %s\nstringData:\n' "${2:-Opaque}"
}

entry() {
	printf '  %s: "%s"\n' "$1" "$2"
}

upper() {
	printf '%s' "$1" | tr '[:lower:]' '[:upper:]'
}

# A service's own variable, such as ORDERS_PASSWORD.
own() {
	printenv "$(upper "$1")_$2"
}

# Everything that a service must know, with its database's host and the address of the mail server.
service_secret() {
	secret "boxoffice-$1"
	entry BOXOFFICE_DATABASE_URL "postgresql://boxoffice_$1:$(own "$1" PASSWORD)@$2:5432/boxoffice_$1"
	entry BOXOFFICE_NATS_URL "nats://$1:$(own "$1" PASSWORD)@nats:4222"
	entry BOXOFFICE_SECRET "$(own "$1" SECRET)"
	entry BOXOFFICE_HOP_SECRET "$HOP_SECRET"
	case $1 in
	mail) entry BOXOFFICE_SMTP_URL "$3" ;;
	payments)
		entry BOXOFFICE_STRIPE_KEY "$STRIPE_KEY"
		entry BOXOFFICE_STRIPE_WEBHOOK_SECRET "$STRIPE_WEBHOOK_SECRET"
		;;
	esac
}

# What the bus and its operator must know.
bus_secrets() {
	secret boxoffice-operator
	entry BOXOFFICE_NATS_URL "nats://operator:$OPERATOR_PASSWORD@nats:4222"
	secret nats-users
	for user in $services operator; do
		entry "NATS_$(upper "$user")_PASSWORD" "$(own "$user" PASSWORD)"
	done
	entry NATS_ROUTE_PASSWORD "$ROUTE_PASSWORD"
	for number in 0 1 2; do
		entry "NATS_ROUTE_$(echo "$number" | tr 012 ABC)" "nats://route:$ROUTE_PASSWORD@nats-$number.nats-servers:6222"
	done
}

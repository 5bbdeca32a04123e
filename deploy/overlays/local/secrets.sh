#!/bin/sh
# Prints the Secrets of the local overlay, from deploy/compose/secrets.sh:
#   deploy/compose/secrets.sh > .env && deploy/overlays/local/secrets.sh < .env | kubectl apply -f -
# NAMESPACE=preview-7 makes those of a preview.
set -eu

namespace="${NAMESPACE:-boxoffice}"
services="identity shows tickets orders expiration payments mail reviews moderation query web"
while IFS='=' read -r name value; do
	export "$name=$value"
done

secret() {
	printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: {name: %s, namespace: %s}\nstringData:\n' "$1" "$namespace"
}

entry() {
	printf '  %s: "%s"\n' "$1" "$2"
}

upper() {
	printf '%s' "$1" | tr '[:lower:]' '[:upper:]'
}

for service in $services; do
	password="$(printenv "$(upper "$service")_PASSWORD")"
	secret "boxoffice-$service"
	entry BOXOFFICE_DATABASE_URL "postgresql://boxoffice_$service:$password@postgres:5432/boxoffice_$service"
	entry BOXOFFICE_NATS_URL "nats://$service:$password@nats:4222"
	entry BOXOFFICE_SECRET "$(printenv "$(upper "$service")_SECRET")"
	entry BOXOFFICE_HOP_SECRET "$HOP_SECRET"
	case $service in
	mail) entry BOXOFFICE_SMTP_URL smtp://mailbox:1025 ;;
	payments)
		entry BOXOFFICE_STRIPE_KEY "$STRIPE_KEY"
		entry BOXOFFICE_STRIPE_WEBHOOK_SECRET "$STRIPE_WEBHOOK_SECRET"
		;;
	esac
done

secret boxoffice-operator
entry BOXOFFICE_NATS_URL "nats://operator:$OPERATOR_PASSWORD@nats:4222"
secret postgres
entry POSTGRES_PASSWORD "$POSTGRES_PASSWORD"
for service in $services; do
	entry "$(upper "$service")_PASSWORD" "$(printenv "$(upper "$service")_PASSWORD")"
done
secret nats-users
for user in $services operator; do
	entry "NATS_$(upper "$user")_PASSWORD" "$(printenv "$(upper "$user")_PASSWORD")"
done
entry NATS_ROUTE_PASSWORD "$ROUTE_PASSWORD"
for number in 0 1 2; do
	entry "NATS_ROUTE_$(echo "$number" | tr 012 ABC)" "nats://route:$ROUTE_PASSWORD@nats-$number.nats-servers:6222"
done

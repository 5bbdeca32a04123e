#!/bin/sh
# Prints the Secrets of the local overlay, from deploy/compose/secrets.sh:
#   deploy/compose/secrets.sh > .env && deploy/overlays/local/secrets.sh < .env | kubectl apply -f -
# NAMESPACE=preview-7 makes those of a preview.
# shellcheck disable=SC1091,SC2154  # what it reads gives the variables
set -eu

. "$(dirname "$0")/printing.sh"
take

for service in $services; do
	service_secret "$service" postgres smtp://mailbox:1025
done
bus_secrets
secret postgres
entry POSTGRES_PASSWORD "$POSTGRES_PASSWORD"
for service in $services; do
	entry "$(upper "$service")_PASSWORD" "$(own "$service" PASSWORD)"
done

#!/bin/sh
# Prints the Secrets of the overlay production-sops, from what deploy/compose/secrets.sh makes, with SMTP_URL and,
# of each bucket's keys, the pairs that are named below:
#   deploy/components/sops/secrets.sh < .env | deploy/components/sops/encrypt.sh age1...
# shellcheck disable=SC1091,SC2154  # what it reads gives the variables
set -eu

. "$(dirname "$0")/../../overlays/local/printing.sh"
take

for service in $services; do
	service_secret "$service" "database-$service-rw" "$SMTP_URL"
	case $service in
	shows | tickets)
		entry AWS_ACCESS_KEY_ID "$(own "$service" ACCESS_KEY_ID)"
		entry AWS_SECRET_ACCESS_KEY "$(own "$service" SECRET_ACCESS_KEY)"
		;;
	esac
	secret "database-$service" kubernetes.io/basic-auth
	entry username "boxoffice_$service"
	entry password "$(own "$service" PASSWORD)"
done
bus_secrets
secret backups
entry ACCESS_KEY_ID "$BACKUPS_ACCESS_KEY_ID"
entry SECRET_ACCESS_KEY "$BACKUPS_SECRET_ACCESS_KEY"

#!/bin/sh
# Makes a role and a database for each of $SERVICES; the server runs it once, on an empty volume.
set -eu

for service in $SERVICES; do
	variable="$(printf '%s' "$service" | tr '[:lower:]' '[:upper:]')_PASSWORD"
	password="$(printenv "$variable")"
	psql -v ON_ERROR_STOP=1 -U postgres -v role="boxoffice_$service" -v password="$password" <<-'SQL'
		CREATE ROLE :"role" LOGIN PASSWORD :'password';
		CREATE DATABASE :"role" OWNER :"role";
		REVOKE CONNECT ON DATABASE :"role" FROM PUBLIC;
	SQL
done

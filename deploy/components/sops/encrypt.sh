#!/bin/sh
# Encrypts the Secrets on standard input for an age key, as secrets.enc.yaml beside this script:
#   deploy/components/sops/secrets.sh < .env | deploy/components/sops/encrypt.sh age1...
set -eu

sops --encrypt --age "$1" --encrypted-regex '^(data|stringData)$' \
	--input-type yaml --output-type yaml /dev/stdin >"$(dirname "$0")/secrets.enc.yaml"

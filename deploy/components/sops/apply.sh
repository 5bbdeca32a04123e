#!/bin/sh
# Puts the Secrets of secrets.enc.yaml into the cluster; who does it holds the age key. Nothing is written to disk.
set -eu

sops --decrypt "$(dirname "$0")/secrets.enc.yaml" | kubectl apply --server-side -f -

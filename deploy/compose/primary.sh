#!/bin/bash
# The primary: TLS only from outside, and no commit before the standby has it.
set -euo pipefail
install -m 600 -o postgres -g postgres /run/secrets/database.key /tmp/database.key
exec docker-entrypoint.sh postgres \
  -c ssl=on -c ssl_cert_file=/run/secrets/database.pem -c ssl_key_file=/tmp/database.key \
  -c wal_level=replica -c max_wal_senders=4 -c max_connections=100 \
  -c synchronous_commit=on -c "synchronous_standby_names=ANY 1 (standby)"

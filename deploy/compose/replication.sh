#!/bin/bash
# Once, when the database is made: who may copy it, and that nobody comes without TLS. The standby is waited for only
# afterwards, so this commits alone.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="$REPLICATION_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
SET synchronous_commit = local;
CREATE ROLE replicator WITH REPLICATION LOGIN PASSWORD :'password';
SQL
cat >"$PGDATA/pg_hba.conf" <<'HBA'
local   all         all                   trust
hostssl all         acasa       all       scram-sha-256
hostssl replication replicator  all       scram-sha-256
HBA

#!/bin/bash
# The standby: a copy of the primary at the first start, and from then on behind it.
set -euo pipefail
install -m 600 -o postgres -g postgres /run/secrets/database.key /tmp/database.key
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  install -d -m 700 -o postgres -g postgres "$PGDATA"
  export PGPASSWORD="$REPLICATION_PASSWORD"
  gosu postgres pg_basebackup --pgdata="$PGDATA" --write-recovery-conf --wal-method=stream --checkpoint=fast \
    --dbname="host=database user=replicator sslmode=verify-full sslrootcert=/run/secrets/database-ca.pem application_name=standby"
fi
exec gosu postgres postgres \
  -c ssl=on -c ssl_cert_file=/run/secrets/database.pem -c ssl_key_file=/tmp/database.key \
  -c hot_standby=on -c max_connections=100 -c max_wal_senders=4

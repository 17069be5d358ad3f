#!/bin/bash
# Makes what a trial needs and a real installation gets from elsewhere: certificates and passwords, in ./secrets and ./.env.
set -euo pipefail
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=Acasa trial database" \
  -keyout secrets/database-ca.key -out secrets/database-ca.pem
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=database" \
  -keyout secrets/database.key -out secrets/database.csr
printf 'subjectAltName=DNS:database,DNS:standby\n' >secrets/database.ext
openssl x509 -req -days 365 -in secrets/database.csr -CA secrets/database-ca.pem -CAkey secrets/database-ca.key \
  -CAcreateserial -extfile secrets/database.ext -out secrets/database.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=gateway.example" \
  -addext "subjectAltName=DNS:gateway.example" -keyout secrets/proxy.key -out secrets/proxy.crt
cat secrets/proxy.crt secrets/proxy.key >secrets/proxy.pem
# The database's server, the proxy and the gateway run as users of their own and read these through a mount.
chmod 644 secrets/database.pem secrets/database-ca.pem secrets/proxy.pem
printf 'ACASA_DATABASE_PASSWORD=%s\nACASA_REPLICATION_PASSWORD=%s\n' "$(openssl rand -hex 24)" "$(openssl rand -hex 24)" >.env

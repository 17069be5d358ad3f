CREATE TABLE client (
    id TEXT NOT NULL PRIMARY KEY,
    jwk TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    registered INTEGER NOT NULL
) STRICT;

CREATE TABLE used_value (
    value BLOB NOT NULL PRIMARY KEY,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_value_expires ON used_value (expires);

CREATE TABLE pushed (
    request BLOB NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES client (id),
    body TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX pushed_expires ON pushed (expires);

CREATE TABLE code (
    code BLOB NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,
    grant_id TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    subject TEXT NOT NULL,
    refresh BLOB NOT NULL UNIQUE,
    dpop_thumbprint TEXT NOT NULL,
    started INTEGER NOT NULL
) STRICT;

CREATE TABLE access_token (
    token BLOB NOT NULL PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX access_token_grant ON access_token (grant_id);

CREATE TABLE subject (
    subject TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE copy (
    list INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    document TEXT NOT NULL,
    subject TEXT NOT NULL,
    configuration TEXT NOT NULL,
    expires INTEGER NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (list, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_document ON copy (document);
CREATE INDEX copy_revoked ON copy (list, idx) WHERE revoked = 1;

CREATE TABLE revoked_document (
    document TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    sequence INTEGER NOT NULL PRIMARY KEY,
    principal TEXT NOT NULL,
    event TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX journal_principal ON journal (principal, sequence);
CREATE TRIGGER journal_keeps_updates_out BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_keeps_deletes_out BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE outbox (
    sequence INTEGER NOT NULL PRIMARY KEY REFERENCES journal (sequence)
) STRICT;

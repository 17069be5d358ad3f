CREATE TABLE sync_device (
    client TEXT NOT NULL PRIMARY KEY REFERENCES client (id) ON DELETE CASCADE,
    principal TEXT NOT NULL,
    generation INTEGER NOT NULL,
    number INTEGER NOT NULL,
    last_batch BLOB,
    jwk TEXT NOT NULL,
    suspended INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Identifier, digest, outcome and time stay for ever; the text may be emptied when its time is over.
CREATE TABLE intent (
    actor TEXT NOT NULL,
    id BLOB NOT NULL,
    client TEXT NOT NULL,
    digest BLOB NOT NULL,
    outcome TEXT NOT NULL,
    judged INTEGER NOT NULL,
    principal TEXT NOT NULL,
    text TEXT,
    PRIMARY KEY (actor, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER intent_keeps_deletes_out BEFORE DELETE ON intent
BEGIN SELECT RAISE(ABORT, 'outcomes are kept for ever'); END;

CREATE TABLE principal_state (
    principal TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    floor INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE record (
    principal TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    content TEXT,
    PRIMARY KEY (principal, kind, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX record_version ON record (principal, version, kind, id);

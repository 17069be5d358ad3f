-- What is sent to the state, and what the state has confirmed.

CREATE TABLE sync_position (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL,
    number     INTEGER NOT NULL
) STRICT;

CREATE TABLE intents (
    made       INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL UNIQUE REFERENCES acts (id) ON DELETE CASCADE,
    principal  INTEGER NOT NULL REFERENCES principals (id),
    digest     BLOB    NOT NULL,
    depends_on TEXT    NOT NULL,
    -- The principal's version that has the effect, once it is applied.
    version    INTEGER,
    -- Sealed: its bytes, made once.
    text       BLOB    NOT NULL,
    -- Sealed: the records it changed, until a checkpoint has them.
    result     BLOB
) STRICT;
CREATE INDEX intents_unconfirmed ON intents (principal, made) WHERE version IS NULL OR result IS NOT NULL;

CREATE TABLE sync_batch (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    intents    TEXT    NOT NULL
) STRICT;

CREATE TABLE checkpoints (
    principal      INTEGER PRIMARY KEY REFERENCES principals (id),
    version        INTEGER NOT NULL DEFAULT 0,
    staged_version INTEGER,
    staged_began   INTEGER
) STRICT;

CREATE TABLE records (
    principal INTEGER NOT NULL REFERENCES principals (id),
    kind      TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    -- Sealed: what it says, as JSON.
    content   BLOB    NOT NULL,
    PRIMARY KEY (principal, kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE records_staged (
    principal INTEGER NOT NULL REFERENCES principals (id),
    kind      TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    -- Sealed as above; nothing where the record was removed.
    content   BLOB,
    PRIMARY KEY (principal, kind, id)
) STRICT, WITHOUT ROWID;

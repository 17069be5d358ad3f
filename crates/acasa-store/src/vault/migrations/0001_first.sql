-- Times are milliseconds since 1970-01-01T00:00Z. Columns of type BLOB marked "sealed" hold the
-- bytes with a digest behind for the profile's holder, and bytes sealed under the principal's own
-- key for others. Columns named "signed", and session.value, have the digest too.

CREATE TABLE principals (
    id        INTEGER PRIMARY KEY,
    urn       TEXT    NOT NULL UNIQUE,
    is_holder INTEGER NOT NULL DEFAULT 0,
    -- Empty for the holder, and once access has ended.
    key       BLOB    NOT NULL DEFAULT x'',
    -- When the power ends; NULL for the holder.
    term      INTEGER,
    ended     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX principals_holder ON principals (is_holder) WHERE is_holder = 1;

CREATE TABLE documents (
    id                TEXT    PRIMARY KEY,
    principal         INTEGER NOT NULL REFERENCES principals (id),
    doctype           TEXT    NOT NULL,
    status            TEXT    NOT NULL DEFAULT 'valid',
    position          INTEGER NOT NULL DEFAULT 0,
    valid_until       INTEGER NOT NULL,
    received_at       INTEGER NOT NULL,
    status_checked_at INTEGER,
    -- Sealed: what the card shows, as JSON.
    summary           BLOB    NOT NULL DEFAULT x''
) STRICT;
CREATE INDEX documents_in_order ON documents (position, id);
CREATE INDEX documents_of_principal ON documents (principal, position, id);

CREATE TABLE portraits (
    document TEXT PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    -- Sealed.
    image    BLOB NOT NULL
) STRICT;

CREATE TABLE copies (
    id           INTEGER PRIMARY KEY,
    document     TEXT    NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    -- 'full', or the name of a companion.
    kind         TEXT    NOT NULL DEFAULT 'full',
    format       TEXT    NOT NULL,
    batch        TEXT    NOT NULL DEFAULT '',
    key_handle   TEXT    NOT NULL UNIQUE,
    status_uri   TEXT    NOT NULL DEFAULT '',
    status_index INTEGER NOT NULL DEFAULT 0,
    valid_from   INTEGER NOT NULL,
    valid_until  INTEGER NOT NULL,
    uses         INTEGER NOT NULL DEFAULT 0,
    last_used_at INTEGER,
    -- Sealed: the credential as received, byte for byte.
    credential   BLOB    NOT NULL
) STRICT;
CREATE INDEX copies_next ON copies (document, kind, uses, id);

CREATE TABLE signing_keys (
    handle TEXT PRIMARY KEY,
    -- Sealed by the keystore, not by the vault.
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE wrapping_key (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    key BLOB    NOT NULL
) STRICT;

CREATE TABLE acts (
    id         TEXT    PRIMARY KEY,
    principal  INTEGER NOT NULL REFERENCES principals (id),
    actor      TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    fate       TEXT    NOT NULL DEFAULT 'waiting',
    reason     TEXT    NOT NULL DEFAULT '',
    made_at    INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    -- Sealed: the arguments, as JSON.
    arguments  BLOB    NOT NULL DEFAULT x''
) STRICT;
CREATE INDEX acts_latest ON acts (made_at DESC, id DESC);
CREATE INDEX acts_unsettled ON acts (made_at, id) WHERE fate IN ('waiting', 'sent');

CREATE TABLE showings (
    id        TEXT    PRIMARY KEY,
    principal INTEGER NOT NULL REFERENCES principals (id),
    document  TEXT    NOT NULL,
    began_at  INTEGER NOT NULL,
    ended_at  INTEGER,
    reused    INTEGER NOT NULL DEFAULT 0,
    -- Sealed: what was shown and to whom, as JSON.
    details   BLOB    NOT NULL DEFAULT x''
) STRICT;
CREATE INDEX showings_latest ON showings (began_at DESC, id DESC);
CREATE INDEX showings_of_document ON showings (document, began_at DESC);

CREATE TABLE kept_codes (
    id        TEXT    PRIMARY KEY,
    principal INTEGER NOT NULL REFERENCES principals (id),
    kind      TEXT    NOT NULL,
    kept_at   INTEGER NOT NULL,
    due_at    INTEGER,
    -- Sealed: the code's text.
    text      BLOB    NOT NULL
) STRICT;
CREATE INDEX kept_codes_latest ON kept_codes (kept_at DESC, id DESC);

CREATE TABLE journal (
    principal INTEGER NOT NULL REFERENCES principals (id),
    sequence  INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    -- Sealed: the event as received.
    event     BLOB    NOT NULL,
    PRIMARY KEY (principal, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE trust_list (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    version     INTEGER NOT NULL,
    next_update INTEGER NOT NULL,
    fetched_at  INTEGER NOT NULL,
    signed      BLOB    NOT NULL
) STRICT;

CREATE TABLE status_lists (
    uri        TEXT    PRIMARY KEY,
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER,
    fetched_at INTEGER NOT NULL,
    signed     BLOB    NOT NULL
) STRICT;

CREATE TABLE session (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

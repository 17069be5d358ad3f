-- One schema for every shard. The tables down to `route` are used on the home shard only.
CREATE TABLE client (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    jwk TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    registered BIGINT NOT NULL
);

CREATE TABLE pushed (
    request BYTEA NOT NULL PRIMARY KEY,
    client TEXT COLLATE "C" NOT NULL REFERENCES client (id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX pushed_expires ON pushed (expires);
CREATE INDEX pushed_client ON pushed (client);

CREATE TABLE code (
    code BYTEA NOT NULL PRIMARY KEY,
    client TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL,
    expires BIGINT NOT NULL,
    used BOOLEAN NOT NULL DEFAULT FALSE,
    grant_id TEXT COLLATE "C" NOT NULL DEFAULT ''
);

CREATE TABLE grants (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    refresh BYTEA NOT NULL UNIQUE,
    dpop_thumbprint TEXT NOT NULL,
    started BIGINT NOT NULL
);
CREATE INDEX grants_client ON grants (client);
CREATE INDEX grants_subject ON grants (subject);

CREATE TABLE access_token (
    token BYTEA NOT NULL PRIMARY KEY,
    grant_id TEXT COLLATE "C" NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    expires BIGINT NOT NULL
);
CREATE INDEX access_token_grant ON access_token (grant_id);

CREATE TABLE subject (
    subject TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    person TEXT COLLATE "C" NOT NULL UNIQUE
);

-- Whose device an installation is, and so on which shard it stands.
CREATE TABLE device_owner (
    client TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES client (id) ON DELETE CASCADE,
    principal TEXT COLLATE "C" NOT NULL
);

CREATE TABLE status_list (
    list INTEGER NOT NULL PRIMARY KEY,
    taken INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE copy (
    list INTEGER NOT NULL REFERENCES status_list (list),
    idx INTEGER NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    configuration TEXT COLLATE "C" NOT NULL,
    expires BIGINT NOT NULL,
    revoked BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (list, idx)
);
CREATE INDEX copy_document ON copy (document);
CREATE INDEX copy_revoked ON copy (list, idx) WHERE revoked;

CREATE TABLE revoked_document (
    document TEXT COLLATE "C" NOT NULL PRIMARY KEY
);

-- Which shard a principal is on where the name does not say it.
CREATE TABLE routing (
    single BOOLEAN NOT NULL PRIMARY KEY CHECK (single),
    version BIGINT NOT NULL,
    shards INTEGER NOT NULL
);
CREATE TABLE route (
    principal TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    shard INTEGER NOT NULL
);

CREATE TABLE used_value (
    value BYTEA NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);
CREATE INDEX used_value_expires ON used_value (expires);

-- What is locked while anything of a principal changes: the checkpoint's version, the floor of the removals,
-- and the end of the principal's chain in the journal.
CREATE TABLE principal_state (
    principal TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 0,
    floor BIGINT NOT NULL DEFAULT 0,
    length BIGINT NOT NULL DEFAULT 0,
    last BIGINT NOT NULL DEFAULT 0,
    hash BYTEA NOT NULL DEFAULT decode(repeat('00', 32), 'hex')
) WITH (fillfactor = 70);

CREATE TABLE sync_device (
    client TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    principal TEXT COLLATE "C" NOT NULL,
    generation BIGINT NOT NULL,
    number BIGINT NOT NULL,
    last_batch BYTEA,
    jwk TEXT NOT NULL,
    suspended BOOLEAN NOT NULL DEFAULT FALSE
) WITH (fillfactor = 70);

-- Identifier, digest, outcome and time stay for ever; the text may be emptied when its time is over.
CREATE TABLE intent (
    actor TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL,
    outcome TEXT NOT NULL,
    judged BIGINT NOT NULL,
    principal TEXT COLLATE "C" NOT NULL,
    text TEXT,
    PRIMARY KEY (actor, id)
);

CREATE TABLE record (
    principal TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    content TEXT,
    PRIMARY KEY (principal, kind, id)
);
CREATE UNIQUE INDEX record_version ON record (principal, version, kind, id);

CREATE SEQUENCE journal_sequence AS BIGINT;
CREATE TABLE journal (
    sequence BIGINT NOT NULL PRIMARY KEY,
    principal TEXT COLLATE "C" NOT NULL,
    event TEXT NOT NULL,
    hash BYTEA NOT NULL
);
CREATE UNIQUE INDEX journal_principal ON journal (principal, sequence);

CREATE TABLE outbox (
    sequence BIGINT NOT NULL PRIMARY KEY
);

CREATE FUNCTION keeps_changes_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER journal_keeps_changes_out BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION keeps_changes_out();
CREATE TRIGGER intent_keeps_deletes_out BEFORE DELETE OR TRUNCATE ON intent
    FOR EACH STATEMENT EXECUTE FUNCTION keeps_changes_out();

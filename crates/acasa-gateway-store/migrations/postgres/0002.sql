-- How far the feed of letters was read; on the home shard only.
CREATE TABLE inbox_position (
    single BOOLEAN NOT NULL PRIMARY KEY CHECK (single),
    feed TEXT NOT NULL,
    number BIGINT NOT NULL
);

-- Whose letter it is, on the home shard only and of several shards only: one identifier is one person's.
CREATE TABLE letter_owner (
    id UUID NOT NULL PRIMARY KEY,
    principal TEXT COLLATE "C" NOT NULL
);

-- Each letter that came, once. `told` is what its sender knows: 0 nothing, 1 that it is here, 2 that it was read.
CREATE TABLE letter (
    id UUID NOT NULL PRIMARY KEY,
    principal TEXT COLLATE "C" NOT NULL,
    was_read INTEGER NOT NULL DEFAULT 0,
    told INTEGER NOT NULL
);
CREATE INDEX letter_untold ON letter (id) WHERE told <= was_read;

-- Whose preferences have changed since MNotify was told.
CREATE TABLE preference_untold (
    principal TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);

-- A read letter stays read, whatever its mark says later.
CREATE FUNCTION marks_letters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.content::jsonb -> 'read') = 'true'::jsonb THEN
        UPDATE letter SET was_read = 1 WHERE id = NEW.id::uuid AND principal = NEW.principal;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER mark_changed AFTER INSERT OR UPDATE ON record
    FOR EACH ROW WHEN (NEW.kind = 'notice-mark' AND NEW.content IS NOT NULL) EXECUTE FUNCTION marks_letters();

CREATE FUNCTION notes_preferences() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO preference_untold (principal, version) VALUES (NEW.principal, NEW.version)
    ON CONFLICT (principal) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END
$$;
CREATE TRIGGER preference_changed AFTER INSERT OR UPDATE ON record
    FOR EACH ROW WHEN (NEW.kind = 'preference') EXECUTE FUNCTION notes_preferences();

-- How far the feed of letters was read.
CREATE TABLE inbox_position (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    feed TEXT NOT NULL,
    number INTEGER NOT NULL
) STRICT;

-- Each letter that came, once. `told` is what its sender knows: 0 nothing, 1 that it is here, 2 that it was read.
CREATE TABLE letter (
    id TEXT NOT NULL PRIMARY KEY,
    principal TEXT NOT NULL,
    was_read INTEGER NOT NULL DEFAULT 0,
    told INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX letter_untold ON letter (id) WHERE told <= was_read;

-- A read letter stays read, whatever its mark says later.
CREATE TRIGGER mark_made AFTER INSERT ON record
WHEN NEW.kind = 'notice-mark' AND json_extract(NEW.content, '$.read') = 1
BEGIN UPDATE letter SET was_read = 1 WHERE id = NEW.id AND principal = NEW.principal; END;
CREATE TRIGGER mark_changed AFTER UPDATE ON record
WHEN NEW.kind = 'notice-mark' AND json_extract(NEW.content, '$.read') = 1
BEGIN UPDATE letter SET was_read = 1 WHERE id = NEW.id AND principal = NEW.principal; END;

-- Whose preferences have changed since MNotify was told.
CREATE TABLE preference_untold (
    principal TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER preference_made AFTER INSERT ON record WHEN NEW.kind = 'preference'
BEGIN
    INSERT INTO preference_untold (principal, version) VALUES (NEW.principal, NEW.version)
    ON CONFLICT (principal) DO UPDATE SET version = NEW.version;
END;
CREATE TRIGGER preference_changed AFTER UPDATE ON record WHEN NEW.kind = 'preference'
BEGIN
    INSERT INTO preference_untold (principal, version) VALUES (NEW.principal, NEW.version)
    ON CONFLICT (principal) DO UPDATE SET version = NEW.version;
END;

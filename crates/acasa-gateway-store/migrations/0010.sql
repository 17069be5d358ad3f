-- Root keys that keys of principals are wrapped by: their names, never the keys.
CREATE TABLE root_key (
    name TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- The key that a principal's contents are sealed under, wrapped. Without it nobody reads them any more.
CREATE TABLE principal_key (
    principal TEXT NOT NULL PRIMARY KEY,
    root TEXT NOT NULL REFERENCES root_key (name),
    wrapped TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX principal_key_root ON principal_key (root);

-- What a person is given of themself.
CREATE INDEX copy_subject ON copy (subject);
CREATE INDEX grants_subject ON grants (subject);

-- The database cannot see any more what a mark says.
DROP TRIGGER mark_made;
DROP TRIGGER mark_changed;

-- Sealing a content anew is no change of it.
DROP TRIGGER preference_changed;
CREATE TRIGGER preference_changed AFTER UPDATE OF version ON record WHEN NEW.kind = 'preference'
BEGIN
    INSERT INTO preference_untold (principal, version) VALUES (NEW.principal, NEW.version)
    ON CONFLICT (principal) DO UPDATE SET version = NEW.version;
END;

-- Nobody writes in the clear while what is there is sealed.
LOCK TABLE record, intent IN ACCESS EXCLUSIVE MODE;

-- Root keys that keys of principals are wrapped by: their names, never the keys.
CREATE TABLE root_key (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY
);

-- The key that a principal's contents are sealed under, wrapped. Without it nobody reads them any more.
CREATE TABLE principal_key (
    principal TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    root TEXT COLLATE "C" NOT NULL REFERENCES root_key (name),
    wrapped TEXT NOT NULL
);
CREATE INDEX principal_key_root ON principal_key (root);

-- What a person is given of themself.
CREATE INDEX copy_subject ON copy (subject);

-- The database cannot see any more what a mark says.
DROP TRIGGER mark_changed ON record;
DROP FUNCTION marks_letters;

-- Sealing a content anew is no change of it.
DROP TRIGGER preference_changed ON record;
CREATE TRIGGER preference_changed AFTER INSERT OR UPDATE OF version ON record
    FOR EACH ROW WHEN (NEW.kind = 'preference') EXECUTE FUNCTION notes_preferences();

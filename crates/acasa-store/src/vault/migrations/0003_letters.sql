-- The state's letters among the records, in order and by their words: made from the records, and no more than they say.

CREATE TABLE letters (
    -- When it was sent, in milliseconds, a thousandfold, and a number among those of the same: the newest is the highest.
    place     INTEGER PRIMARY KEY,
    principal INTEGER NOT NULL REFERENCES principals (id) ON DELETE CASCADE,
    id        TEXT    NOT NULL,
    topic     TEXT    NOT NULL,
    -- Marks as the person sees them.
    read      INTEGER NOT NULL DEFAULT 0,
    archived  INTEGER NOT NULL DEFAULT 0,
    pinned    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (principal, id)
) STRICT;
CREATE INDEX letters_shelf ON letters (principal, archived, place);
CREATE INDEX letters_topic ON letters (principal, topic, archived, place);
CREATE INDEX letters_unread ON letters (principal, place) WHERE read = 0 AND archived = 0;
CREATE INDEX letters_pinned ON letters (principal, place) WHERE pinned = 1;

-- Marks as the state has confirmed them, where the person sees others already.
CREATE TABLE letters_confirmed (
    place     INTEGER PRIMARY KEY REFERENCES letters (place) ON DELETE CASCADE,
    read      INTEGER NOT NULL,
    archived  INTEGER NOT NULL,
    pinned    INTEGER NOT NULL
) STRICT;

-- Only of letters that no key of their own protects: the holder's.
CREATE VIRTUAL TABLE letters_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER letters_words_go AFTER DELETE ON letters
BEGIN DELETE FROM letters_words WHERE rowid = old.place; END;

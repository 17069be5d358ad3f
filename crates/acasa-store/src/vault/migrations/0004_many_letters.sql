-- Nothing about letters takes longer the more of them there are.

-- How many are neither read nor put away, so that nobody has to count them: kept up by the letters themselves, but for
-- those that come. A trigger there would make each a statement to be undone alone, before which the words are written out.

CREATE TABLE letters_unread_count (
    principal INTEGER PRIMARY KEY REFERENCES principals (id) ON DELETE CASCADE,
    unread    INTEGER NOT NULL
) STRICT;
INSERT INTO letters_unread_count
SELECT principal, count(*) FROM letters WHERE read = 0 AND archived = 0 GROUP BY principal;

CREATE TRIGGER letters_unread_go AFTER DELETE ON letters WHEN old.read = 0 AND old.archived = 0
BEGIN
    UPDATE letters_unread_count SET unread = unread - 1 WHERE principal = old.principal;
END;
CREATE TRIGGER letters_unread_change AFTER UPDATE OF read, archived ON letters
WHEN (old.read = 0 AND old.archived = 0) <> (new.read = 0 AND new.archived = 0)
BEGIN
    INSERT INTO letters_unread_count VALUES (new.principal, new.read = 0 AND new.archived = 0)
    ON CONFLICT (principal) DO UPDATE SET unread = unread + iif(new.read = 0 AND new.archived = 0, 1, -1);
END;

-- Unread ones of a topic, among any number that are read.
CREATE INDEX letters_topic_unread ON letters (principal, topic, place) WHERE read = 0 AND archived = 0;

-- The words again, with the newest letter first: a row is the negative of the letter's place. Looking for the beginning
-- of a word from the highest row down takes the square of what is found. Words are as they are looked for already: the
-- tokenizer only parts them. What was kept before is put in when the vault is next synchronised: the words themselves
-- are not in the database.
DROP TRIGGER letters_words_go;
DROP TABLE letters_words;
CREATE VIRTUAL TABLE letters_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, prefix = '2 3', tokenize = 'ascii'
);
-- So many bytes of words are gathered before they are written out.
INSERT INTO letters_words (letters_words, rank) VALUES ('hashsize', 4194304);
CREATE TRIGGER letters_words_go AFTER DELETE ON letters
BEGIN DELETE FROM letters_words WHERE rowid = -old.place; END;

-- Each word that is or was in them: a beginning is looked for as the few words that begin so.
CREATE TABLE letters_vocabulary (
    word TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

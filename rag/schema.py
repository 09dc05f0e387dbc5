"""The tables of the catalog, one migration a schema version."""

# One entry a schema version; opening an older catalog runs what it lacks, in one transaction each.
MIGRATIONS = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE articles (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, address TEXT, title TEXT, date TEXT, source TEXT,
        author TEXT, url TEXT, external_id TEXT, origin TEXT, metadata TEXT NOT NULL, text TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'ready', 'superseded')),
        superseded_by TEXT, added TEXT NOT NULL);
    CREATE INDEX articles_by_address ON articles (address) WHERE address IS NOT NULL;
    CREATE INDEX articles_by_date ON articles (state, date);
    CREATE TABLE paragraphs (
        article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
        idx INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, PRIMARY KEY (article, idx)) WITHOUT ROWID;
    CREATE TABLE chunks (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
        first INTEGER NOT NULL, last INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, vector BLOB);
    CREATE INDEX chunks_by_article ON chunks (article);
    CREATE VIRTUAL TABLE words USING fts5 (title, body, content='', tokenize='porter unicode61 remove_diacritics 2');
    CREATE TABLE stale (chunk_id TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
    """
    ALTER TABLE stale RENAME COLUMN chunk_id TO id;
    ALTER TABLE articles ADD COLUMN in_ledger INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE quotes (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
        speaker TEXT, body TEXT NOT NULL, vector BLOB);
    CREATE INDEX quotes_by_article ON quotes (article);
    CREATE INDEX quotes_by_speaker ON quotes (speaker);
    CREATE VIRTUAL TABLE said USING fts5 (words, tokenize='porter unicode61 remove_diacritics 2');
    CREATE TRIGGER quote_gone AFTER DELETE ON quotes BEGIN
        DELETE FROM said WHERE rowid = old.number;
        INSERT OR IGNORE INTO stale VALUES (old.id);
    END;
    """,
    """
    DROP INDEX quotes_by_speaker;
    CREATE INDEX quotes_by_speaker ON quotes (speaker, article, id);
    """,
    # embedded once more, this time with their sentences; until then they are pending
    """
    ALTER TABLE chunks ADD COLUMN sentences BLOB;
    UPDATE chunks SET vector = NULL;
    UPDATE articles SET state = 'pending' WHERE state = 'ready';
    """,
    # which reader read an article's statements; NULL is one from before there were versions
    """
    ALTER TABLE articles ADD COLUMN reader TEXT;
    CREATE INDEX articles_by_reader ON articles (state, in_ledger, reader);
    """,
)

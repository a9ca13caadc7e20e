"""Rows of a database of schema 1, as they were when schema 1 was new: never edited, whatever comes later."""

SCHEMA = """
CREATE TABLE images (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'offered',
    offered_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    due_at TEXT,                               -- when it may be worked on; NULL at the end of the journey
    attempts INTEGER NOT NULL DEFAULT 0,
    in_flight INTEGER NOT NULL DEFAULT 0,      -- 1: claimed with others, 2: claimed alone
    suspect INTEGER NOT NULL DEFAULT 0,        -- was in flight when the process died
    crashes INTEGER NOT NULL DEFAULT 0,        -- deaths of the process while it alone was in flight
    reason TEXT NOT NULL DEFAULT '',
    licence TEXT NOT NULL DEFAULT '',
    credit TEXT NOT NULL DEFAULT '',
    truth TEXT,
    observed_at TEXT,
    ra_deg REAL,
    dec_deg REAL,
    error_arcsec REAL,
    pixel_scale_arcsec REAL,
    bands TEXT NOT NULL DEFAULT '[]',
    sha256 TEXT,
    size_bytes INTEGER,
    has_blob INTEGER NOT NULL DEFAULT 0,
    etag TEXT,
    last_modified TEXT,
    duplicate_of INTEGER REFERENCES images(id),
    media_type TEXT,
    width INTEGER,
    height INTEGER,
    flags INTEGER NOT NULL DEFAULT 0,
    phash INTEGER,
    near_duplicate_of INTEGER REFERENCES images(id),
    decision TEXT,                             -- from here on: what the candidate list shows and sorts by
    sigma REAL,
    oddness REAL,                              -- minus the p-value, so that one direction sorts all
    found_at TEXT,
    extrapolated INTEGER NOT NULL DEFAULT 0,
    why TEXT NOT NULL DEFAULT '[]',
    catalogue TEXT NOT NULL DEFAULT 'not_asked',
    catalogue_words TEXT NOT NULL DEFAULT '',
    asked_at TEXT NOT NULL DEFAULT '',
    label TEXT,
    reviewer TEXT,
    interest INTEGER,
    UNIQUE (source, key)
);
CREATE UNIQUE INDEX images_sha256 ON images(sha256) WHERE duplicate_of IS NULL AND sha256 IS NOT NULL;
CREATE INDEX images_duplicates ON images(duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX images_due ON images(state, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX images_due_of_source ON images(state, source, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX images_in_flight ON images(in_flight) WHERE in_flight > 0;
CREATE INDEX images_in_state ON images(state, id, source);
CREATE INDEX images_by_sigma ON images(decision, sigma, oddness, id, source, label, catalogue, key)
    WHERE decision IS NOT NULL;
CREATE INDEX images_by_found ON images(decision, found_at, id, source, label, catalogue, sigma, key)
    WHERE decision IS NOT NULL;
CREATE INDEX labelled_by_sigma ON images(decision, sigma, oddness, id, source, label, catalogue, key)
    WHERE label IS NOT NULL AND decision IS NOT NULL;
CREATE INDEX labelled_by_found ON images(decision, found_at, id, source, label, catalogue, sigma, key)
    WHERE label IS NOT NULL AND decision IS NOT NULL;
CREATE INDEX images_open_questions ON images(catalogue, asked_at, id)
    WHERE decision IN ('anomaly', 'near_miss');
CREATE INDEX images_removable ON images(changed_at, id)
    WHERE decision = 'normal' AND label IS NULL AND has_blob = 1 AND state = 'done';

CREATE VIRTUAL TABLE sky USING rtree(image_id, x0, x1, y0, y1, z0, z1);
CREATE TABLE fingerprint_bands (
    band INTEGER NOT NULL,
    word INTEGER NOT NULL,
    image_id INTEGER NOT NULL REFERENCES images(id),
    phash INTEGER NOT NULL,
    PRIMARY KEY (band, word, image_id)
) WITHOUT ROWID;

CREATE TABLE class_sets (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE);
CREATE TABLE analyses (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,    -- grows with every change; the vector index follows it
    image_id INTEGER NOT NULL UNIQUE REFERENCES images(id),
    source TEXT NOT NULL,
    model_id TEXT NOT NULL,
    in_index INTEGER NOT NULL DEFAULT 1,
    class_set INTEGER NOT NULL REFERENCES class_sets(id),
    embedding BLOB NOT NULL,
    logits BLOB NOT NULL,
    heads TEXT NOT NULL,
    morphology BLOB NOT NULL,
    morphology_flags INTEGER NOT NULL
);
CREATE INDEX analyses_of_source ON analyses(source, model_id, image_id);
CREATE INDEX analyses_in_index ON analyses(model_id, in_index, image_id);

CREATE TABLE verdicts (
    image_id INTEGER PRIMARY KEY REFERENCES images(id),
    decision TEXT NOT NULL,
    p_value REAL NOT NULL,
    sigma REAL NOT NULL,
    extrapolated INTEGER NOT NULL,
    scores TEXT NOT NULL,
    p_values TEXT NOT NULL,
    votes INTEGER NOT NULL,
    budget_per_1000 REAL NOT NULL,
    state_id TEXT NOT NULL,
    in_calibration INTEGER NOT NULL,
    judged_at TEXT NOT NULL
);
CREATE TABLE verdict_history (
    id INTEGER PRIMARY KEY,
    image_id INTEGER NOT NULL REFERENCES images(id),
    decision TEXT NOT NULL,
    p_value REAL NOT NULL,
    sigma REAL NOT NULL,
    budget_per_1000 REAL NOT NULL,
    state_id TEXT NOT NULL,
    judged_at TEXT NOT NULL
);
CREATE INDEX verdict_history_of_image ON verdict_history(image_id);

CREATE TABLE catalog_answers (
    image_id INTEGER NOT NULL REFERENCES images(id),
    catalogue TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    radius_arcsec REAL NOT NULL,
    asked_at TEXT NOT NULL,
    matches TEXT NOT NULL,
    PRIMARY KEY (image_id, catalogue)
) WITHOUT ROWID;
CREATE TABLE catalog_cache (
    catalogue TEXT NOT NULL,
    cell TEXT NOT NULL,
    stored_at TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (catalogue, cell)
) WITHOUT ROWID;
CREATE INDEX catalog_cache_age ON catalog_cache(stored_at);

CREATE TABLE labels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    image_id INTEGER NOT NULL REFERENCES images(id),
    value TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    made_at TEXT NOT NULL,
    interest INTEGER,
    note TEXT NOT NULL,
    withdrawn_at TEXT,
    checksum TEXT NOT NULL,
    UNIQUE (image_id, reviewer, made_at, value)
);
CREATE TRIGGER labels_never_deleted BEFORE DELETE ON labels BEGIN
    SELECT RAISE(ABORT, 'labels are append-only; withdraw the label instead');
END;
CREATE TRIGGER labels_never_changed BEFORE UPDATE ON labels
WHEN OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR NEW.id <> OLD.id
    OR NEW.image_id <> OLD.image_id OR NEW.value <> OLD.value OR NEW.reviewer <> OLD.reviewer
    OR NEW.made_at <> OLD.made_at OR NEW.interest IS NOT OLD.interest OR NEW.note <> OLD.note BEGIN
    SELECT RAISE(ABORT, 'labels are append-only; only a first withdrawal may be written');
END;

CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    image_id INTEGER,
    payload TEXT NOT NULL
);
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL, changed_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE detector_states (
    id INTEGER PRIMARY KEY,
    state_id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    model_id TEXT NOT NULL,
    fitted INTEGER NOT NULL,
    calibrated INTEGER NOT NULL,
    blob BLOB NOT NULL,
    made_at TEXT NOT NULL
);
CREATE INDEX detector_states_of_source ON detector_states(source, model_id, id);

CREATE TABLE state_counts (
    source TEXT NOT NULL, state TEXT NOT NULL, images INTEGER NOT NULL,
    PRIMARY KEY (source, state)
) WITHOUT ROWID;
CREATE TABLE activity (
    hour TEXT NOT NULL, source TEXT NOT NULL, state TEXT NOT NULL, images INTEGER NOT NULL,
    PRIMARY KEY (hour, source, state)
) WITHOUT ROWID;
CREATE TABLE tallies (
    decision TEXT NOT NULL, source TEXT NOT NULL, label TEXT NOT NULL, catalogue TEXT NOT NULL,
    images INTEGER NOT NULL,
    PRIMARY KEY (decision, source, label, catalogue)
) WITHOUT ROWID;
CREATE TRIGGER images_offered AFTER INSERT ON images BEGIN
    INSERT INTO state_counts VALUES (NEW.source, NEW.state, 1)
        ON CONFLICT DO UPDATE SET images = images + 1;
    INSERT INTO activity VALUES (substr(NEW.changed_at, 1, 13), NEW.source, NEW.state, 1)
        ON CONFLICT DO UPDATE SET images = images + 1;
END;
CREATE TRIGGER images_advanced AFTER UPDATE OF state ON images WHEN OLD.state <> NEW.state BEGIN
    UPDATE state_counts SET images = images - 1 WHERE source = OLD.source AND state = OLD.state;
    INSERT INTO state_counts VALUES (NEW.source, NEW.state, 1)
        ON CONFLICT DO UPDATE SET images = images + 1;
    INSERT INTO activity VALUES (substr(NEW.changed_at, 1, 13), NEW.source, NEW.state, 1)
        ON CONFLICT DO UPDATE SET images = images + 1;
END;
CREATE TRIGGER images_tallied AFTER UPDATE OF decision, label, catalogue ON images
WHEN NEW.decision IS NOT OLD.decision OR NEW.label IS NOT OLD.label OR NEW.catalogue IS NOT OLD.catalogue BEGIN
    UPDATE tallies SET images = images - 1 WHERE decision = OLD.decision AND source = OLD.source
        AND label = ifnull(OLD.label, '') AND catalogue = OLD.catalogue;
    INSERT INTO tallies SELECT NEW.decision, NEW.source, ifnull(NEW.label, ''), NEW.catalogue, 1
        WHERE NEW.decision IS NOT NULL
        ON CONFLICT DO UPDATE SET images = images + 1;
END;
"""

ROWS = """
INSERT INTO images (id, source, key, url, state, offered_at, changed_at, due_at, ra_deg, dec_deg, error_arcsec,
    sha256, size_bytes, has_blob, media_type, width, height, phash)
VALUES (1, 'sdss', 'a', 'https://example.org/a', 'analysed', '2026-11-21T00:00:00.000Z',
    '2026-11-21T00:00:00.000Z', '2026-11-21T00:00:00.000Z', 10.0, 20.0, 0.1,
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 10, 1, 'image/png', 64, 64, 5);
INSERT INTO images (id, source, key, url, offered_at, changed_at, due_at)
VALUES (2, 'sdss', 'b', 'https://example.org/b', '2026-11-21T00:00:00.000Z', '2026-11-21T00:00:00.000Z',
    '2026-11-21T00:00:00.000Z');
UPDATE images SET state = 'judged', decision = 'anomaly', sigma = 4.0, oddness = -0.001,
    found_at = '2026-11-21T01:00:00.000Z', changed_at = '2026-11-21T01:00:00.000Z' WHERE id = 1;
INSERT INTO class_sets (id, names) VALUES (1, '["smooth", "disk"]');
INSERT INTO analyses (image_id, source, model_id, class_set, embedding, logits, heads, morphology, morphology_flags)
VALUES (1, 'sdss', 'model-1', 1, x'0000803f00000040', x'000000000000803f', '{"pair": 0.5}', zeroblob(120), 0);
INSERT INTO verdicts VALUES (1, 'anomaly', 0.001, 4.0, 0, '{"msp": 0.5}', '{"msp": 0.01}', 1, 2.0, 's', 0,
    '2026-11-21T01:00:00.000Z');
INSERT INTO labels (id, image_id, value, reviewer, made_at, interest, note, checksum)
VALUES (1, 1, 'anomaly', 'vera', '2026-11-21T02:00:00.000Z', 5, 'arc', 'ef1daac4ae1d7acc38f987d94d83104b');
UPDATE images SET label = 'anomaly', reviewer = 'vera', interest = 5 WHERE id = 1;
INSERT INTO events (sequence, kind, at, image_id, payload) VALUES (7, 'finding', '2026-11-21T01:00:00.000Z', 1, '{}');
INSERT INTO state VALUES ('cursor/sdss', '{"page": 3}', '2026-11-21T01:00:00.000Z');
"""

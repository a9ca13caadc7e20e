"""The ninth schema step: which encoder is in use since when, on what evidence; pictures counted by encoder."""

SCHEMA_9 = """
CREATE TABLE comparisons (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL,
    model_id TEXT NOT NULL,
    former TEXT NOT NULL,
    former_id TEXT NOT NULL,
    odd INTEGER NOT NULL,
    normals INTEGER NOT NULL,
    auroc REAL,
    former_auroc REAL,
    low REAL,                                  -- of the difference, with `high`: 95 %
    high REAL,
    outcome TEXT NOT NULL,
    made_at TEXT NOT NULL,
    pictures TEXT NOT NULL                     -- SHA-256 of the list of test pictures
);
CREATE INDEX comparisons_of_pair ON comparisons(former_id, model_id, id);
CREATE TABLE promotions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at TEXT NOT NULL,
    kind TEXT NOT NULL,                        -- promoted, rolled_back or configured
    model TEXT NOT NULL,
    model_id TEXT NOT NULL,
    former TEXT NOT NULL,
    former_id TEXT NOT NULL,
    configured TEXT NOT NULL,                  -- what analyse.model read then
    said_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    comparison INTEGER REFERENCES comparisons(id)
);
CREATE TRIGGER promotions_never_deleted BEFORE DELETE ON promotions BEGIN
    SELECT RAISE(ABORT, 'promotions are append-only');
END;
CREATE TRIGGER promotions_never_changed BEFORE UPDATE ON promotions BEGIN
    SELECT RAISE(ABORT, 'promotions are append-only');
END;

-- what is asked often, so that nobody reads through a state's large blob to the columns behind it
CREATE INDEX detector_states_briefly ON detector_states(source, model_id, id, state_id, fitted, calibrated, made_at);

CREATE TABLE model_counts (
    source TEXT NOT NULL, model_id TEXT NOT NULL, images INTEGER NOT NULL,
    PRIMARY KEY (source, model_id)
) WITHOUT ROWID;
INSERT INTO model_counts SELECT source, model_id, count(*) FROM analyses GROUP BY source, model_id;
CREATE TRIGGER analyses_counted AFTER INSERT ON analyses BEGIN
    INSERT INTO model_counts VALUES (NEW.source, NEW.model_id, 1)
        ON CONFLICT DO UPDATE SET images = images + 1;
END;
CREATE TRIGGER analyses_gone AFTER DELETE ON analyses BEGIN
    UPDATE model_counts SET images = images - 1 WHERE source = OLD.source AND model_id = OLD.model_id;
END;
"""

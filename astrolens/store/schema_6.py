"""The sixth schema step: why a person was asked, remarks, and a history of steps to go back and forth in."""

SCHEMA_6 = """
ALTER TABLE labels ADD COLUMN asked_because TEXT NOT NULL DEFAULT 'chosen';   -- how the picture came before that person
DROP TRIGGER labels_never_changed;
CREATE TRIGGER labels_never_changed BEFORE UPDATE ON labels
WHEN OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR NEW.id <> OLD.id
    OR NEW.image_id <> OLD.image_id OR NEW.value <> OLD.value OR NEW.reviewer <> OLD.reviewer
    OR NEW.made_at <> OLD.made_at OR NEW.interest IS NOT OLD.interest OR NEW.note <> OLD.note
    OR NEW.asked_because <> OLD.asked_because BEGIN
    SELECT RAISE(ABORT, 'labels are append-only; only a first withdrawal may be written');
END;
CREATE INDEX labels_of_reviewer ON labels(reviewer, made_at) WHERE withdrawn_at IS NULL;

CREATE TABLE remarks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    image_id INTEGER NOT NULL REFERENCES images(id),
    kind TEXT NOT NULL,                        -- tag or note
    words TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    made_at TEXT NOT NULL,
    withdrawn_at TEXT
);
CREATE INDEX remarks_of_image ON remarks(image_id, id);
CREATE TRIGGER remarks_never_deleted BEFORE DELETE ON remarks BEGIN
    SELECT RAISE(ABORT, 'remarks are append-only; withdraw the remark instead');
END;
CREATE TRIGGER remarks_never_changed BEFORE UPDATE ON remarks
WHEN OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR NEW.id <> OLD.id
    OR NEW.image_id <> OLD.image_id OR NEW.kind <> OLD.kind OR NEW.words <> OLD.words
    OR NEW.reviewer <> OLD.reviewer OR NEW.made_at <> OLD.made_at BEGIN
    SELECT RAISE(ABORT, 'remarks are append-only; only a first withdrawal may be written');
END;

CREATE TABLE review_steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reviewer TEXT NOT NULL,
    state TEXT NOT NULL,                       -- done, undone, or cut: another step was made instead of a redo
    changed_at TEXT NOT NULL
);
CREATE INDEX review_steps_of_reviewer ON review_steps(reviewer, state, id);
CREATE TABLE review_step_parts (
    step_id INTEGER NOT NULL REFERENCES review_steps(id),
    place INTEGER NOT NULL,
    part TEXT NOT NULL,                        -- label or remark
    row_id INTEGER NOT NULL,                   -- the newest row: a redo writes another one
    PRIMARY KEY (step_id, place)
) WITHOUT ROWID;
"""

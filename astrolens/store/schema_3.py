"""The third schema step: findings that wait to be told, and the encoder that a verdict rests on."""

SCHEMA_3 = """
CREATE TABLE announcements (
    image_id INTEGER PRIMARY KEY REFERENCES images(id),
    due_at TEXT,                               -- since when it waits to be told; NULL: it was told
    event INTEGER                              -- sequence of its one event 'finding'; NULL: not yet written
);
CREATE INDEX announcements_due ON announcements(due_at, image_id) WHERE due_at IS NOT NULL;
INSERT INTO announcements (image_id, due_at, event)
    SELECT id, NULL, 0 FROM images WHERE decision = 'anomaly' AND state = 'done';
INSERT INTO announcements (image_id, due_at, event)
    SELECT id, changed_at, NULL FROM images WHERE decision = 'anomaly' AND state = 'judged';
ALTER TABLE verdicts ADD COLUMN model_id TEXT NOT NULL DEFAULT '';
UPDATE verdicts SET model_id = ifnull(
    (SELECT model_id FROM analyses WHERE analyses.image_id = verdicts.image_id), '');
"""

"""The second schema step: what a night has seen, and which rule held a picture back."""

SCHEMA_2 = """
CREATE TABLE nights (
    night TEXT PRIMARY KEY,                    -- date of the evening, UTC noon to noon
    judged INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE night_pictures (
    image_id INTEGER PRIMARY KEY REFERENCES images(id),
    night TEXT NOT NULL,
    p_value REAL NOT NULL,
    online INTEGER NOT NULL                    -- 1: the stream's rule let it pass when it came
);
CREATE INDEX night_pictures_of_night ON night_pictures(night, p_value);
ALTER TABLE verdicts ADD COLUMN held_by TEXT NOT NULL DEFAULT '';
"""

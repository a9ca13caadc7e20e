"""The fourth schema step: words of language models, apart from everything that decides."""

SCHEMA_4 = """
CREATE TABLE descriptions (
    id INTEGER PRIMARY KEY,
    image_id INTEGER NOT NULL REFERENCES images(id),
    words TEXT NOT NULL,
    features TEXT NOT NULL,
    suggested TEXT,
    confidence REAL,
    reason TEXT NOT NULL,                      -- why there are no words; '' when there are
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    prompt_version TEXT NOT NULL,
    made_at TEXT NOT NULL
);
CREATE INDEX descriptions_of_image ON descriptions(image_id, id);
CREATE INDEX descriptions_by_time ON descriptions(made_at);
"""

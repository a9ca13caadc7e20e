"""The eighth schema step: indexes for findings sorted by source, by what catalogues say, and by label, and for filters."""

SCHEMA_8 = """
ALTER TABLE images ADD COLUMN label_or_last TEXT GENERATED ALWAYS AS (ifnull(label, '~')) VIRTUAL;
CREATE INDEX findings_by_sigma ON images(decision, sigma, oddness, id, source, label, catalogue, key, found_at,
    catalogue_words, interest, ra_deg, dec_deg, why)   -- all that a filter looks at, so that it reads nothing else
    WHERE decision IN ('anomaly', 'near_miss');
CREATE INDEX findings_by_source ON images(decision, source, sigma DESC, oddness DESC, id DESC)
    WHERE decision IN ('anomaly', 'near_miss');
CREATE INDEX findings_by_catalogue ON images(decision, catalogue, sigma DESC, oddness DESC, id DESC)
    WHERE decision IN ('anomaly', 'near_miss');
CREATE INDEX findings_by_label ON images(decision, label_or_last, sigma DESC, oddness DESC, id DESC)
    WHERE decision IN ('anomaly', 'near_miss');
CREATE INDEX remarks_by_kind ON remarks(kind, image_id) WHERE withdrawn_at IS NULL;
"""

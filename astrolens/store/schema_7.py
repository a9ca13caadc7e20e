"""The seventh schema step: where on the sky pictures were judged, counted area by area."""

SCHEMA_7 = """
ALTER TABLE images ADD COLUMN area INTEGER GENERATED ALWAYS AS (
    72 * min(35, max(0, CAST((dec_deg + 90.0) / 5.0 AS INTEGER))) + min(71, max(0, CAST(ra_deg / 5.0 AS INTEGER)))
) VIRTUAL;                                         -- 5 by 5 degrees; NULL without a position
CREATE INDEX images_by_area ON images(area, decision, sigma, oddness, id)
    WHERE decision IN ('anomaly', 'near_miss') AND area IS NOT NULL;
CREATE TABLE sky_counts (
    area INTEGER NOT NULL, decision TEXT NOT NULL, images INTEGER NOT NULL,
    PRIMARY KEY (area, decision)
) WITHOUT ROWID;
INSERT INTO sky_counts SELECT area, decision, count(*) FROM images
    WHERE decision IS NOT NULL AND area IS NOT NULL GROUP BY area, decision;
CREATE TRIGGER images_on_the_map AFTER UPDATE OF decision, ra_deg, dec_deg ON images
WHEN NEW.decision IS NOT OLD.decision OR NEW.area IS NOT OLD.area BEGIN
    UPDATE sky_counts SET images = images - 1 WHERE area = OLD.area AND decision = OLD.decision;
    INSERT INTO sky_counts SELECT NEW.area, NEW.decision, 1
        WHERE NEW.decision IS NOT NULL AND NEW.area IS NOT NULL
        ON CONFLICT DO UPDATE SET images = images + 1;
END;
"""

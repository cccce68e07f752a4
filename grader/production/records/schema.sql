-- The log of runs. SQLite (3.23 or later) and PostgreSQL read this file alike.

CREATE TABLE runs (
    run       TEXT PRIMARY KEY,
    framework TEXT NOT NULL CHECK (framework IN ('torch', 'tensorflow')),
    version   TEXT NOT NULL,      -- of the framework
    code      TEXT NOT NULL,      -- the commit, or a version
    data      TEXT NOT NULL,      -- fingerprint of images and labels
    seed      INTEGER NOT NULL,
    started   TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Every setting that was in force, whether or not somebody wrote it down.
CREATE TABLE settings (
    run      TEXT NOT NULL REFERENCES runs,
    place    TEXT NOT NULL,       -- optimizer, conv1, norm1, ...
    name     TEXT NOT NULL,       -- learning_rate, epsilon, ...
    value    TEXT NOT NULL,
    number   DOUBLE PRECISION,    -- the value, where it is a number
    explicit BOOLEAN NOT NULL,    -- did somebody write it?
    PRIMARY KEY (run, place, name)
);

CREATE TABLE metrics (
    run   TEXT NOT NULL REFERENCES runs,
    step  INTEGER NOT NULL CHECK (step >= 0),
    name  TEXT NOT NULL,
    value DOUBLE PRECISION,       -- NULL: not a number
    PRIMARY KEY (run, name, step)
);

-- What differs between two runs. A setting that only one of them has is a difference.
-- Numbers are equal if float32 can't tell them apart.
CREATE VIEW differences AS
SELECT a.run AS left_run, b.run AS right_run, known.place, known.name,
       l.value AS left_value, r.value AS right_value,
       l.explicit AS left_explicit, r.explicit AS right_explicit
FROM runs AS a
JOIN runs AS b ON a.run <> b.run
JOIN (SELECT DISTINCT run, place, name FROM settings) AS known
    ON known.run = a.run
    OR (known.run = b.run AND NOT EXISTS (
            SELECT 1 FROM settings AS s
            WHERE s.run = a.run AND s.place = known.place AND s.name = known.name))
LEFT JOIN settings AS l
    ON l.run = a.run AND l.place = known.place AND l.name = known.name
LEFT JOIN settings AS r
    ON r.run = b.run AND r.place = known.place AND r.name = known.name
WHERE l.value IS NULL
   OR r.value IS NULL
   OR CASE WHEN l.number IS NOT NULL AND r.number IS NOT NULL
           THEN ABS(l.number - r.number) > 1e-6 * (ABS(l.number) + ABS(r.number))
           ELSE l.value <> r.value END;

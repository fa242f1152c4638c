-- +goose Up

-- Imports of films and how far each has come. What is imported is an object beside them.
CREATE TABLE film_imports (
    id          TEXT      NOT NULL PRIMARY KEY,
    source      TEXT      NOT NULL,
    status      TEXT      NOT NULL,
    total       INTEGER   NOT NULL DEFAULT 0,
    done        INTEGER   NOT NULL DEFAULT 0,
    created     INTEGER   NOT NULL DEFAULT 0,
    changed     INTEGER   NOT NULL DEFAULT 0,
    unchanged   INTEGER   NOT NULL DEFAULT 0,
    failed      INTEGER   NOT NULL DEFAULT 0,
    problems    TEXT      NOT NULL DEFAULT '[]', -- JSON
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL,
    finished_at TIMESTAMP
);
CREATE INDEX film_imports_by_created ON film_imports (created_at, id);

-- +goose Down

DROP TABLE film_imports;

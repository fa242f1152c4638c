-- +goose Up

-- The processes that encode, for as long as they say so. One that lacks room leaves its work to
-- those that have some.
CREATE TABLE workers (
    owner      TEXT        NOT NULL PRIMARY KEY,
    here_until TIMESTAMP NOT NULL,
    lacks_room BOOLEAN     NOT NULL
);

-- +goose Down
DROP TABLE workers;

-- +goose Up

-- Whether the parts of an upload go straight to the store, past this server.
ALTER TABLE uploads ADD COLUMN direct BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down

ALTER TABLE uploads DROP COLUMN direct;

-- +goose Up

-- What a picture is encoded with, when it is not H.264: such a rendition is made after all
-- else, and a film is ready without it.
ALTER TABLE renditions ADD COLUMN codec TEXT NOT NULL DEFAULT '';

-- +goose Down

DELETE FROM renditions WHERE codec <> '';
ALTER TABLE renditions DROP COLUMN codec;

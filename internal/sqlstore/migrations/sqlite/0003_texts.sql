-- +goose Up

-- Subtitles of a video: each a WebVTT file named by its id. A number is given out once, so
-- that what is kept of a file anywhere is never another's.
CREATE TABLE subtitles (
    video_id   TEXT      NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    id         TEXT      NOT NULL,
    number     INTEGER   NOT NULL,
    language   TEXT      NOT NULL,
    label      TEXT      NOT NULL,
    is_default BOOLEAN   NOT NULL,
    forced     BOOLEAN   NOT NULL,
    sdh        BOOLEAN   NOT NULL,
    added      BOOLEAN   NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (video_id, id)
);

CREATE TABLE chapters (
    video_id      TEXT             NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    number        INTEGER          NOT NULL,
    title         TEXT             NOT NULL,
    start_seconds DOUBLE PRECISION NOT NULL,
    end_seconds   DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (video_id, number)
);

ALTER TABLE videos ADD COLUMN texts_read BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE videos ADD COLUMN subtitle_numbers INTEGER NOT NULL DEFAULT 0; -- given out so far

-- +goose Down
ALTER TABLE videos DROP COLUMN subtitle_numbers;
ALTER TABLE videos DROP COLUMN texts_read;
DROP TABLE chapters;
DROP TABLE subtitles;

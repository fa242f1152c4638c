-- +goose Up

-- What of a video's source could not be used, though a film was made of it.
CREATE TABLE video_marks (
    video_id TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    code     TEXT NOT NULL,
    detail   TEXT NOT NULL,
    PRIMARY KEY (video_id, code)
);

-- +goose Down

DROP TABLE video_marks;

-- +goose Up

-- What happened in each playing of a video. began_at and seen alone are looked for: what a
-- player sends again and again changes neither.
CREATE TABLE playings (
    video_id   TEXT        NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    profile_id TEXT        NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    session_id TEXT        NOT NULL,
    user_id    TEXT        NOT NULL, -- whose profile it is
    began_at   TIMESTAMPTZ NOT NULL,
    seen       BOOLEAN     NOT NULL, -- any of it was watched
    parts      TEXT        NOT NULL, -- 100 digits, or none
    events     TEXT        NOT NULL,
    PRIMARY KEY (video_id, profile_id, session_id)
);
CREATE INDEX playings_by_latest ON playings (video_id, began_at) WHERE seen;
CREATE INDEX playings_by_profile ON playings (profile_id);
CREATE INDEX playings_by_began ON playings (began_at);

-- How often each video was watched, ever: of playings that are no longer kept, too.
CREATE TABLE watched_videos (
    video_id TEXT   NOT NULL PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
    viewers  BIGINT NOT NULL,
    playings BIGINT NOT NULL
);
CREATE INDEX watched_videos_by_viewers ON watched_videos (viewers, video_id);

-- +goose Down

DROP TABLE watched_videos;
DROP TABLE playings;

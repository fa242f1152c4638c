-- +goose Up

-- How far each device came in each video, for a profile: the rows that watch joins. A profile is
-- one user's, so the key is that of user, profile, video and device. The era is that in which
-- the position is; session_id and counter are of what reported last. device_id is '' of what was
-- done away from a player. last_updated changes with every report; what history is walked down
-- by is its hour (since 1970), so that a report every few seconds touches no index.
CREATE TABLE watch_history (
    user_id           TEXT             NOT NULL,
    profile_id        TEXT             NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    video_id          TEXT             NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    device_id         TEXT             NOT NULL,
    timestamp_seconds DOUBLE PRECISION NOT NULL,
    duration_seconds  DOUBLE PRECISION NOT NULL,
    last_updated      TIMESTAMP        NOT NULL,
    last_hour         BIGINT           NOT NULL,
    era_at            BIGINT           NOT NULL, -- milliseconds since 1970
    era_by            TEXT             NOT NULL,
    kind              TEXT             NOT NULL CHECK (kind IN ('watching', 'removed', 'forgotten')),
    device            TEXT             NOT NULL,
    session_id        TEXT             NOT NULL,
    counter           BIGINT           NOT NULL,
    PRIMARY KEY (profile_id, video_id, device_id)
);
CREATE INDEX watch_history_by_hour ON watch_history (profile_id, last_hour) WHERE kind <> 'forgotten';
CREATE INDEX watch_history_by_video ON watch_history (video_id);

-- +goose Down

DROP TABLE watch_history;

-- +goose Up

-- People. Whoever acts does so as a user, through a profile, in a session; rows made on
-- somebody's behalf carry all three.
CREATE TABLE users (
    id                    TEXT      NOT NULL PRIMARY KEY,
    email                 TEXT      NOT NULL UNIQUE,
    password_hash         TEXT      NOT NULL,
    role                  TEXT      NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    refresh_token_version INTEGER   NOT NULL DEFAULT 0,
    created_at            TIMESTAMP NOT NULL,
    updated_at            TIMESTAMP NOT NULL
);

CREATE TABLE profiles (
    id         TEXT      NOT NULL PRIMARY KEY,
    user_id    TEXT      NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT      NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX profiles_by_user ON profiles (user_id);

CREATE TABLE sessions (
    id         TEXT      NOT NULL PRIMARY KEY,
    user_id    TEXT      NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    profile_id TEXT      NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    token_hash TEXT      NOT NULL UNIQUE,
    device     TEXT      NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Signing keys and one-time tokens, wrapped by the keeper of KK_KEYS_URL.
CREATE TABLE secrets (
    name       TEXT      NOT NULL PRIMARY KEY,
    wrapped    BLOB      NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- What is watchable, or on its way there.
CREATE TABLE videos (
    id               TEXT             NOT NULL PRIMARY KEY,
    tmdb_id          BIGINT           UNIQUE,
    title            TEXT             NOT NULL,
    hls_url          TEXT,
    status           TEXT             NOT NULL CHECK (status IN ('uploading', 'processing', 'ready', 'failed')),
    duration_seconds DOUBLE PRECISION,
    created_at       TIMESTAMP        NOT NULL,
    updated_at       TIMESTAMP        NOT NULL,
    user_id          TEXT             NOT NULL,
    profile_id       TEXT             NOT NULL,
    session_id       TEXT             NOT NULL,
    playable         BOOLEAN          NOT NULL DEFAULT FALSE,
    width            INTEGER          NOT NULL DEFAULT 0,
    height           INTEGER          NOT NULL DEFAULT 0,
    source_bytes     BIGINT           NOT NULL DEFAULT 0,
    credit           TEXT             NOT NULL DEFAULT '',
    blur_hash        TEXT             NOT NULL DEFAULT '',
    still_key        TEXT             NOT NULL DEFAULT '',
    poster_key       TEXT             NOT NULL DEFAULT '',
    pictures         TEXT             NOT NULL DEFAULT '',
    error_code       TEXT             NOT NULL DEFAULT '',
    error_detail     TEXT             NOT NULL DEFAULT ''
);
CREATE INDEX videos_by_status ON videos (status);
CREATE INDEX videos_by_created ON videos (created_at, id);

-- Resumable uploads, and the immutable source each one becomes.
CREATE TABLE uploads (
    id            TEXT      NOT NULL PRIMARY KEY,
    video_id      TEXT      NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    user_id       TEXT      NOT NULL,
    profile_id    TEXT      NOT NULL,
    session_id    TEXT      NOT NULL,
    file_name     TEXT      NOT NULL,
    last_modified BIGINT    NOT NULL,
    size          BIGINT    NOT NULL,
    part_size     BIGINT    NOT NULL,
    blob_upload   TEXT      NOT NULL,
    status        TEXT      NOT NULL CHECK (status IN ('open', 'complete')),
    created_at    TIMESTAMP NOT NULL,
    expires_at    TIMESTAMP NOT NULL
);
CREATE INDEX uploads_by_video ON uploads (video_id);
CREATE INDEX uploads_by_user ON uploads (user_id, status);
CREATE INDEX uploads_by_expiry ON uploads (status, expires_at);

CREATE TABLE upload_parts (
    upload_id   TEXT      NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    number      INTEGER   NOT NULL,
    size        BIGINT    NOT NULL,
    digest      TEXT      NOT NULL,
    received_at TIMESTAMP NOT NULL,
    PRIMARY KEY (upload_id, number)
);

CREATE TABLE sources (
    id           TEXT      NOT NULL PRIMARY KEY,
    video_id     TEXT      NOT NULL UNIQUE REFERENCES videos (id) ON DELETE CASCADE,
    blob_key     TEXT      NOT NULL,
    encode_key   TEXT      NOT NULL DEFAULT '', -- of the remux, when the source has no index
    size         BIGINT    NOT NULL,
    part_digests TEXT      NOT NULL,
    sha256       TEXT,
    created_at   TIMESTAMP NOT NULL
);

-- The pipeline's memory of a video: its plan, the renditions being made, and the work.
CREATE TABLE plans (
    video_id   TEXT      NOT NULL PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
    report     TEXT      NOT NULL,
    plan       TEXT      NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE renditions (
    video_id          TEXT    NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    id                TEXT    NOT NULL,
    position          INTEGER NOT NULL,
    kind              TEXT    NOT NULL,
    width             INTEGER NOT NULL,
    height            INTEGER NOT NULL,
    language          TEXT    NOT NULL,
    codecs            TEXT    NOT NULL,
    bandwidth         BIGINT  NOT NULL,
    segments          INTEGER NOT NULL,
    segments_done     INTEGER NOT NULL DEFAULT 0,
    whole             BOOLEAN NOT NULL DEFAULT FALSE,
    peak_bandwidth    BIGINT  NOT NULL DEFAULT 0,
    average_bandwidth BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (video_id, id)
);

CREATE TABLE encode_tasks (
    video_id    TEXT             NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    seq         INTEGER          NOT NULL,
    lane        INTEGER          NOT NULL,
    task        TEXT             NOT NULL,
    status      TEXT             NOT NULL CHECK (status IN ('queued', 'leased', 'done')),
    attempts    INTEGER          NOT NULL DEFAULT 0,
    lease_owner TEXT             NOT NULL DEFAULT '',
    lease_until TIMESTAMP,
    progress    DOUBLE PRECISION NOT NULL DEFAULT 0,
    result      TEXT             NOT NULL DEFAULT '',
    queued_at   TIMESTAMP        NOT NULL,
    PRIMARY KEY (video_id, seq)
);
CREATE INDEX encode_tasks_to_take ON encode_tasks (status, lane, queued_at, video_id, seq);

-- +goose Down
DROP TABLE encode_tasks;
DROP TABLE renditions;
DROP TABLE plans;
DROP TABLE sources;
DROP TABLE upload_parts;
DROP TABLE uploads;
DROP TABLE videos;
DROP TABLE secrets;
DROP TABLE sessions;
DROP TABLE profiles;
DROP TABLE users;

-- +goose Up

-- A session is one sign-in on one device. It is kept alive by refresh tokens, of which each
-- is used once, and ends with its row. Sessions of before had one token for all their life:
-- they end here, and people sign in once more.
DROP TABLE sessions;

CREATE TABLE sessions (
    id         TEXT      NOT NULL PRIMARY KEY,
    user_id    TEXT      NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    profile_id TEXT      NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    epoch      INTEGER   NOT NULL, -- users.refresh_token_version when it began; counts for nothing once that is another
    device     TEXT      NOT NULL,
    address    TEXT      NOT NULL, -- from which it was seen last
    created_at TIMESTAMP NOT NULL,
    seen_at    TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Used tokens stay until they would have expired: one that comes again was stolen, or its
-- successor was.
CREATE TABLE refresh_tokens (
    token_hash TEXT      NOT NULL PRIMARY KEY,
    session_id TEXT      NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    expires_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id, expires_at);

-- What access tokens are signed with, wrapped by the keeper of KK_KEYS_URL.
CREATE TABLE signing_keys (
    number     INTEGER   NOT NULL PRIMARY KEY,
    id         TEXT      NOT NULL UNIQUE,
    wrapped    BLOB      NOT NULL,
    created_at TIMESTAMP NOT NULL,
    signs_from TIMESTAMP NOT NULL
);

-- +goose Down

DROP TABLE signing_keys;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
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

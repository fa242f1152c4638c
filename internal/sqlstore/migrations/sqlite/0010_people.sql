-- +goose Up

-- Who somebody is beyond their e-mail, and whether they may come in.
ALTER TABLE users ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN verified_at TIMESTAMP;
CREATE INDEX users_by_created ON users (created_at, id);

-- A profile's limit is the age up to which films are shown to it; NULL is none.
ALTER TABLE profiles ADD COLUMN avatar TEXT NOT NULL DEFAULT 'comet';
ALTER TABLE profiles ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE profiles ADD COLUMN maturity_limit INTEGER;
ALTER TABLE profiles ADD COLUMN pin_hash TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_by_profile ON sessions (profile_id);

-- The age from which a film is for somebody; NULL until an editor says it. The index is
-- the list of a profile that has a limit: a walk for each age below it.
ALTER TABLE videos ADD COLUMN maturity_rating INTEGER;
CREATE INDEX videos_by_rating ON videos (maturity_rating, created_at, id);

-- Invitations, sign-ups that wait for their e-mail to be confirmed, and one-time links. What
-- opens each is kept hashed; '' until its letter is written.
CREATE TABLE invitations (
    id         TEXT      NOT NULL PRIMARY KEY,
    token_hash TEXT      NOT NULL,
    email      TEXT      NOT NULL,
    role       TEXT      NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    language   TEXT      NOT NULL,
    invited_by TEXT      NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX invitations_by_token ON invitations (token_hash);
CREATE INDEX invitations_by_created ON invitations (created_at, id);

CREATE TABLE sign_ups (
    id            TEXT      NOT NULL PRIMARY KEY,
    token_hash    TEXT      NOT NULL,
    email         TEXT      NOT NULL,
    name          TEXT      NOT NULL,
    language      TEXT      NOT NULL,
    password_hash TEXT      NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    expires_at    TIMESTAMP NOT NULL
);
CREATE INDEX sign_ups_by_token ON sign_ups (token_hash);
CREATE INDEX sign_ups_by_expiry ON sign_ups (expires_at);

CREATE TABLE one_time_links (
    token_hash TEXT      NOT NULL PRIMARY KEY,
    user_id    TEXT      NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    TEXT      NOT NULL CHECK (purpose IN ('password', 'email')),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX one_time_links_by_user ON one_time_links (user_id, purpose);
CREATE INDEX one_time_links_by_expiry ON one_time_links (expires_at);

-- +goose Down

DROP TABLE one_time_links;
DROP TABLE sign_ups;
DROP TABLE invitations;
DROP INDEX videos_by_rating;
ALTER TABLE videos DROP COLUMN maturity_rating;
DROP INDEX sessions_by_profile;
ALTER TABLE profiles DROP COLUMN pin_hash;
ALTER TABLE profiles DROP COLUMN maturity_limit;
ALTER TABLE profiles DROP COLUMN language;
ALTER TABLE profiles DROP COLUMN avatar;
DROP INDEX users_by_created;
ALTER TABLE users DROP COLUMN verified_at;
ALTER TABLE users DROP COLUMN disabled;
ALTER TABLE users DROP COLUMN language;
ALTER TABLE users DROP COLUMN name;

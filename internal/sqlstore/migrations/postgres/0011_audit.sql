-- +goose Up

-- Who changed what, from where, and how it ended. People are named by their ids alone and by
-- no reference: an entry outlives its user, and then says no longer who that was.
CREATE TABLE audit_log (
    id         TEXT        NOT NULL PRIMARY KEY,
    at         TIMESTAMPTZ NOT NULL,
    action     TEXT        NOT NULL,
    target     TEXT        NOT NULL,
    detail     TEXT        NOT NULL,
    outcome    TEXT        NOT NULL,
    user_id    TEXT        NOT NULL,
    profile_id TEXT        NOT NULL,
    session_id TEXT        NOT NULL,
    role       TEXT        NOT NULL,
    caller     TEXT        NOT NULL,
    request_id TEXT        NOT NULL
);
CREATE INDEX audit_log_by_time ON audit_log (at, id);
CREATE INDEX audit_log_by_user ON audit_log (user_id, at, id);
CREATE INDEX audit_log_by_action ON audit_log (action, at, id);

-- +goose Down

DROP TABLE audit_log;

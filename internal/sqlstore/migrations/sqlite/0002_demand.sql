-- +goose Up

-- Segments that are wanted before their task's turn, and who wants them. A row is one
-- segment to be made, however many ask; once made it stays until its rendition is whole.
CREATE TABLE demands (
    video_id    TEXT      NOT NULL,
    rendition   TEXT      NOT NULL,
    segment     INTEGER   NOT NULL,
    kind        TEXT      NOT NULL CHECK (kind IN ('ahead', 'waited')),
    asked_at    TIMESTAMP NOT NULL,
    asked_until TIMESTAMP NOT NULL, -- by then the last asker has asked again, or is dead
    status      TEXT      NOT NULL CHECK (status IN ('queued', 'leased', 'done', 'failed')),
    lease_owner TEXT      NOT NULL DEFAULT '',
    lease_until TIMESTAMP,
    attempts    INTEGER   NOT NULL DEFAULT 0,
    bytes       BIGINT    NOT NULL DEFAULT 0,
    PRIMARY KEY (video_id, rendition, segment),
    FOREIGN KEY (video_id, rendition) REFERENCES renditions (video_id, id) ON DELETE CASCADE
);
CREATE INDEX demands_to_take ON demands (status, kind, asked_at);
CREATE INDEX demands_by_interest ON demands (status, asked_until);

CREATE TABLE demand_askers (
    video_id    TEXT      NOT NULL,
    rendition   TEXT      NOT NULL,
    segment     INTEGER   NOT NULL,
    asker       TEXT      NOT NULL, -- a process
    kind        TEXT      NOT NULL,
    asked_until TIMESTAMP NOT NULL,
    PRIMARY KEY (video_id, rendition, segment, asker),
    FOREIGN KEY (video_id, rendition, segment) REFERENCES demands (video_id, rendition, segment) ON DELETE CASCADE
);

-- Where viewers are: what lies before them is made first.
CREATE TABLE playheads (
    video_id   TEXT      NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    session_id TEXT      NOT NULL,
    segment    INTEGER   NOT NULL,
    seen_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (video_id, session_id)
);
CREATE INDEX playheads_by_time ON playheads (seen_at);

-- Films take turns: of each lane, one's first task, the other's first, the second of each.
ALTER TABLE encode_tasks ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
ALTER TABLE encode_tasks ADD COLUMN first_segment INTEGER NOT NULL DEFAULT 0;
ALTER TABLE encode_tasks ADD COLUMN segments INTEGER NOT NULL DEFAULT 0;
UPDATE encode_tasks SET
    first_segment = json_extract(task, '$.firstSegment'),
    segments = json_extract(task, '$.segments'),
    turn = (SELECT COUNT(*) FROM encode_tasks e
        WHERE e.video_id = encode_tasks.video_id AND e.lane = encode_tasks.lane AND e.seq < encode_tasks.seq);
DROP INDEX encode_tasks_to_take;
CREATE INDEX encode_tasks_to_take ON encode_tasks (status, lane, turn, queued_at, video_id, seq);
CREATE INDEX encode_tasks_by_place ON encode_tasks (video_id, status, lane, first_segment);

-- +goose Down
DROP INDEX encode_tasks_by_place;
DROP INDEX encode_tasks_to_take;
CREATE INDEX encode_tasks_to_take ON encode_tasks (status, lane, queued_at, video_id, seq);
ALTER TABLE encode_tasks DROP COLUMN segments;
ALTER TABLE encode_tasks DROP COLUMN first_segment;
ALTER TABLE encode_tasks DROP COLUMN turn;
DROP TABLE playheads;
DROP TABLE demand_askers;
DROP TABLE demands;

-- +goose Up

-- Leases that ran out are found by when they did, however many are held. Only what is leased
-- has such a time.
CREATE INDEX encode_tasks_by_lease ON encode_tasks (lease_until) WHERE lease_until IS NOT NULL;

-- +goose Down
DROP INDEX encode_tasks_by_lease;

-- +goose Up

-- Leases that ran out are found by when they did, however many are held.
CREATE INDEX encode_tasks_by_lease ON encode_tasks (lease_until) WHERE status = 'leased';

-- +goose Down
DROP INDEX encode_tasks_by_lease;

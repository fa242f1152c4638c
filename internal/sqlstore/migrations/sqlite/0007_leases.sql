-- +goose Up

-- On PostgreSQL an index finds the leases that ran out, however many are held. One process
-- alone holds a few.
SELECT 1;

-- +goose Down
SELECT 1;

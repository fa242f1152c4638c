-- +goose Up

-- How loud a sound is, by EBU R 128; NULL until it is measured.
ALTER TABLE renditions ADD COLUMN lufs DOUBLE PRECISION;
ALTER TABLE renditions ADD COLUMN true_peak DOUBLE PRECISION;

-- +goose Down
ALTER TABLE renditions DROP COLUMN true_peak;
ALTER TABLE renditions DROP COLUMN lufs;

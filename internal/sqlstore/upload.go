package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/upload"
)

// Uploads is upload.Store on SQL.
type Uploads struct{ db *DB }

var _ upload.Store = Uploads{}

// Uploads returns the store of uploads and sources.
func (d *DB) Uploads() Uploads { return Uploads{d} }

func (s Uploads) Create(ctx context.Context, u upload.Upload, title string) error {
	return s.db.inTx(ctx, "sqlstore.create_upload", func(tx jobs.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO videos (id, title, status, created_at, updated_at, user_id, profile_id, session_id, source_bytes)
			VALUES ($1, $2, 'uploading', $3, $3, $4, $5, $6, $7)`,
			u.VideoID, title, u.CreatedAt, u.By.UserID, u.By.ProfileID, u.By.SessionID, u.Size)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO uploads (id, video_id, user_id, profile_id, session_id, file_name, last_modified, size, part_size,
			                     blob_upload, direct, status, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', $12, $13)`,
			u.ID, u.VideoID, u.By.UserID, u.By.ProfileID, u.By.SessionID, u.FileName, u.LastModified, u.Size, u.PartSize,
			u.Multipart, u.Direct, u.CreatedAt, u.ExpiresAt)
		return err
	})
}

const selectUpload = `
	SELECT id, video_id, user_id, profile_id, session_id, file_name, last_modified, size, part_size,
	       blob_upload, direct, status, created_at, expires_at
	FROM uploads `

func scanUpload(row interface{ Scan(...any) error }) (u upload.Upload, err error) {
	err = row.Scan(&u.ID, &u.VideoID, &u.By.UserID, &u.By.ProfileID, &u.By.SessionID, &u.FileName, &u.LastModified, &u.Size,
		&u.PartSize, &u.Multipart, &u.Direct, &u.Status, &u.CreatedAt, &u.ExpiresAt)
	return u, err
}

func (s Uploads) Upload(ctx context.Context, id string) (upload.Upload, error) {
	u, err := scanUpload(s.db.read.QueryRowContext(ctx, selectUpload+`WHERE id = $1`, id))
	return u, s.db.fail("sqlstore.upload", err)
}

func (s Uploads) Resumable(ctx context.Context, userID string, now time.Time, limit int) ([]upload.Upload, error) {
	return s.list(ctx, "sqlstore.resumable_uploads", `
		WHERE user_id = $1 AND status = 'open' AND blob_upload <> '' AND expires_at > $2
		ORDER BY created_at DESC, id DESC LIMIT $3`, userID, now, limit)
}

func (s Uploads) OpenOf(ctx context.Context, videoID string) (upload.Upload, error) {
	u, err := scanUpload(s.db.read.QueryRowContext(ctx, selectUpload+`WHERE video_id = $1 AND status = 'open'`, videoID))
	return u, s.db.fail("sqlstore.open_upload_of", err)
}

func (s Uploads) Quiet(ctx context.Context, now, by time.Time, after string, limit int) ([]upload.Upload, error) {
	return s.list(ctx, "sqlstore.quiet_uploads", `
		WHERE status = 'open' AND direct AND expires_at > $1 AND expires_at <= $2 AND id > $3
		ORDER BY id LIMIT $4`, now, by, after, limit)
}

func (s Uploads) Expired(ctx context.Context, now time.Time, limit int) ([]upload.Upload, error) {
	return s.list(ctx, "sqlstore.expired_uploads",
		`WHERE status = 'open' AND expires_at <= $1 ORDER BY expires_at LIMIT $2`, now, limit)
}

func (s Uploads) list(ctx context.Context, op, where string, args ...any) ([]upload.Upload, error) {
	rows, err := s.db.read.QueryContext(ctx, selectUpload+where, args...)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (upload.Upload, error) { return scanUpload(r) })
	return list, s.db.fail(op, err)
}

const selectPart = `SELECT number, size, digest, received_at FROM upload_parts `

func scanPart(row interface{ Scan(...any) error }) (p upload.Received, err error) {
	err = row.Scan(&p.Number, &p.Size, &p.Digest, &p.At)
	return p, err
}

func (s Uploads) Part(ctx context.Context, uploadID string, number int) (upload.Received, error) {
	p, err := scanPart(s.db.read.QueryRowContext(ctx, selectPart+`WHERE upload_id = $1 AND number = $2`, uploadID, number))
	return p, s.db.fail("sqlstore.upload_part", err)
}

func (s Uploads) Parts(ctx context.Context, uploadID string) ([]upload.Received, error) {
	const op = "sqlstore.upload_parts"
	rows, err := s.db.read.QueryContext(ctx, selectPart+`WHERE upload_id = $1 ORDER BY number`, uploadID)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (upload.Received, error) { return scanPart(r) })
	return list, s.db.fail(op, err)
}

func (s Uploads) Pending(ctx context.Context, now time.Time) (bytes int64, err error) {
	err = s.db.read.QueryRowContext(ctx, `
		SELECT CAST(COALESCE(SUM(size - COALESCE((SELECT SUM(p.size) FROM upload_parts p WHERE p.upload_id = u.id), 0)), 0) AS BIGINT)
		FROM uploads u WHERE status = 'open' AND blob_upload <> '' AND expires_at > $1`, now).Scan(&bytes)
	return bytes, s.db.fail("sqlstore.pending_uploads", err)
}

// renew is the row lock every change of an open upload begins with.
const renew = `UPDATE uploads SET expires_at = $3 WHERE id = $1 AND status = 'open' AND expires_at > $2`

func (s Uploads) AddPart(ctx context.Context, uploadID string, part upload.Received, expires time.Time) (upload.Received, error) {
	on := part
	err := s.db.inTx(ctx, "sqlstore.add_part", func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, renew, uploadID, part.At, expires); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO upload_parts (upload_id, number, size, digest, received_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (upload_id, number) DO NOTHING`, uploadID, part.Number, part.Size, part.Digest, part.At)
		if err != nil {
			return err
		}
		on, err = scanPart(tx.QueryRowContext(ctx, selectPart+`WHERE upload_id = $1 AND number = $2`, uploadID, part.Number))
		return err
	})
	return on, err
}

func (s Uploads) SetParts(ctx context.Context, uploadID string, parts []upload.Received, now time.Time) error {
	return s.db.inTx(ctx, "sqlstore.set_parts", func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, `
			UPDATE uploads SET expires_at = expires_at WHERE id = $1 AND status = 'open' AND expires_at > $2`, uploadID, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM upload_parts WHERE upload_id = $1`, uploadID); err != nil {
			return err
		}
		for batch := range slices.Chunk(parts, partsAtOnce) {
			values, args := make([]string, len(batch)), []any{uploadID}
			for i, p := range batch {
				n := len(args)
				values[i] = fmt.Sprintf("($1, $%d, $%d, $%d, $%d)", n+1, n+2, n+3, n+4)
				args = append(args, p.Number, p.Size, p.Digest, p.At)
			}
			if _, err := tx.ExecContext(ctx,
				`INSERT INTO upload_parts (upload_id, number, size, digest, received_at) VALUES `+strings.Join(values, ", "), args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// partsAtOnce keeps a statement far below the number of values an engine takes.
const partsAtOnce = 500

func (s Uploads) Renew(ctx context.Context, uploadID string, now, expires time.Time) error {
	return s.db.changeOne(ctx, "sqlstore.renew_upload", renew, uploadID, now, expires)
}

func (s Uploads) Complete(ctx context.Context, uploadID string, source upload.Source, next ...jobs.Args) error {
	digests, err := json.Marshal(partDigests{source.PartSize, source.PartDigests})
	if err != nil {
		return err
	}
	return s.db.inTx(ctx, "sqlstore.complete_upload", func(tx jobs.Tx) error {
		err := changeRow(ctx, tx, `
			UPDATE uploads SET status = 'complete', size = $2 WHERE id = $1 AND status = 'open' AND expires_at > $3`,
			uploadID, source.Size, source.CreatedAt)
		if errors.Is(err, sql.ErrNoRows) {
			var done bool
			err := tx.QueryRowContext(ctx, `SELECT status = 'complete' FROM uploads WHERE id = $1`, uploadID).Scan(&done)
			if err == nil && !done {
				err = sql.ErrNoRows
			}
			return err
		}
		if err != nil {
			return err
		}
		if err := changeRow(ctx, tx, `
			UPDATE videos SET status = 'processing', source_bytes = $2, updated_at = $3 WHERE id = $1 AND status = 'uploading'`,
			source.VideoID, source.Size, source.CreatedAt); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO sources (id, video_id, blob_key, size, part_digests, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			source.ID, source.VideoID, source.BlobKey, source.Size, string(digests), source.CreatedAt)
		if err != nil {
			return err
		}
		for _, args := range next {
			if err := tx.Enqueue(ctx, args); err != nil {
				return err
			}
		}
		return nil
	})
}

// Remove takes the rows in the order Complete does, so that of the two at once one waits
// for the other and then finds nothing to do.
func (s Uploads) Remove(ctx context.Context, uploadID string) error {
	return s.db.inTx(ctx, "sqlstore.remove_upload", func(tx jobs.Tx) error {
		var videoID string
		err := tx.QueryRowContext(ctx, `DELETE FROM uploads WHERE id = $1 AND status = 'open' RETURNING video_id`, uploadID).Scan(&videoID)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM videos WHERE id = $1`, videoID)
		return err
	})
}

func (s Uploads) HasMultipart(ctx context.Context, multipart string) (has bool, err error) {
	err = s.db.read.QueryRowContext(ctx,
		`SELECT EXISTS (SELECT 1 FROM uploads WHERE blob_upload = $1 AND status = 'open')`, multipart).Scan(&has)
	return has, s.db.fail("sqlstore.has_multipart", err)
}

// partDigests is how a source's parts are stored: JSON in one column, for they are only
// ever read together.
type partDigests struct {
	PartSize int64    `json:"partSize"`
	SHA256   []string `json:"sha256"`
}

func (s Uploads) Source(ctx context.Context, videoID string) (source upload.Source, err error) {
	const op = "sqlstore.source"
	var digests string
	err = s.db.read.QueryRowContext(ctx, `
		SELECT id, video_id, blob_key, size, part_digests, COALESCE(sha256, ''), created_at FROM sources WHERE video_id = $1`,
		videoID).Scan(&source.ID, &source.VideoID, &source.BlobKey, &source.Size, &digests, &source.SHA256, &source.CreatedAt)
	if err != nil {
		return source, s.db.fail(op, err)
	}
	var parts partDigests
	err = json.Unmarshal([]byte(digests), &parts)
	source.PartSize, source.PartDigests = parts.PartSize, parts.SHA256
	return source, s.db.fail(op, err)
}

func (s Uploads) SetSHA256(ctx context.Context, videoID, sha256 string) error {
	return s.db.changeOne(ctx, "sqlstore.set_sha256", `UPDATE sources SET sha256 = $2 WHERE video_id = $1`, videoID, sha256)
}

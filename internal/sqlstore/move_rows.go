package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

const (
	batchRows  = 2000    // taken over in one transaction
	batchBytes = 4 << 20 // or so many bytes: a plan of a long film is a megabyte
	batchJobs  = 500
)

// carrying is a move while it takes rows over.
type carrying struct {
	*Move
	mark     moveMark
	at       MoveProgress
	progress func(MoveProgress)
}

// all takes over what is left of every table, and then the queue.
func (c *carrying) all(ctx context.Context) error {
	passed := c.mark.table == ""
	for _, t := range c.tables {
		after := ""
		if !passed {
			if t.name != c.mark.table {
				continue
			}
			passed, after = true, c.mark.key
		}
		if err := c.table(ctx, t, after); err != nil {
			return err
		}
	}
	after := int64(0)
	if c.mark.table == jobTable.name {
		after, _ = strconv.ParseInt(c.mark.key, 10, 64) // which the mark was written with
	}
	return c.jobs(ctx, after)
}

func (c *carrying) table(ctx context.Context, t table, after string) error {
	c.at.Table = t.name
	var batch [][]any
	size := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		c.mark.table, c.mark.key = t.name, keyOf(t, batch[len(batch)-1])
		c.mark.moved += int64(len(batch))
		if err := c.to.insert(ctx, t, batch, c.mark); err != nil {
			return err
		}
		c.to.step()
		c.at.Rows, c.at.Bytes = c.mark.moved, c.at.Bytes+int64(size)
		c.progress(c.at)
		batch, size = batch[:0], 0
		return nil
	}
	err := c.from.each(ctx, t, after, func(row []any, bytes int) error {
		if err := c.to.fits(t, row); err != nil {
			return err
		}
		batch, size = append(batch, row), size+bytes
		if len(batch) >= c.batch || size >= batchBytes {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	return err
}

func (c *carrying) jobs(ctx context.Context, after int64) error {
	c.at.Table = jobTable.name
	for {
		list, err := c.from.queue.Left(ctx, after, batchJobs)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].ID
		c.mark.table, c.mark.key = jobTable.name, strconv.FormatInt(after, 10)
		c.mark.moved += int64(len(list))
		err = c.to.db.inTx(ctx, "sqlstore.move", func(tx jobs.Tx) error {
			if err := jobs.Restore(ctx, tx, list); err != nil {
				return err
			}
			c.to.step()
			return c.mark.write(ctx, tx)
		})
		if err != nil {
			return err
		}
		c.at.Rows = c.mark.moved
		c.progress(c.at)
	}
}

// insert adds rows, and the mark that says so.
func (t *moveTarget) insert(ctx context.Context, of table, rows [][]any, m moveMark) error {
	return t.db.inTx(ctx, "sqlstore.move", func(tx jobs.Tx) error {
		for chunk := range slices.Chunk(rows, max(1, t.side.parameters()/len(of.columns))) {
			args := make([]any, 0, len(chunk)*len(of.columns))
			for _, row := range chunk {
				args = append(args, row...)
			}
			if _, err := tx.ExecContext(ctx, insertRows(of, len(chunk), t.side.overriding()), args...); err != nil {
				return fmt.Errorf("%s: %w", of.name, err)
			}
		}
		t.step()
		return m.write(ctx, tx)
	})
}

func insertRows(t table, rows int, overriding string) string {
	var s strings.Builder
	s.WriteString(`INSERT INTO "` + t.name + `" (` + t.names() + `)`)
	if slices.ContainsFunc(t.columns, func(c column) bool { return c.counted }) {
		s.WriteString(overriding)
	}
	s.WriteString(" VALUES ")
	n := 0
	for i := range rows {
		if i > 0 {
			s.WriteString(", ")
		}
		for j := range t.columns {
			n++
			s.WriteString([]string{"(", ", "}[min(j, 1)] + "$" + strconv.Itoa(n))
		}
		s.WriteString(")")
	}
	return s.String()
}

// each reads a table's rows after a key ("" for all), in the order of its key.
func (s *moveSide) each(ctx context.Context, t table, after string, do func(row []any, bytes int) error) error {
	query := `SELECT ` + t.names() + ` FROM "` + t.name + `"`
	var args []any
	if after != "" {
		var err error
		if args, err = keyArgs(t, after); err != nil {
			return err
		}
		places := make([]string, len(args))
		for i := range places {
			places[i] = "$" + strconv.Itoa(i+1)
		}
		query += ` WHERE (` + t.keyNames() + `) > (` + strings.Join(places, ", ") + `)`
	}
	rows, err := s.read.QueryContext(ctx, query+` ORDER BY `+t.keyNames(), args...)
	if err != nil {
		return s.db.fail("sqlstore.move", err)
	}
	defer rows.Close()
	places := make([]any, len(t.columns))
	for rows.Next() {
		row := make([]any, len(t.columns))
		for i := range row {
			places[i] = &row[i]
		}
		if err := rows.Scan(places...); err != nil {
			return s.db.fail("sqlstore.move", err)
		}
		bytes := 0
		for i, c := range t.columns {
			if row[i], err = plain(c.kind, row[i]); err != nil {
				return unfit(t, c, row, err)
			}
			bytes += sizeOf(row[i])
		}
		if err := do(row, bytes); err != nil {
			return err
		}
	}
	return s.db.fail("sqlstore.move", rows.Err())
}

// sums are a table's rows in short. The digest is the sum of the rows' SHA-256, as numbers:
// the same in whatever order an engine gives them, since engines sort text differently.
type sums struct {
	rows   int64
	digest [32]byte
	err    error
}

func (s *sums) add(row [32]byte) {
	s.rows++
	var carry uint64
	for i := 24; i >= 0; i -= 8 {
		var sum uint64
		sum, carry = bits.Add64(binary.BigEndian.Uint64(s.digest[i:]), binary.BigEndian.Uint64(row[i:]), carry)
		binary.BigEndian.PutUint64(s.digest[i:], sum)
	}
}

// sum reads all of a table, or of the queue.
func (s *moveSide) sum(ctx context.Context, t table, progress func(rows int64)) (total sums) {
	tell := func() {
		if progress != nil && total.rows%batchRows == 0 {
			progress(total.rows)
		}
	}
	if t.name == jobTable.name {
		for after := int64(0); ; {
			list, err := s.queue.Left(ctx, after, batchJobs)
			if err != nil || len(list) == 0 {
				total.err = err
				return total
			}
			for _, job := range list {
				digest, err := job.Digest()
				if err != nil {
					total.err = err
					return total
				}
				total.add(digest)
			}
			after = list[len(list)-1].ID
			tell()
		}
	}
	var buffer []byte
	total.err = s.each(ctx, t, "", func(row []any, _ int) (err error) {
		if buffer, err = encodeRow(buffer[:0], t, row); err != nil {
			return err
		}
		total.add(sha256.Sum256(buffer))
		tell()
		return nil
	})
	return total
}

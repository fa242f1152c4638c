package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
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

// unfit names a value that no move can take.
func unfit(t table, c column, row []any, cause error) error {
	return &fault.Error{Kind: fault.Unsupported, Op: "sqlstore.move", Code: "unfit_value", Cause: cause, Public: fmt.Sprintf(
		"In the table %s, the row %s holds in %s what the other database cannot keep: %v. Change or delete that row, then run this again.",
		t.name, keyOf(t, row), c.name, cause)}
}

// plain is a value as both engines are given it: nil, string, int64, float64, bool,
// time.Time in UTC and whole microseconds, or []byte.
func plain(k kind, value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	switch k {
	case textKind, jsonKind:
		switch v := value.(type) {
		case string:
			return v, nil
		case []byte:
			return string(v), nil
		}
	case intKind:
		switch v := value.(type) {
		case int64:
			return v, nil
		case int32:
			return int64(v), nil
		}
	case realKind:
		switch v := value.(type) {
		case float64:
			if math.IsNaN(v) {
				return nil, errors.New("no number")
			}
			return v, nil
		case int64:
			return float64(v), nil
		}
	case boolKind:
		switch v := value.(type) {
		case bool:
			return v, nil
		case int64:
			return v != 0, nil
		}
	case timeKind:
		if v, ok := value.(time.Time); ok {
			if v = v.UTC().Truncate(time.Microsecond); v.Year() < 0 || v.Year() > 9999 {
				return nil, fmt.Errorf("a time of the year %d", v.Year())
			}
			return v, nil
		}
	case bytesKind:
		switch v := value.(type) {
		case []byte:
			if v == nil {
				v = []byte{}
			}
			return v, nil
		case string:
			return []byte(v), nil
		}
	}
	return nil, fmt.Errorf("%T where %s is expected", value, k)
}

// fits refuses text that PostgreSQL has no way to keep.
func (t *moveTarget) fits(of table, row []any) error {
	if !t.side.strict() {
		return nil
	}
	for i, c := range of.columns {
		s, ok := row[i].(string)
		if ok && strings.IndexByte(s, 0) >= 0 {
			return unfit(of, c, row, errors.New("a text with a zero byte"))
		}
		if ok && !utf8.ValidString(s) {
			return unfit(of, c, row, errors.New("a text that is not UTF-8"))
		}
	}
	return nil
}

// keyOf is a row's key as the mark keeps it.
func keyOf(t table, row []any) string {
	parts := make([]string, len(t.key))
	for i, k := range t.key {
		switch v := row[k].(type) {
		case string:
			parts[i] = v
		case time.Time:
			parts[i] = v.Format(time.RFC3339Nano)
		case []byte:
			parts[i] = string(v)
		default:
			parts[i] = fmt.Sprint(v)
		}
	}
	doc, _ := json.Marshal(parts) // strings
	return string(doc)
}

func keyArgs(t table, key string) ([]any, error) {
	var parts []string
	if err := json.Unmarshal([]byte(key), &parts); err != nil || len(parts) != len(t.key) {
		return nil, fmt.Errorf("%s is no key of %s", key, t.name)
	}
	args := make([]any, len(parts))
	for i, k := range t.key {
		var err error
		switch t.columns[k].kind {
		case textKind:
			args[i] = parts[i]
		case intKind:
			args[i], err = strconv.ParseInt(parts[i], 10, 64)
		case timeKind:
			args[i], err = time.Parse(time.RFC3339Nano, parts[i])
		case boolKind:
			args[i] = parts[i] == "true"
		default:
			err = fmt.Errorf("%s.%s cannot be part of a key", t.name, t.columns[k].name)
		}
		if err != nil {
			return nil, err
		}
	}
	return args, nil
}

func sizeOf(value any) int {
	switch v := value.(type) {
	case string:
		return len(v)
	case []byte:
		return len(v)
	}
	return 8
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

// encodeRow writes a row so that two rows are written alike only when they are equal.
func encodeRow(b []byte, t table, row []any) ([]byte, error) {
	long := func(tag byte, n int) { b = binary.AppendUvarint(append(b, tag), uint64(n)) }
	for i, c := range t.columns {
		switch v := row[i].(type) {
		case nil:
			b = append(b, 'n')
		case string:
			if c.kind == jsonKind {
				same, err := jobs.Canonical([]byte(v))
				if err != nil {
					return nil, unfit(t, c, row, err)
				}
				v = same
			}
			long('t', len(v))
			b = append(b, v...)
		case []byte:
			long('x', len(v))
			b = append(b, v...)
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v))
		case float64:
			if v == 0 {
				v = 0 // of two zeros SQLite knows one
			}
			b = binary.BigEndian.AppendUint64(append(b, 'f'), math.Float64bits(v))
		case bool:
			b = append(b, 'b', map[bool]byte{true: 1}[v])
		case time.Time:
			b = binary.BigEndian.AppendUint64(append(b, 'm'), uint64(v.UnixMicro()))
		}
	}
	return b, nil
}

package sqlstore

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

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

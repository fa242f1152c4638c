package httpapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// cursors are places in lists, as they are given out: sealed, so that nobody can make one up,
// nor use one in another list than its own.
type cursors struct{ key []byte }

func (s *server) cursors() cursors { return cursors{s.CursorKey} }

const sealSize = 12

func badCursor() error {
	return fault.New(fault.Invalid, "httpapi.cursor", "bad_cursor", "This is not a cursor that this server gave out for this list.")
}

func shelfName(s catalog.Shelf) string { return fmt.Sprintf("shelf %s %d %d", s.List, s.Genre, s.Year) }

func listName(v catalog.Viewer) string { return "list " + v.ProfileID }

// ofShelf is the cursor of a page of a shelf, "" when there is none.
func (c cursors) ofShelf(s catalog.Shelf, next *catalog.Place, page int) string {
	if next == nil {
		return ""
	}
	return c.seal(shelfName(s), min(page, math.MaxUint8), math.Float64bits(next.Key), next.ID)
}

// shelfPlace reads one; without any it is the first page.
func (c cursors) shelfPlace(text string, s catalog.Shelf) (after *catalog.Place, page int, err error) {
	if text == "" {
		return nil, 1, nil
	}
	page, key, id, err := c.open(shelfName(s), text)
	if err != nil {
		return nil, 0, err
	}
	return &catalog.Place{Key: math.Float64frombits(key), ID: id}, page, nil
}

// ofList and listPlace do so for the list of a profile.
func (c cursors) ofList(next *catalog.ListPlace, v catalog.Viewer) string {
	if next == nil {
		return ""
	}
	return c.seal(listName(v), 0, uint64(next.ListedAt.UnixMicro()), next.FilmID)
}

func (c cursors) listPlace(text string, v catalog.Viewer) (*catalog.ListPlace, error) {
	if text == "" {
		return nil, nil
	}
	_, at, id, err := c.open(listName(v), text)
	if err != nil {
		return nil, err
	}
	return &catalog.ListPlace{ListedAt: time.UnixMicro(int64(at)).UTC(), FilmID: id}, nil
}

func historyName(v catalog.Viewer) string { return "history " + v.ProfileID }

// ofHistory and historyPlace do so for what a profile watched.
func (c cursors) ofHistory(next *watch.Place, v catalog.Viewer) string {
	if next == nil {
		return ""
	}
	return c.seal(historyName(v), 0, uint64(next.At.UnixMicro()), next.VideoID)
}

func (c cursors) historyPlace(text string, v catalog.Viewer) (*watch.Place, error) {
	if text == "" {
		return nil, nil
	}
	_, at, id, err := c.open(historyName(v), text)
	if err != nil {
		return nil, err
	}
	return &watch.Place{At: time.UnixMicro(int64(at)).UTC(), VideoID: id}, nil
}

func (c cursors) seal(list string, page int, key uint64, id string) string {
	place := append(binary.BigEndian.AppendUint64([]byte{byte(page)}, key), id...)
	return base64.RawURLEncoding.EncodeToString(append(c.sealOf(list, place), place...))
}

func (c cursors) open(list, text string) (page int, key uint64, id string, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < sealSize+9 || !hmac.Equal(raw[:sealSize], c.sealOf(list, raw[sealSize:])) {
		return 0, 0, "", badCursor()
	}
	place := raw[sealSize:]
	return int(place[0]), binary.BigEndian.Uint64(place[1:9]), string(place[9:]), nil
}

func (c cursors) sealOf(list string, place []byte) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write([]byte(list))
	mac.Write([]byte{0})
	mac.Write(place)
	return mac.Sum(nil)[:sealSize]
}

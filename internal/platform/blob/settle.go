package blob

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
)

// settleEvery is how many bytes are written before the disk is asked to take them.
const settleEvery = 64 << 20

// settling writes a file from its start and has the disk keep up, so that the sync at
// the end of a very large one takes no longer than that of a small one. Without it the
// kernel may hold gigabytes back and write them all while somebody waits.
type settling struct {
	file  *os.File
	w     io.Writer
	since int64 // bytes since the last sync began
	busy  atomic.Bool
	syncs sync.WaitGroup
	err   error // of the syncs in the background; read after syncs.Wait
}

func newSettling(file *os.File) *settling {
	return &settling{file: file, w: io.NewOffsetWriter(file, 0)}
}

func (s *settling) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if s.since += int64(n); s.since >= settleEvery && s.busy.CompareAndSwap(false, true) {
		s.since = 0
		s.syncs.Go(func() {
			// An error is told once only, so it must not be lost here.
			s.err = errors.Join(s.err, s.file.Sync())
			s.busy.Store(false)
		})
	}
	return n, err
}

// wait lets the syncs under way end; the file may be closed afterwards.
func (s *settling) wait() error {
	s.syncs.Wait()
	return s.err
}

package ffmpeg

import (
	"context"
	"errors"
	"syscall"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// lookForRoom is how often the disk a program writes to is looked at. What the fastest of
// disks takes in that time is less than anybody keeps free.
const lookForRoom = 250 * time.Millisecond

var errNoRoom = errors.New("its disk has no more room than is kept free")

func noRoom(op string, cause error) error {
	return &fault.Error{Kind: fault.NoSpace, Op: op, Code: "no_space", Cause: cause}
}

// hasRoom reports whether the disk of a folder has more room than is kept free; of no folder
// it has.
func (t *Tools) hasRoom(dir string) bool {
	var disk syscall.Statfs_t
	if dir == "" || syscall.Statfs(dir, &disk) != nil { // who writes there is told what is wrong
		return true
	}
	return int64(disk.Bavail)*int64(disk.Bsize) > t.keepFree
}

// watchRoom ends a program that is about to take the room that is kept free.
func (t *Tools) watchRoom(ctx context.Context, dir string, cancel context.CancelCauseFunc) {
	look := time.NewTicker(lookForRoom)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if !t.hasRoom(dir) {
				cancel(errNoRoom)
				return
			}
		}
	}
}

package blob

import (
	"container/list"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// cache keeps objects of another machine as files of this one, the least recently used
// making room. It belongs to one process, which begins with an empty one: what a file
// holds is never in doubt, whatever killed the process before.
//
// A file is in it when it is whole. Who fetches one has room set aside first; whoever
// wants the same meanwhile waits for that.
type cache struct {
	dir      string
	lock     *os.File // held while the process lives
	limit    int64    // bytes of all files
	keepFree int64    // bytes of the disk left alone

	mu      sync.Mutex
	used    int64 // of files, and set aside
	named   int64 // files so far, which names the next
	entries map[string]*kept
	order   *list.List         // of *kept, the least recently used first
	flights map[string]*flight // by key, and for large ones by key and whole
	large   map[string]bool    // keys of objects that are not kept for being read
	closed  bool
}

// whole ends the name of a flight that fetches an object of any size.
const whole = " whole"

// kept is an object as a file.
type kept struct {
	version
	path string
	size int64
	pins int // of those who use it by its path: it is not removed to make room
	at   *list.Element
	gone bool // its object was deleted
}

// flight is an object on its way.
type flight struct {
	done    chan struct{} // closed when it has ended
	cancel  context.CancelFunc
	waiters int
	left    time.Time // when the last of them went
	gone    bool      // its object was deleted meanwhile
	moved   atomic.Int64
	kept    *kept // with a pin for each waiter; nil when err is not
	err     error
}

// openCache makes this process's folder below dir, and removes those of processes that
// are no more.
func openCache(dir string, limit, keepFree int64) (*cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	door, err := lockedFile(filepath.Join(dir, "lock"), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer door.Close() // one process at a time comes in, so no folder is seen before its lock is held
	left, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range left {
		if !entry.IsDir() {
			continue
		}
		folder := filepath.Join(dir, entry.Name())
		if lock, err := lockedFile(filepath.Join(folder, "lock"), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			err = os.RemoveAll(folder)
			lock.Close()
			if err != nil {
				return nil, err
			}
		}
	}
	c := &cache{limit: limit, keepFree: keepFree, entries: map[string]*kept{}, order: list.New(), flights: map[string]*flight{}, large: map[string]bool{}}
	if c.dir, err = os.MkdirTemp(dir, "of-process-"); err != nil {
		return nil, err
	}
	if c.lock, err = lockedFile(filepath.Join(c.dir, "lock"), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	return c, nil
}

func lockedFile(path string, how int) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), how); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// close ends what is on its way and removes everything.
func (c *cache) close() error {
	c.mu.Lock()
	c.closed = true
	var ending []*flight
	for _, f := range c.flights {
		f.cancel()
		ending = append(ending, f)
	}
	c.mu.Unlock()
	for _, f := range ending {
		<-f.done
	}
	return errors.Join(os.RemoveAll(c.dir), c.lock.Close())
}

// open returns a kept object's file, which stays readable whatever becomes of its name.
func (c *cache) open(key string) (*os.File, version, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.entries[key]
	if !ok {
		return nil, version{}, false
	}
	file, err := os.Open(k.path)
	if err != nil { // somebody cleaned up
		c.remove(k)
		return nil, version{}, false
	}
	c.order.MoveToBack(k.at)
	return file, k.version, true
}

// pin returns a kept object whose path stays, when it is of this version; unpin must follow.
func (c *cache) pin(v version) (*kept, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.entries[v.Key]
	if !ok || k.etag != v.etag {
		return nil, false
	}
	if _, err := os.Lstat(k.path); err != nil {
		c.remove(k)
		return nil, false
	}
	c.order.MoveToBack(k.at)
	k.pins++
	return k, true
}

func (c *cache) unpin(k *kept) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.letGo(k)
}

func (c *cache) letGo(k *kept) {
	if k.pins--; k.pins == 0 && k.gone {
		c.used -= k.size
	}
}

// lingers is how long a flight goes on that nobody waits for any more: a step that ran out
// of time is soon tried again, and finds it further.
const lingers = time.Minute

// fetch brings an object into a new file, for which it has room set aside once it knows
// the size.
type fetch func(ctx context.Context, into *incomingFile) (version, error)

// incomingFile is a file on its way into the cache.
type incomingFile struct {
	*os.File
	cache *cache
	moved func(n int64)
	size  int64 // set aside
}

// bring returns a kept object, pinned, and fetches it first unless that is under way.
// tell may be nil; it is called while bytes arrive.
func (c *cache) bring(ctx context.Context, op, name string, get fetch, tell func()) (*kept, error) {
	for {
		f, err := c.board(ctx, op, name, get)
		if err != nil {
			return nil, err
		}
		if !c.wait(ctx, f, tell) {
			return nil, cancelled(ctx, op)
		}
		if !fault.Is(f.err, fault.Cancelled) || ctx.Err() != nil {
			return f.kept, f.err
		} // it had been given up when we came
	}
}

// board returns the flight of this name, with us among those who wait.
func (c *cache) board(ctx context.Context, op, name string, get fetch) (*flight, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, fault.New(fault.Unavailable, op, "", "")
	}
	f, ok := c.flights[name]
	if !ok {
		// Others may wait for it too, so it does not end with whoever came first.
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		f = &flight{done: make(chan struct{}), cancel: cancel}
		c.flights[name] = f
		go c.fly(ctx, name, f, get)
	}
	f.waiters++
	return f, nil
}

// wait returns when a flight has ended, or false when ctx has.
func (c *cache) wait(ctx context.Context, f *flight, tell func()) bool {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var before int64
	for {
		select {
		case <-f.done:
			return true
		case <-ctx.Done():
			c.leave(f)
			return false
		case <-tick.C:
			if now := f.moved.Load(); now != before && tell != nil {
				before = now
				tell()
			}
		}
	}
}

// leave is for a waiter that gives up.
func (c *cache) leave(f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-f.done: // just now: with a pin for us
		if f.kept != nil {
			c.letGo(f.kept)
		}
		return
	default:
	}
	if f.waiters--; f.waiters > 0 {
		return
	}
	left := time.Now()
	f.left = left
	time.AfterFunc(lingers, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if f.waiters == 0 && f.left.Equal(left) {
			f.cancel()
		}
	})
}

// fly fetches an object and keeps it.
func (c *cache) fly(ctx context.Context, name string, f *flight, get fetch) {
	defer f.cancel()
	c.mu.Lock()
	c.named++
	path := filepath.Join(c.dir, strconv.FormatInt(c.named, 36))
	c.mu.Unlock()
	in := &incomingFile{cache: c, moved: func(n int64) { f.moved.Add(n) }}
	var v version
	var err error
	if in.File, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600); err != nil {
		err = errors.Join(errDisk, err)
	} else {
		v, err = get(ctx, in)
		err = errors.Join(err, in.Close())
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.flights, name)
	defer close(f.done)
	if f.gone {
		err = fault.New(fault.NotFound, "blob.read", "", "")
	}
	if err != nil {
		if errors.Is(err, errLarge) {
			c.rememberLarge(v.Key)
		}
		f.err = err
		c.used -= in.size
		_ = os.Remove(path) // it may never have been made
		return
	}
	k := &kept{version: v, path: path, size: in.size, pins: f.waiters}
	if old, ok := c.entries[v.Key]; ok {
		c.remove(old)
	}
	k.at = c.order.PushBack(k)
	c.entries[v.Key] = k
	f.kept = k
}

// errLarge is of an object that is not kept just because it is read.
var errLarge = errors.New("the object is too large to be kept for being read")

const mostLarge = 10_000

func (c *cache) rememberLarge(key string) {
	if len(c.large) >= mostLarge {
		clear(c.large)
	}
	c.large[key] = true
}

// isLarge reports whether an object is known to be larger than what is kept when read.
func (c *cache) isLarge(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.large[key] && c.entries[key] == nil
}

// errNoRoom is what a fetch ends with that nothing can make room for.
var errNoRoom = errors.New("the object is larger than all that may be kept, or the disk is full")

// errInUse is what a fetch ends with that would find room if others ended.
var errInUse = errors.New("what is kept on this disk is in use: there is no room beside it for now")

// setAside takes room for a file before its bytes come, of others if need be.
func (in *incomingFile) setAside(size int64) error {
	c := in.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.used+size > c.limit || c.diskFree() < size+c.keepFree {
		switch {
		case size > c.limit:
			return errNoRoom
		case c.makeRoom():
		case c.used > 0:
			return errInUse
		default:
			return errNoRoom
		}
	}
	c.used += size
	in.size = size
	return nil
}

// makeRoom removes the least recently used file that nobody uses by its path.
func (c *cache) makeRoom() bool {
	for at := c.order.Front(); at != nil; at = at.Next() {
		if k := at.Value.(*kept); k.pins == 0 {
			c.remove(k)
			return true
		}
	}
	return false
}

func (c *cache) diskFree() int64 {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(c.dir, &disk); err != nil {
		return 0
	}
	return int64(disk.Bavail) * int64(disk.Bsize)
}

// remove takes a file out. Its bytes are free once nobody uses it.
func (c *cache) remove(k *kept) {
	if c.entries[k.Key] == k {
		delete(c.entries, k.Key)
	}
	c.order.Remove(k.at)
	if err := os.Remove(k.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return // its bytes stay, and so they count
	}
	if k.gone = true; k.pins == 0 {
		c.used -= k.size
	}
}

// drop forgets the object of a key, or all of a folder, also those on their way.
func (c *cache) drop(key string) {
	is := func(k string) bool { return k == key }
	if strings.HasSuffix(key, "/") {
		is = func(k string) bool { return strings.HasPrefix(k, key) }
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, entry := range c.entries {
		if is(k) {
			c.remove(entry)
		}
	}
	maps.DeleteFunc(c.large, func(k string, _ bool) bool { return is(k) })
	for k, f := range c.flights {
		if is(strings.TrimSuffix(k, whole)) {
			f.gone = true
			f.cancel()
		}
	}
}

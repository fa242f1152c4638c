package viewers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Report is what a device says of a film, as PUT /api/watch/{id} and the live connection take it.
type Report struct {
	VideoID   string
	DeviceID  string
	SessionID string
	Counter   int64
	Era       string // as a ticket gives it
	Position  float64
	At        time.Time
	State     string
	Sought    bool
}

// append writes a report as JSON: by hand, because a test sends tens of thousands a second.
func (r Report) append(b []byte) []byte {
	b = append(b, `{"videoId":"`...)
	b = append(b, r.VideoID...)
	return r.appendRest(append(b, `",`...))
}

// appendRest writes all but which film it is.
func (r Report) appendRest(b []byte) []byte {
	b = append(b, `"deviceId":"`...)
	b = append(b, r.DeviceID...)
	b = append(b, `","sessionId":"`...)
	b = append(b, r.SessionID...)
	b = append(b, `","era":"`...)
	b = append(b, r.Era...)
	b = append(b, `","state":"`...)
	b = append(b, r.State...)
	b = append(b, `","observedAt":"`...)
	b = r.At.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
	b = append(b, `","counter":`...)
	b = strconv.AppendInt(b, r.Counter, 10)
	b = append(b, `,"positionSeconds":`...)
	b = strconv.AppendFloat(b, r.Position, 'f', 3, 64)
	b = append(b, `,"durationSeconds":`...)
	b = strconv.AppendFloat(b, Duration, 'f', 0, 64)
	b = append(b, `,"sought":`...)
	b = strconv.AppendBool(b, r.Sought)
	return append(b, '}')
}

// Reply is how the server answered a command: Code is 0 when it was done, else the HTTP status it
// would have been.
type Reply struct {
	ID      int
	Code    int
	Message string
}

// Hears are what a live connection calls, from one goroutine, which must not be kept. Data is not
// the callee's to keep either.
type Hears struct {
	Reply func(Reply)
	Event func(channel string, data []byte)
}

// Live is an open live connection, which speaks the Centrifuge protocol.
type Live struct {
	Channels []string // that it hears

	socket *socket
	hears  Hears
	ended  chan struct{}
	err    error // why, once ended is closed

	mu      sync.Mutex
	command []byte
}

// connecting is the id of the first command; those of others are higher.
const connecting = 1

// Connect opens the device's live connection to the server at base, from an address when it is not
// nil, and returns once the server has taken it.
func (d *Device) Connect(ctx context.Context, base string, from net.IP, hears Hears) (*Live, error) {
	s, err := dial(ctx, strings.TrimPrefix(base, "http://"), from, d.Token)
	if err != nil {
		return nil, err
	}
	l := &Live{socket: s, hears: hears, ended: make(chan struct{})}
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetReadDeadline(time.Unix(1, 0)) })
	err = l.connect()
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		s.conn.Close()
		return nil, err
	}
	go l.listen()
	return l, nil
}

func (l *Live) connect() error {
	if err := l.socket.write(opText, []byte(`{"id":1,"connect":{}}`)); err != nil {
		return err
	}
	message, err := l.socket.read(nil)
	if err != nil {
		return err
	}
	first, rest, _ := bytes.Cut(message, []byte("\n"))
	var got struct {
		ID      int
		Error   *struct{ Code int }
		Connect *struct{ Subs map[string]json.RawMessage }
	}
	if err := json.Unmarshal(first, &got); err != nil {
		return err
	}
	if got.ID != connecting || got.Connect == nil {
		return fmt.Errorf("the live connection is answered %s", first)
	}
	for channel := range got.Connect.Subs {
		l.Channels = append(l.Channels, channel)
	}
	return l.heard(rest)
}

// listen hears what comes until the connection ends.
func (l *Live) listen() {
	defer close(l.ended)
	defer l.socket.conn.Close()
	buffer := make([]byte, 512)
	for {
		message, err := l.socket.read(buffer)
		if err == nil {
			err = l.heard(message)
		}
		if err != nil {
			l.err = err
			return
		}
	}
}

var (
	aPush  = []byte(`{"push":`)
	aReply = []byte(`{"id":`)
	done   = []byte(`,"rpc":`)
)

// heard takes a message, which holds a line for each thing that is said; an empty one asks for a
// sign of life.
func (l *Live) heard(message []byte) error {
	for line := range bytes.Lines(message) {
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0:
		case string(line) == "{}":
			if err := l.socket.write(opText, line); err != nil {
				return err
			}
		case bytes.HasPrefix(line, aReply):
			r, err := replyOf(line)
			if err != nil {
				return err
			}
			if l.hears.Reply != nil {
				l.hears.Reply(r)
			}
		case bytes.HasPrefix(line, aPush):
			var got struct {
				Push struct {
					Channel    string
					Pub        *struct{ Data json.RawMessage }
					Disconnect *Closed
				}
			}
			if err := json.Unmarshal(line, &got); err != nil {
				return err
			}
			if got.Push.Disconnect != nil {
				return got.Push.Disconnect
			}
			if got.Push.Pub != nil && l.hears.Event != nil {
				l.hears.Event(got.Push.Channel, got.Push.Pub.Data)
			}
		default:
			return fmt.Errorf("the server said %.200s", line)
		}
	}
	return nil
}

// replyOf reads what most replies are by hand.
func replyOf(line []byte) (r Reply, err error) {
	n := len(aReply)
	for n < len(line) && line[n] >= '0' && line[n] <= '9' {
		r.ID = r.ID*10 + int(line[n]-'0')
		n++
	}
	if bytes.HasPrefix(line[n:], done) {
		return r, nil
	}
	var got struct {
		Error *Reply
	}
	if err := json.Unmarshal(line, &got); err != nil {
		return r, err
	}
	if got.Error == nil {
		return r, fmt.Errorf("the server answered %.200s", line)
	}
	got.Error.ID = r.ID
	return *got.Error, nil
}

// Report sends one, as the command of this id, above 1.
func (l *Live) Report(id int, r Report) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.command = append(l.command[:0], `{"id":`...)
	l.command = strconv.AppendInt(l.command, int64(id), 10)
	l.command = append(l.command, `,"rpc":{"method":"watch","data":`...)
	l.command = append(r.append(l.command), '}', '}')
	return l.socket.write(opText, l.command)
}

// Ended is closed when the connection has ended.
func (l *Live) Ended() <-chan struct{} { return l.ended }

// Err says why, once it has.
func (l *Live) Err() error { <-l.ended; return l.err }

// Hears reports whether it hears a channel.
func (l *Live) Hears(channel string) error {
	for _, c := range l.Channels {
		if c == channel {
			return nil
		}
	}
	return fmt.Errorf("the live connection hears %q, and not %s", l.Channels, channel)
}

// Close ends the connection and returns when nothing is heard any more.
func (l *Live) Close() {
	_ = l.socket.conn.Close()
	<-l.ended
}

// Gone reports whether an error is the end of a connection that its own side closed.
func Gone(err error) bool { return errors.Is(err, net.ErrClosed) }

package house

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// Event is what the live channel says of a video.
type Event struct {
	Type  string // video.changed, video.deleted
	Video Video
	ID    string // of a deleted one
}

// Live is an open connection that hears every event.
type Live struct {
	socket  *websocket.Conn
	waiting []frame
}

// frame is the part of the Centrifuge protocol a listener reads.
type frame struct {
	ID      int
	Error   *struct{ Code int }
	Connect *struct{ Subs map[string]json.RawMessage }
	Push    *struct {
		Channel    string
		Pub        *struct{ Data Event }
		Disconnect *struct {
			Code   int
			Reason string
		}
	}
}

// Listen opens the live connection with the client's session.
func (c *Client) Listen(ctx context.Context) (*Live, error) {
	c.stayFresh(ctx)
	address := "ws" + strings.TrimPrefix(c.house.URL("/api/realtime"), "http")
	socket, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: &http.Client{Jar: c.http.Jar, Transport: c.http.Transport}})
	if err != nil {
		return nil, err
	}
	socket.SetReadLimit(1 << 20)
	l := &Live{socket: socket}
	if err := wsjson.Write(ctx, socket, map[string]any{"id": 1, "connect": struct{}{}}); err != nil {
		return nil, errors.Join(err, socket.CloseNow())
	}
	for {
		f, err := l.frame(ctx)
		switch {
		case err != nil:
			return nil, errors.Join(err, socket.CloseNow())
		case f.Error != nil:
			return nil, errors.Join(fmt.Errorf("the live connection was refused with code %d", f.Error.Code), socket.CloseNow())
		case f.Connect == nil:
			continue
		}
		if _, ok := f.Connect.Subs["videos"]; !ok {
			return nil, errors.Join(errors.New("the live connection does not hear the channel videos"), socket.CloseNow())
		}
		return l, nil
	}
}

// Close ends the connection, if there is one.
func (l *Live) Close() {
	if l.socket != nil {
		_ = l.socket.CloseNow()
	}
}

// Next returns the next event.
func (l *Live) Next(ctx context.Context) (Event, error) {
	for {
		f, err := l.frame(ctx)
		if err != nil {
			return Event{}, err
		}
		switch {
		case f.Push == nil:
		case f.Push.Disconnect != nil:
			return Event{}, fmt.Errorf("sent away: %d %s", f.Push.Disconnect.Code, f.Push.Disconnect.Reason)
		case f.Push.Pub != nil && f.Push.Channel == "videos":
			return f.Push.Pub.Data, nil
		}
	}
}

// frame reads one frame; several may come in one message, and an empty one asks for a
// sign of life.
func (l *Live) frame(ctx context.Context) (frame, error) {
	for len(l.waiting) == 0 {
		_, message, err := l.socket.Read(ctx)
		if err != nil {
			return frame{}, err
		}
		for line := range strings.Lines(string(message)) {
			if strings.TrimSpace(line) == "{}" {
				if err := l.socket.Write(ctx, websocket.MessageText, []byte("{}")); err != nil {
					return frame{}, err
				}
				continue
			}
			var f frame
			if err := json.Unmarshal([]byte(line), &f); err != nil {
				return frame{}, fmt.Errorf("%w in %s", err, line)
			}
			l.waiting = append(l.waiting, f)
		}
	}
	f := l.waiting[0]
	l.waiting = l.waiting[1:]
	return f, nil
}

// Until follows a video by its live events and returns it as soon as it is what is wanted.
// A video that fails ends the wait, unless that is wanted.
func (c *Client) Until(ctx context.Context, id string, wanted func(Video) bool) (Video, error) {
	return c.follow(ctx, id, wanted, func() {})
}

// AsLongAsItMoves is Until without an end that a busy machine could miss: it goes on for as long as
// something is heard of the video, and ends when nothing was for so long.
func (c *Client) AsLongAsItMoves(ctx context.Context, still time.Duration, id string, wanted func(Video) bool) (Video, error) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	silence := time.AfterFunc(still, func() { end(fmt.Errorf("nothing was heard of it for %v", still)) })
	defer silence.Stop()
	v, err := c.follow(ctx, id, wanted, func() { silence.Reset(still) })
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = errors.Join(err, cause)
	}
	return v, err
}

func (c *Client) follow(ctx context.Context, id string, wanted func(Video) bool, heard func()) (Video, error) {
	l, err := c.Listen(ctx)
	if err != nil {
		return Video{}, err
	}
	defer func() { l.Close() }()
	v, err := c.Video(ctx, id) // it may be so already
	for err == nil {
		switch {
		case wanted(v):
			return v, nil
		case v.Status == "failed":
			return v, fmt.Errorf("the video failed: %s: %s", v.Error.Code, v.Error.Detail)
		}
		var e Event
		if e, err = l.Next(ctx); err == nil && e.Video.ID == id {
			heard()
			v = e.Video
		}
		if sentToComeBack(err) {
			l.Close()
			l, v, err = c.comeBack(ctx, id)
		}
	}
	return v, fmt.Errorf("waiting for the video %s, %s %.0f%%: %w", id, v.Status, 100*v.Progress, err)
}

// sentToComeBack tells whether the server closed a connection for the client to open another:
// codes of the Centrifuge protocol from 3000 to 3499. It does so when it may not have heard
// whose session ended.
func sentToComeBack(err error) bool {
	code := websocket.CloseStatus(err)
	return code >= 3000 && code < 3500
}

// comeBackEvery is how often who was sent to come back tries, while a part of the house is away.
const comeBackEvery = 200 * time.Millisecond

// comeBack opens another connection, and asks how the video is now.
func (c *Client) comeBack(ctx context.Context, id string) (*Live, Video, error) {
	for {
		l, err := c.Listen(ctx)
		if err == nil {
			var v Video
			if v, err = c.Video(ctx, id); err == nil {
				return l, v, nil
			}
			l.Close()
		}
		select {
		case <-ctx.Done():
			return &Live{}, Video{}, errors.Join(err, ctx.Err())
		case <-time.After(comeBackEvery):
		}
	}
}

// Ready says that a video is whole, Playable that it can be watched, Failed that it never
// will be.
func Ready(v Video) bool    { return v.Status == "ready" }
func Playable(v Video) bool { return v.Playable }
func Failed(v Video) bool   { return v.Status == "failed" }

// Finished says that nothing is left to be made of a video: it is ready, with its picture
// and the small ones of its bar.
func (c *Client) Finished(ctx context.Context) func(Video) bool {
	return func(v Video) bool {
		if !Ready(v) || v.StillURL == "" {
			return false
		}
		s, err := c.Stream(ctx, v.ID)
		return err == nil && s.ThumbnailsURL != ""
	}
}

// Measured says that it is known how loud every sound of a video is.
func (c *Client) Measured(ctx context.Context) func(Video) bool {
	return func(v Video) bool {
		s, err := c.Stream(ctx, v.ID)
		return err == nil && !slices.ContainsFunc(s.Audio, func(a Sound) bool { return a.GainDB == nil })
	}
}

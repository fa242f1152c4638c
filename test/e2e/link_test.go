//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/time/rate"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// link is a way to a server that carries so many bits a second towards the viewer, of all
// connections together.
type link struct {
	address string
	pace    *rate.Limiter // of bytes
}

// piece is what goes through at once: at 1 Mbit/s it takes an eighth of a second.
const piece = 16 << 10

func newLink(t testing.TB, to string, megabits float64) *link {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() { cancel(); l.Close() })
	k := &link{l.Addr().String(), rate.NewLimiter(bytesOf(megabits), piece)}
	go func() {
		for {
			viewer, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(to, "http://"), "/"))
			if err != nil {
				viewer.Close()
				continue
			}
			context.AfterFunc(ctx, func() { viewer.Close(); server.Close() })
			go func() {
				_, _ = io.Copy(server, viewer)
				server.Close()
			}()
			go func() {
				k.carry(ctx, viewer, server)
				viewer.Close()
			}()
		}
	}()
	return k
}

func bytesOf(megabits float64) rate.Limit { return rate.Limit(megabits * 1e6 / 8) }

func (k *link) carry(ctx context.Context, viewer io.Writer, server io.Reader) {
	buffer := make([]byte, piece)
	for {
		n, err := server.Read(buffer)
		if n > 0 && (k.pace.WaitN(ctx, n) != nil || !whole(viewer.Write(buffer[:n]))) || err != nil {
			return
		}
	}
}

func whole(_ int, err error) bool { return err == nil }

// remote answers /8 by letting the link carry 8 Mbit/s from now on.
func (k *link) remote(t testing.TB) string {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		megabits, err := strconv.ParseFloat(strings.TrimPrefix(r.URL.Path, "/"), 64)
		if err != nil || megabits <= 0 {
			http.Error(w, "no rate", http.StatusBadRequest)
			return
		}
		k.pace.SetLimit(bytesOf(megabits))
	}))
	t.Cleanup(site.Close)
	return site.URL
}

// uneven is a minute and a half whose rungs are as heavy as they say: 5 Mbit/s as it is, and 2.5, 1 and 0.5.
func uneven(t testing.TB) testfilm.Film {
	return testfilm.Film{Name: "uneven.mp4", Args: []string{
		"-stream_loop", "2", "-i", testfilm.BigBuckBunny(t), "-vf", "fps=24,scale=1280:720,setsar=1,noise=alls=12:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-g", "48",
		"-b:v", "5M", "-minrate", "5M", "-maxrate", "5M", "-bufsize", "5M", "-nal-hrd", "cbr", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-b:a", "96k", "-movflags", "+faststart",
	}}
}

// A viewer's link loses most of what it carries and has it back: the picture becomes smaller before it could stand still,
// and what it was soon after. It is about the link's time and the player's, so nothing else runs beside it.
func TestThePictureFollowsTheLink(t *testing.T) {
	h := house.Start(t, house.Options{})
	c := h.Admin()
	v := show(t, c, uneven(t))
	var rungs []string
	for _, r := range plays(t, c, v).Renditions {
		rungs = append(rungs, fmt.Sprintf("%s %.2f Mbit/s", r.ID, float64(r.Bandwidth)/1e6))
	}
	t.Logf("at most %s", strings.Join(rungs, ", "))
	k := newLink(t, h.URL("/"), 8)
	t.Log(browser.Run(t, browserPatience, "link.mjs", "http://"+k.address+"/", house.AdminEmail, house.AdminPassword, v.ID, k.remote(t)))
	h.Stop()
}

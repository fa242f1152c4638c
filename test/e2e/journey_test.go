//go:build e2e

package e2e

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// dubbed is a minute of a real film in two rungs, one of them as it is: dubbed, with the original beside.
func dubbed(t testing.TB) testfilm.Film {
	return testfilm.Film{Name: "Quando o mar recua (2023).mkv", Args: []string{
		"-stream_loop", "1", "-i", testfilm.BigBuckBunny(t), "-f", "lavfi", "-i", "sine=f=660:r=48000:d=60", "-map", "0:v", "-map", "0:a", "-map", "1",
		"-vf", "fps=24,scale=854:480,setsar=1", "-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-b:v", "1M", "-maxrate", "1400k", "-bufsize", "1400k", "-pix_fmt", "yuv420p",
		"-c:a", "aac", "-ac", "2", "-b:a", "96k", "-t", "60", "-metadata:s:a:0", "language=por", "-metadata:s:a:1", "language=eng", "-disposition:a:0", "default",
	}}
}

// What is said in it, all along.
const (
	saidPt = "1\n00:00:00,000 --> 00:00:30,000\nO mar recua.\n\n2\n00:00:30,000 --> 00:01:00,000\nA maré volta.\n"
	saidEn = "1\n00:00:00,000 --> 00:00:30,000\nThe sea draws back.\n\n2\n00:00:30,000 --> 00:01:00,000\nThe tide returns.\n"
)

func addWords(t testing.TB, c *house.Client, v house.Video) {
	t.Helper()
	for language, words := range map[string]string{"pt": saidPt, "en": saidEn} {
		if _, err := c.AddSubtitle(t.Context(), v.ID, map[string]string{"language": language}, language+".srt", []byte(words)); err != nil {
			t.Fatal(err)
		}
	}
}

// One evening of a viewer, from the door to a train without a network, by whatever they have at hand. Each has a profile
// of their own and comes by a way of their own.
func TestAViewersEvening(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	show(t, c, testfilm.Film{Name: "Sertao Azul (2022).mp4", Args: drawn("320x180", "yuv420p")})
	v := show(t, c, dubbed(t))
	addWords(t, c, v)
	for _, viewer := range []struct{ name, hands, language, width string }{
		{"Ana", "mouse", "en", "1920"},
		{"Bia", "keys", "pt-BR", "1280"},
		{"Caio", "finger", "pt-BR", "390"},
		{"Duda", "mouse", "en", "390"},
	} {
		profile := map[string]string{"name": viewer.name}
		if err := c.Call(t.Context(), http.MethodPost, "/api/me/profiles", profile, nil); err != nil {
			t.Fatal(err)
		}
		t.Run("by "+viewer.hands+" in "+viewer.language+" at "+viewer.width, func(t *testing.T) {
			network := newWire(t, h.URL(""))
			hands := http.NewServeMux()
			hands.HandleFunc("/cut", func(http.ResponseWriter, *http.Request) { network.cut() })
			hands.HandleFunc("/mend", func(http.ResponseWriter, *http.Request) { network.mend() })
			control := httptest.NewServer(hands)
			defer control.Close()
			t.Log(browser.Run(t, browserPatience, "journey.mjs", "http://"+network.address+"/", house.AdminEmail, house.AdminPassword,
				v.ID, control.URL, viewer.name, viewer.hands, viewer.language, viewer.width))
		})
	}
	h.Stop()
}

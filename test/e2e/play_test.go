//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/Eyevinn/dash-mpd/mpd"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/hlsrules"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// plays fails the test unless everything a ticket leads to is there and right.
func plays(t *testing.T, c *house.Client, v house.Video) house.Stream {
	t.Helper()
	s, err := c.Stream(within(t, patience), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(s.DurationSeconds-v.DurationSeconds) > 0.05 || s.DurationSeconds <= 0 {
		t.Errorf("the ticket says %v s, the video %v s", s.DurationSeconds, v.DurationSeconds)
	}
	for _, r := range s.Renditions {
		if len(r.Ready) != 1 || r.Ready[0][0] != 0 || math.Abs(r.Ready[0][1]-s.DurationSeconds) > 0.05 {
			t.Errorf("%s of a whole video is ready in %v of %v s", r.ID, r.Ready, s.DurationSeconds)
		}
	}
	playsByHLS(t, c, s)
	playsByDASH(t, c, s)
	showsPreviews(t, c, s)
	return s
}

// A film is served by the same rules whether it is played as it is or encoded.
func TestEveryKindOfFilmIsServedByTheRules(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	for name, kind := range map[string]struct {
		film    testfilm.Film
		instant bool
		rungs   int
	}{
		"as it is":               {twoRungs, true, 2},
		"as it is and alone":     {small, true, 1},
		"with rare keyframes":    {testfilm.Cinema, true, 1},
		"encoded":                {encodedTwoRungs, false, 2},
		"with two languages":     {testfilm.TwoLanguages, true, 1},
		"with frames shown late": {testfilm.Deep, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plays(t, c, show(t, c, kind.film))
			instant := slices.ContainsFunc(s.Renditions, func(r house.Rung) bool { return r.Instant })
			if instant != kind.instant || len(s.Renditions) != kind.rungs {
				t.Errorf("played as it is: %v, in %d rungs: %+v", instant, len(s.Renditions), s.Renditions)
			}
		})
	}
}

// get fetches what any player must get: no cookie goes along.
func get(t *testing.T, c *house.Client, path string) house.Fetched {
	t.Helper()
	got, err := c.Fetch(within(t, patience), http.MethodGet, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, got.Status, got.Body)
	}
	return got
}

func playsByHLS(t *testing.T, c *house.Client, s house.Stream) {
	t.Helper()
	fetched := 0
	fetch := func(path string) ([]byte, error) {
		got, err := c.Fetch(t.Context(), http.MethodGet, path, nil)
		if err == nil && got.Status != http.StatusOK {
			err = fmt.Errorf("answered %d", got.Status)
		}
		if err == nil {
			fetched++
		}
		return got.Body, err
	}
	for _, violation := range hlsrules.Check(fetch, s.HLSURL) {
		t.Error(violation)
	}
	if fetched < 4 {
		t.Errorf("the HLS title led to %d files only", fetched)
	}
}

// playsByDASH reads the manifest with a library that did not write it, and fetches every
// segment it names.
func playsByDASH(t *testing.T, c *house.Client, s house.Stream) {
	t.Helper()
	manifest, err := mpd.MPDFromBytes(get(t, c, s.DASHURL).Body)
	if err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse(s.DASHURL)
	if err != nil {
		t.Fatal(err)
	}
	address := func(template, id string, number uint32) string {
		relative, err := url.Parse(fill(template, id, number))
		if err != nil {
			t.Fatal(err)
		}
		return base.ResolveReference(relative).String()
	}
	representations, subtitles := 0, 0
	for _, set := range manifest.Periods[0].AdaptationSets {
		if set.MimeType == "text/vtt" {
			subtitles++
			if words := get(t, c, address(string(set.Representations[0].BaseURLs[0].Value), "", 0)); !strings.HasPrefix(string(words.Body), "WEBVTT\n") {
				t.Errorf("subtitles of the manifest begin with %.40q", words.Body)
			}
			continue
		}
		for _, r := range set.Representations {
			representations++
			template := set.SegmentTemplate
			if r.SegmentTemplate != nil {
				template = r.SegmentTemplate
			}
			init := get(t, c, address(template.Initialization, r.Id, 0)).Body
			if file, err := mp4.DecodeFile(bytes.NewReader(init)); err != nil || file.Init == nil {
				t.Fatalf("the init segment of %s: %v", r.Id, err)
			}
			number, ticks := uint32(1), uint64(0)
			if template.StartNumber != nil {
				number = *template.StartNumber
			}
			for _, line := range template.SegmentTimeline.S {
				for range line.R + 1 {
					path := address(template.Media, r.Id, number)
					file, err := mp4.DecodeFile(bytes.NewReader(get(t, c, path).Body))
					if err != nil || len(file.Segments) != 1 {
						t.Fatalf("%s: %v", path, err)
					}
					if at := file.Segments[0].Fragments[0].Moof.Traf.Tfdt.BaseMediaDecodeTime(); at != ticks {
						t.Fatalf("%s begins at %d, the manifest says %d", path, at, ticks)
					}
					ticks += line.D
					number++
				}
			}
			if seconds := float64(ticks) / float64(*template.Timescale); math.Abs(seconds-s.DurationSeconds) > 0.1 {
				t.Errorf("%s lasts %v s, the film %v s", r.Id, seconds, s.DurationSeconds)
			}
		}
	}
	if want := len(s.Renditions) + len(s.Audio); representations != want {
		t.Errorf("the manifest has %d representations, the ticket %d", representations, want)
	}
	if subtitles != len(s.Subtitles) {
		t.Errorf("the manifest has %d subtitles, the ticket %d", subtitles, len(s.Subtitles))
	}
}

var numberIdentifier = regexp.MustCompile(`\$Number(?:%0(\d+)d)?\$`)

// fill puts a representation and a number into a DASH address (ISO/IEC 23009-1, 5.3.9.4.4).
func fill(template, id string, number uint32) string {
	template = strings.ReplaceAll(template, "$RepresentationID$", id)
	return numberIdentifier.ReplaceAllStringFunc(template, func(found string) string {
		width, _ := strconv.Atoi(numberIdentifier.FindStringSubmatch(found)[1])
		return fmt.Sprintf("%0*d", width, number)
	})
}

var cue = regexp.MustCompile(`(?m)^(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})\n(/[^#\s]+)#xywh=(\d+),(\d+),(\d+),(\d+)$`)

// showsPreviews checks that the preview track covers the film and that each picture it
// names lies on its sheet.
func showsPreviews(t *testing.T, c *house.Client, s house.Stream) {
	t.Helper()
	if s.ThumbnailsURL == "" {
		t.Error("the film has no previews")
		return
	}
	track := string(get(t, c, s.ThumbnailsURL).Body)
	cues := cue.FindAllStringSubmatch(track, -1)
	if !strings.HasPrefix(track, "WEBVTT\n") || len(cues) == 0 {
		t.Fatalf("not a preview track:\n%s", track)
	}
	if cues[0][1] != "00:00:00.000" {
		t.Errorf("the previews begin at %s", cues[0][1])
	}
	sheets := map[string]struct{ width, height int }{}
	for _, found := range cues {
		path := found[3]
		if _, known := sheets[path]; !known {
			picture, err := jpeg.DecodeConfig(bytes.NewReader(get(t, c, path).Body))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			sheets[path] = struct{ width, height int }{picture.Width, picture.Height}
		}
		var at [4]int
		for i := range at {
			at[i], _ = strconv.Atoi(found[4+i])
		}
		if sheet := sheets[path]; at[0]+at[2] > sheet.width || at[1]+at[3] > sheet.height || at[2] == 0 || at[3] == 0 {
			t.Errorf("the picture at %v is not on its sheet of %dx%d", at, sheet.width, sheet.height)
		}
	}
}

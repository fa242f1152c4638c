package hlsrules_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/test/hlsrules"
	"github.com/kkmovies/kkmovies/test/testfilm"
	"github.com/kkmovies/kkmovies/test/testplan"
)

// A film that is played as it is breaks no rule either, whatever clock it was cut from: one
// of milliseconds puts sound and picture a little apart, and the first segments of both begin
// at 0 all the same.
func TestAFilmPlayedAsItIsBreaksNoRule(t *testing.T) {
	for _, c := range []struct {
		film   testfilm.Film
		excuse []string // rules it breaks by as much as its clock is coarse
	}{
		{testfilm.PAL, nil}, {testfilm.NTSC, nil}, {testfilm.QuickTime, nil},
		{testfilm.MatroskaRemuxed, []string{"frame-rate", "presentation-time"}},
	} {
		t.Run(c.film.Name, func(t *testing.T) {
			t.Parallel()
			files := copied(t, testplan.AsItIs(t, c.film.Path(t)))
			fetch := func(path string) ([]byte, error) {
				if b, ok := files[strings.TrimPrefix(path, "/")]; ok {
					return b, nil
				}
				return nil, fmt.Errorf("404")
			}
			for _, v := range hlsrules.Check(fetch, "/videos/film/playlist.m3u8") {
				if !slices.Contains(c.excuse, v.Rule.ID) {
					t.Error(v)
				}
			}
		})
	}
}

// copied returns the objects and playlists of a film's own picture and sound, by key.
func copied(t *testing.T, film testplan.Film) map[string][]byte {
	t.Helper()
	const video = "film"
	p, x := film.Plan, film.Index
	rung, err := x.Rung()
	if err != nil {
		t.Fatal(err)
	}
	files, made := map[string][]byte{}, map[string]plan.Made{}
	for _, r := range p.Renditions {
		if !r.Copy {
			continue
		}
		m := plan.Made{Codecs: rung.Codecs, Whole: true}
		init, err := x.VideoInit()
		if r.Kind == plan.Audio {
			m.Codecs = "mp4a.40.2"
			init, err = x.SoundInit(r.Stream)
		}
		if err != nil {
			t.Fatal(err)
		}
		files[plan.InitKey(video, r.ID)] = init
		files[plan.FileKey(video, r.ID+"/"+plan.MediaName)] = plan.MediaPlaylist(p, r)
		var sizes []int64
		for k, s := range p.Grid.Segments {
			var body bytes.Buffer
			if r.Kind == plan.Video {
				err = x.Video(t.Context(), &body, s.Source(), k)
			} else {
				first, count := p.AudioSegment(r, k)
				err = x.Sound(t.Context(), &body, r.Stream, first, count, k)
			}
			if err != nil {
				t.Fatal(err)
			}
			files[plan.Key(video, r.ID, k)] = body.Bytes()
			sizes = append(sizes, int64(body.Len()))
		}
		m.PeakBandwidth, m.AverageBandwidth = p.Measure(r, sizes)
		made[r.ID] = m
	}
	if len(made) < 2 {
		t.Fatalf("copied are only %v", made)
	}
	multivariant, err := plan.Multivariant(p, made)
	if err != nil {
		t.Fatal(err)
	}
	files[plan.FileKey(video, plan.MultivariantName)] = multivariant
	return files
}

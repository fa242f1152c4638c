package pipeline_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/test/engines"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// talked is five minutes that are played as they are, with words every ten seconds: more than is
// kept whole of a bucket. Its sound lies in pieces of half a second, as most programs put it: where
// it lies beside each picture, whoever hears it reads most of a film.
func talked() testfilm.Film {
	var words strings.Builder
	for i := range 30 {
		fmt.Fprintf(&words, "%d\n00:%02d:%02d,000 --> 00:%02d:%02d,000\nWord %d\n\n", i+1, i/6, i%6*10, i/6, i%6*10+5, i)
	}
	return testfilm.Film{Name: "talked.mp4", Args: []string{
		"-f", "lavfi", "-i", "testsrc2=r=25:d=304:s=426x240,noise=alls=12:allf=t", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=304",
		"-f", "srt", "-i", "data:text/plain;base64," + base64.StdEncoding.EncodeToString([]byte(words.String())), "-map", "0", "-map", "1", "-map", "2",
		"-c:v", "libx264", "-preset", "ultrafast", "-b:v", "1500k", "-g", "100", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k",
		"-c:s", "mov_text", "-metadata:s:s:0", "language=eng", "-movflags", "+faststart", "-chunk_duration", "500000",
	}}
}

// examined is a store that says when a film has been looked at.
type examined struct {
	pipeline.Store
	pictured, read, measured chan struct{}
	texts                    pipeline.ReadTexts
	shown                    pipeline.Shown
	loud                     map[string]plan.Loudness
}

func (s *examined) SetPictures(ctx context.Context, videoID string, shown pipeline.Shown) error {
	err := s.Store.SetPictures(ctx, videoID, shown)
	if err == nil && shown.Sprites != "" {
		s.shown = shown
		close(s.pictured)
	}
	return err
}

func (s *examined) SaveTexts(ctx context.Context, videoID string, t pipeline.ReadTexts) error {
	err := s.Store.SaveTexts(ctx, videoID, t)
	if err == nil {
		s.texts = t
		close(s.read)
	}
	return err
}

func (s *examined) SetLoudness(ctx context.Context, videoID string, measured map[string]plan.Loudness) error {
	err := s.Store.SetLoudness(ctx, videoID, measured)
	if err == nil {
		s.loud = measured
		close(s.measured)
	}
	return err
}

// looksAt has a film looked at, and nothing of it encoded. It returns what was found.
func (s *studio) looksAt(film testfilm.Film) (videoID string, found *examined) {
	s.t.Helper()
	found = &examined{Store: s.store.Store, pictured: make(chan struct{}), read: make(chan struct{}), measured: make(chan struct{})}
	s.store.Store = found
	s.start(pipeline.Options{Alone: true})
	videoID = s.add(film)
	within(s.t, "it is read", found.read)
	within(s.t, "it is pictured", found.pictured)
	within(s.t, "its sound is measured", found.measured)
	return videoID, found
}

// Whoever looks at a film in a bucket fetches of it what is looked at, and finds in it what is
// found in a file.
func TestAFilmInABucketIsLookedAtInParts(t *testing.T) {
	film := talked()
	bucket := engines.S3(t)
	counted := engines.Count(t, bucket, "/originals/")
	at, err := blob.ParseS3(bucket.Address(counted.Endpoint))
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.OpenS3(t.Context(), at, blob.S3Options{Folder: filepath.Join(t.TempDir(), "cache"), CacheSize: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	far, near := newStudio(t), newStudio(t)
	far.blobs = &unfetched{Store: blobs}
	id, found := far.looksAt(film)
	requests, fetched := counted.Fetched()
	info, err := blobs.Stat(t.Context(), "originals/"+id+"/source")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("of %d MB, %.1f MB were fetched by %d requests", info.Size/1e6, float64(fetched)/1e6, requests)
	if fetched > info.Size/2 { // some of it before it was known to be large
		t.Errorf("of %d bytes, %d were fetched", info.Size, fetched)
	}

	wantID, want := near.looksAt(film)
	if found.shown.BlurHash != want.shown.BlurHash || found.shown.Sprites != want.shown.Sprites {
		t.Errorf("pictured as %+v, want %+v", found.shown, want.shown)
	}
	if !reflect.DeepEqual(found.texts, want.texts) || len(found.texts.Subtitles) != 1 {
		t.Errorf("read as %+v, want %+v", found.texts, want.texts)
	}
	if !reflect.DeepEqual(found.loud, want.loud) || len(found.loud) == 0 {
		t.Errorf("measured as %v, want %v", found.loud, want.loud)
	}
	for _, name := range []string{plan.PosterName, plan.SpriteName(0), plan.SubtitleName(want.texts.Subtitles[0].ID)} {
		if !bytes.Equal(far.object(plan.FileKey(id, name)), near.object(plan.FileKey(wantID, name))) {
			t.Errorf("%s is another", name)
		}
	}
}

package delivery

import (
	pathpkg "path"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

func TestNamesAreUnderstood(t *testing.T) {
	for path, want := range map[string]name{
		"playlist.m3u8":                {kind: multivariant},
		"manifest.mpd":                 {kind: manifest},
		"thumbnails.vtt":               {kind: thumbnails},
		"poster.jpg":                   {kind: poster},
		"sprite-000.jpg":               {kind: sprite},
		"sprite-1234.jpg":              {kind: sprite, number: 1234},
		"video/720/index.m3u8":         {kind: media, rendition: "video/720"},
		"video/720/init.mp4":           {kind: initialisation, rendition: "video/720"},
		"video/720/seg-00001.m4s":      {kind: segment, rendition: "video/720", number: 0},
		"subtitles/0-pt-br.vtt":        {kind: subtitle, rendition: "0-pt-br"},
		"subtitles/0-pt-br.m3u8":       {kind: subtitlePlaylist, rendition: "0-pt-br"},
		"subtitles/0-pt/seg-00012.vtt": {kind: subtitleSegment, rendition: "0-pt", number: 11},
		"audio/0-pt-br/seg-01800.m4s":  {kind: segment, rendition: "audio/0-pt-br", number: 1799},
	} {
		if got, ok := parseName(path); !ok || got != want {
			t.Errorf("%s: %+v, %v", path, got, ok)
		}
	}
}

func TestOtherNamesAreNot(t *testing.T) {
	for _, path := range []string{
		"", "/", "playlist.m3u8/", "/playlist.m3u8", "Playlist.m3u8", "source", "../source",
		"originals/x/source", "video", "video/", "video/720", "video/720/", "video//index.m3u8",
		"video/720/seg-00000.m4s", "video/720/seg-1.m4s", "video/720/seg-000001.m4s", "video/720/seg-+0001.m4s",
		"video/720/seg--0001.m4s", "video/720/seg-99999999999.m4s", "video/720/seg-0x001.m4s", "video/720/seg-00001.ts",
		"video/../720/init.mp4", "video/./init.mp4", "video/7 20/init.mp4", "video/7%2e0/init.mp4", "video/720/a/init.mp4",
		"subtitles/0-pt/index.m3u8", "subtitles/0-pt", "subtitles/.vtt", "subtitles/0-PT.vtt", "subtitles/../0-pt.vtt", "subtitles/0-pt.vtt.vtt",
		"subtitles/0-pt/seg-1.vtt", "subtitles/0-pt/seg-00000.vtt", "subtitles/0-pt/seg-00001.m4s", "subtitles/0/1/seg-00001.vtt", "subtitles/0-pt.m3u8/", "subtitles//seg-00001.vtt", "sprite-1.jpg", "sprite-0001.jpg", "sprite--01.jpg", "sprite-.jpg",
		"video/" + strings.Repeat("7", 200) + "/init.mp4", "video/720/init.mp4\x00", "thumbnails.vtt?x",
	} {
		if got, ok := parseName(path); ok {
			t.Errorf("%q is understood as %+v", path, got)
		}
	}
}

// Whatever is understood has one spelling, and stays inside its video's folder.
func FuzzName(f *testing.F) {
	for _, seed := range []string{
		"subtitles/0-pt.vtt", "subtitles/1-en.m3u8", "subtitles/0-pt/seg-00001.vtt", "subtitles/../x.vtt",
		"playlist.m3u8", "video/720/seg-00001.m4s", "audio/0-en/init.mp4", "sprite-007.jpg",
		"../../originals/x/source", "video/../../x/init.mp4", "video/720/seg-00001.m4s/", "thumbnails.vtt#",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		n, ok := parseName(path)
		if !ok {
			return
		}
		if n.String() != path {
			t.Fatalf("%q was understood as %q", path, n)
		}
		if strings.Contains(path, "..") || strings.HasPrefix(path, "/") || strings.ContainsAny(path, "\\%?# \x00") {
			t.Fatalf("%q was understood", path)
		}
		if key := plan.FileKey("v", n.String()); !strings.HasPrefix(key, "videos/v/") || pathpkg.Clean(key) != key {
			t.Fatalf("%q is stored at %q", path, key)
		}
		if n.number < 0 || len(n.rendition) > maxName {
			t.Fatalf("%q was understood as %+v", path, n)
		}
	})
}

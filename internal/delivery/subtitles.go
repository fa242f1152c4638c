package delivery

import (
	"slices"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// subtitle finds a subtitle's file, its HLS playlist or a segment of it. Only the file is
// stored; it is small, so segments are cut out of it on the way out.
func (t known) subtitle(n name, videoID string) (Resource, error) {
	at := slices.IndexFunc(t.Subtitles, func(s plan.Subtitle) bool { return s.ID == n.rendition })
	if at < 0 {
		return Resource{}, notFound()
	}
	s := t.Subtitles[at]
	if n.kind == subtitlePlaylist {
		return Resource{ContentType: typeHLS, Cache: Brief, Body: plan.SubtitlePlaylist(t.Plan, s)}, nil
	}
	found := Resource{ContentType: typeVTT, Cache: Immutable, Key: plan.FileKey(videoID, plan.SubtitleName(s.ID))}
	if n.kind == subtitleSegment {
		if n.number >= t.Plan.SubtitleSegments() {
			return Resource{}, notFound()
		}
		found.Cut = func(file []byte) []byte { return plan.SubtitleSegment(t.Plan, file, n.number) }
	}
	return found, nil
}

package delivery

import (
	"strconv"
	"strings"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// The media types of what is sent. Audio segments say so: some players ask.
const (
	typeHLS   = "application/vnd.apple.mpegurl"
	typeDASH  = "application/dash+xml"
	typeVideo = "video/mp4"
	typeAudio = "audio/mp4"
	typeVTT   = "text/vtt; charset=utf-8"
	typeJPEG  = "image/jpeg"
)

// kind tells names apart.
type kind int

const (
	multivariant kind = iota
	everything        // the multivariant playlist of every planned rung
	manifest
	thumbnails
	poster
	sprite         // with a number
	media          // of a rendition
	initialisation // of a rendition
	segment        // of a rendition, with a number
	subtitle       // by its id, whole
	subtitlePlaylist
	subtitleSegment // with a number
)

// name is a path below a video's folder, understood.
type name struct {
	kind      kind
	rendition string // or a subtitle's id
	number    int    // from 0
}

// ofSubtitle tells names of subtitles from those of renditions.
func (n name) ofSubtitle() bool { return n.kind >= subtitle }

// maxName is longer than any name there is.
const maxName = 100

// parseName understands exactly the names that String writes: one name for one thing,
// so that nothing is kept twice and nothing is reached by another spelling.
func parseName(path string) (name, bool) {
	if len(path) > maxName {
		return name{}, false
	}
	var n name
	switch path {
	case plan.MultivariantName:
		n.kind = multivariant
	case plan.PlayerName:
		n.kind = everything
	case plan.ManifestName:
		n.kind = manifest
	case plan.ThumbnailsName:
		n.kind = thumbnails
	case plan.PosterName:
		n.kind = poster
	default:
		folder, file := "", path
		if i := strings.LastIndexByte(path, '/'); i >= 0 {
			folder, file = path[:i], path[i+1:]
		}
		n.rendition = folder
		switch {
		case folder == "subtitles" || strings.HasPrefix(folder, "subtitles/"):
			n.kind, n.rendition, n.number = subtitleFile(path)
			if !idLike(n.rendition) {
				return name{}, false
			}
		case folder == "":
			n.kind, n.number = sprite, number(file, "sprite-", ".jpg")
		case !renditionLike(folder):
			return name{}, false
		case file == plan.MediaName:
			n.kind = media
		case file == plan.InitName:
			n.kind = initialisation
		default:
			n.kind, n.number = segment, number(file, "seg-", ".m4s")-1
		}
	}
	if n.number < 0 || n.String() != path {
		return name{}, false
	}
	return n, true
}

// number reads the digits between prefix and suffix, -1 when there are none.
func number(file, prefix, suffix string) int {
	digits, ok := strings.CutPrefix(file, prefix)
	digits, ok2 := strings.CutSuffix(digits, suffix)
	n, err := strconv.ParseUint(digits, 10, 31)
	if !ok || !ok2 || err != nil {
		return -1
	}
	return int(n)
}

// renditionLike keeps what is looked up in a plan, and what may end in an object key,
// to plain characters in two steps.
func renditionLike(folder string) bool {
	kind, id, ok := strings.Cut(folder, "/")
	if !ok || kind != "video" && kind != "audio" || id == "" {
		return false
	}
	return idLike(id)
}

// idLike keeps an id to plain characters.
func idLike(id string) bool {
	return id != "" && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
}

// subtitleFile tells a subtitle's three kinds of files apart.
func subtitleFile(path string) (kind kind, id string, segment int) {
	path = strings.TrimPrefix(path, "subtitles/")
	if id, file, ok := strings.Cut(path, "/"); ok {
		return subtitleSegment, id, number(file, "seg-", ".vtt") - 1
	}
	if id, ok := strings.CutSuffix(path, ".m3u8"); ok {
		return subtitlePlaylist, id, 0
	}
	return subtitle, strings.TrimSuffix(path, ".vtt"), 0
}

// String writes the name as it stands in a path.
func (n name) String() string {
	switch n.kind {
	case multivariant:
		return plan.MultivariantName
	case everything:
		return plan.PlayerName
	case manifest:
		return plan.ManifestName
	case thumbnails:
		return plan.ThumbnailsName
	case poster:
		return plan.PosterName
	case sprite:
		return plan.SpriteName(n.number)
	case media:
		return n.rendition + "/" + plan.MediaName
	case initialisation:
		return n.rendition + "/" + plan.InitName
	case subtitle:
		return plan.SubtitleName(n.rendition)
	case subtitlePlaylist:
		return plan.SubtitlePlaylistName(n.rendition)
	case subtitleSegment:
		return plan.SubtitleSegmentName(n.rendition, n.number)
	default:
		return n.rendition + "/" + plan.SegmentName(n.number)
	}
}

package catalog

import (
	"maps"
	"slices"
)

// Shown is a film as it is shown: with what there is of it to watch, the current video first,
// then editions, then trailers.
type Shown struct {
	Film
	Videos []Video
}

// Current returns what plays when the film is played. Where nobody has said, or what they said
// is gone, that is the first edition.
func (s Shown) Current() (Video, bool) {
	if len(s.Videos) == 0 || s.Videos[0].Of.Part == Extra {
		return Video{}, false
	}
	return s.Videos[0], true
}

// Title is the film's title in the first language there is: of the house's, then any other.
func (f Film) Title() string {
	for _, language := range Languages {
		if t := f.Texts[language].Title; t != "" {
			return t
		}
	}
	for _, language := range slices.Sorted(maps.Keys(f.Texts)) {
		if t := f.Texts[language].Title; t != "" {
			return t
		}
	}
	return f.OriginalTitle
}

// URL is the page that plays a trailer; "" of a site nobody knows here.
func (t Trailer) URL() string {
	switch t.Site {
	case "YouTube":
		return "https://www.youtube.com/watch?v=" + t.Key
	case "Vimeo":
		return "https://vimeo.com/" + t.Key
	}
	return ""
}

package catalog

import (
	"maps"
	"slices"
)

// Shown is a film as it is shown: with what there is of it to watch, the current video first.
type Shown struct {
	Film
	Videos []Video
}

// Current returns what plays when the film is played.
func (s Shown) Current() (Video, bool) {
	i := slices.IndexFunc(s.Videos, func(v Video) bool { return v.Of.Part == Current })
	if i < 0 {
		return Video{}, false
	}
	return s.Videos[i], true
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

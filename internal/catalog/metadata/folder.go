package metadata

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Beside is a film file and what lies beside it. All are paths as they were given; "" where
// there is none.
type Beside struct {
	Path     string
	NFO      string
	Poster   string
	Backdrop string
	Guessed  Guessed
}

var (
	filmName  = regexp.MustCompile(`(?i)\.(?:mkv|mp4|m4v|mov|avi|webm|wmv|mpe?g|m2?ts|mts|vob|flv|ogv|ogm|3gp|3g2|asf|divx|rmvb|mxf)$`)
	imageName = regexp.MustCompile(`(?i)\.(?:jpe?g|png|webp)$`)
	// sampleName and extraFolder are of what is sent along with a film, after Kodi's and
	// Jellyfin's names for it.
	sampleName  = regexp.MustCompile(`(?i)(?:^|[ ._-])sample$`)
	extraFolder = regexp.MustCompile(`(?i)^(?:samples?|extras?|featurettes?|behind the scenes|deleted scenes|interviews?|scenes|shorts|clips|other|extrafanart|extrathumbs|\.actors)$`)
	stackedName = regexp.MustCompile(`(?i)[ ._-]*(?:cd|dis[ck]|dvd|part|pt)[ ._-]?\d{1,2}$`)
)

// The names a picture of a whole folder has, best first; "Film-poster.jpg" is of one film of it.
var (
	posterNames   = []string{"poster", "movie-poster", "folder", "cover", "movie", "default"}
	backdropNames = []string{"fanart", "movie-fanart", "backdrop", "background", "art", "landscape"}
)

// Pair finds the films in a listing of files, of one folder or of many below each other, and
// for each what lies beside it, in the order of their paths. What is called after a film is its
// own; what is called after no film is of the only film in its folder.
func Pair(files []string) []Beside {
	files = slices.Clone(files)
	slices.Sort(files)
	beside := map[string]map[string]string{} // by folder: files that are no films, by their small name
	var films []Beside
	titles := map[string]map[string]bool{} // by folder: the films in it, each once whatever its parts
	for _, file := range files {
		folder, name := path.Split(strings.ReplaceAll(file, `\`, "/"))
		if strings.HasPrefix(name, ".") || slices.ContainsFunc(strings.Split(folder, "/"), func(f string) bool { return extraFolder.MatchString(f) }) {
			continue
		}
		if !filmName.MatchString(name) {
			if beside[folder] == nil {
				beside[folder] = map[string]string{}
			}
			beside[folder][strings.ToLower(name)] = file
			continue
		}
		if sampleName.MatchString(withoutExtension(name)) {
			continue
		}
		b := Beside{Path: file, Guessed: Guess(file)}
		films = append(films, b)
		if !b.Guessed.Trailer {
			if titles[folder] == nil {
				titles[folder] = map[string]bool{}
			}
			titles[folder][titleOf(b.Guessed, name)] = true
		}
	}
	for i := range films {
		folder, name := path.Split(strings.ReplaceAll(films[i].Path, `\`, "/"))
		if films[i].Guessed.Trailer {
			continue
		}
		own := []string{strings.ToLower(withoutExtension(name)), whole(name)}
		alone := len(titles[folder]) == 1
		films[i].NFO = nfoOf(beside[folder], own, alone)
		films[i].Poster = pictureOf(beside[folder], own, posterNames, alone)
		films[i].Backdrop = pictureOf(beside[folder], own, backdropNames, alone)
	}
	return films
}

// titleOf tells the films of a folder apart: several cuts and qualities of one are one.
func titleOf(g Guessed, name string) string {
	if g.Title == "" {
		return whole(name)
	}
	return strings.ToLower(g.Title) + " " + strconv.Itoa(g.Year)
}

// whole is the name of a film without that of its part.
func whole(name string) string {
	name = strings.ToLower(withoutExtension(name))
	if short := stackedName.ReplaceAllString(name, ""); short != "" {
		return short
	}
	return name
}

func nfoOf(beside map[string]string, own []string, alone bool) string {
	for _, name := range own {
		if file := beside[name+".nfo"]; file != "" {
			return file
		}
	}
	if !alone {
		return ""
	}
	if file := beside["movie.nfo"]; file != "" {
		return file
	}
	var only []string
	for name, file := range beside {
		if strings.HasSuffix(name, ".nfo") {
			only = append(only, file)
		}
	}
	if len(only) == 1 {
		return only[0]
	}
	return ""
}

func pictureOf(beside map[string]string, own, names []string, alone bool) string {
	named := func(stem string) string {
		for _, as := range []string{".jpg", ".jpeg", ".png", ".webp"} {
			if file := beside[stem+as]; file != "" {
				return file
			}
		}
		return ""
	}
	for _, stem := range own {
		for _, kind := range names {
			if file := named(stem + "-" + kind); file != "" {
				return file
			}
		}
	}
	if alone {
		for _, kind := range names {
			if file := named(kind); file != "" && imageName.MatchString(file) {
				return file
			}
		}
	}
	return ""
}

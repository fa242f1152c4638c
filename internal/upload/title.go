package upload

import (
	"path"
	"regexp"
	"strings"
)

var (
	// release finds what release names put after the title.
	release = regexp.MustCompile(`(?i)(?:^|[\s\[({-])(?:2160p|1440p|1080[pi]|720p|576p|480p|4k|uhd|hdr|blu-?ray|bd-?rip|br-?rip|web-?dl|web-?rip|hdtv|hd-?rip|dvd-?rip|dvd|remux|x26[45]|h ?26[45]|hevc|avc|av1|xvid|divx|aac|ac3|dts|dual|dublado|legendado|proper|repack|extended|unrated|remastered)(?:$|[\s\])}-])`)
	// year is that of a release, with or without brackets.
	year = regexp.MustCompile(`^[\[(]?(?:19|20)\d\d[\])]?$`)
	// brackets finds notes in brackets at the very beginning, the name of a group mostly.
	brackets = regexp.MustCompile(`^\s*\[[^\]]*\]\s*`)
)

// GuessTitle guesses a film's title from the name of its file:
// "O.Farol.de.Vidro.2023.1080p.mkv" is "O Farol de Vidro".
func GuessTitle(fileName string) string {
	name := strings.TrimSuffix(fileName, path.Ext(fileName))
	if ext := path.Ext(fileName); !looksLikeExtension(strings.ToLower(ext)) || name == "" {
		name = fileName
	}
	title := strings.NewReplacer("_", " ").Replace(name)
	if !strings.Contains(title, " ") { // dots stand for spaces only where there are none
		title = strings.ReplaceAll(title, ".", " ")
	}
	title = brackets.ReplaceAllString(title, "")
	if at := release.FindStringIndex(title); at != nil && at[0] > 0 {
		title = title[:at[0]]
	}
	words := strings.Fields(title)
	for i := len(words) - 1; i > 0; i-- { // the last one: "2001 A Space Odyssey 1968"
		if year.MatchString(words[i]) {
			words = words[:i]
			break
		}
	}
	title = strings.Trim(strings.Join(words, " "), " -–.,([{")
	if title == "" {
		return strings.TrimSpace(name)
	}
	return title
}

package upload

import (
	"path"
	"regexp"
	"strings"
)

var (
	// release finds what release names put after the title.
	release = regexp.MustCompile(`(?i)(?:^|[\s\[({-])(?:2160p|1440p|1080[pi]|720p|576p|480p|4k|uhd|hdr|blu-?ray|bd-?rip|br-?rip|web-?dl|web-?rip|hdtv|hd-?rip|dvd-?rip|dvd|remux|x26[45]|h ?26[45]|hevc|avc|av1|xvid|divx|aac|ac3|dts|dual|dublado|legendado|proper|repack|extended|unrated|remastered)(?:$|[\s\])}-])`)
	// year finds the year of a release, with or without brackets, after a title.
	year = regexp.MustCompile(`\S\s+[\[(]?((?:19|20)\d\d)[\])]?(?:\s|$)`)
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
	end := len(title)
	if at := release.FindStringIndex(title); at != nil && at[0] > 0 {
		end = at[0]
	}
	// The last year before that: a title may hold one itself, "2001 A Space Odyssey 1968".
	for _, at := range year.FindAllStringSubmatchIndex(title[:end], -1) {
		if cut := strings.TrimRight(title[:at[2]], " [("); cut != "" {
			end = at[2]
		}
	}
	title = strings.Join(strings.Fields(strings.Trim(title[:end], " -–.,([{")), " ")
	if title == "" {
		return name
	}
	return title
}

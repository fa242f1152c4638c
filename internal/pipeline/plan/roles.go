package plan

import (
	"slices"
	"strings"

	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
)

// Role is what a sound track is for; "" is the film's own sound, of which no more is said.
type Role string

const (
	RoleOriginal    Role = "original"    // in the language the film was made in
	RoleDub         Role = "dub"         // in another one
	RoleCommentary  Role = "commentary"  // somebody talks about the film
	RoleDescription Role = "description" // says what is to be seen, for those who cannot see it
	RoleClear       Role = "clear"       // speech stands out, for those who hear little
)

// aside tells whether a track is only for those who ask for it.
func (r Role) aside() bool {
	return r == RoleCommentary || r == RoleDescription || r == RoleClear
}

// roleOf is what the file marks a track as, else what its title calls it.
func roleOf(track probe.Audio) Role {
	for _, said := range []struct {
		mark probe.Mark
		role Role
	}{
		{probe.Comment, RoleCommentary},
		{probe.VisualImpaired, RoleDescription}, {probe.Descriptions, RoleDescription},
		{probe.HearingImpaired, RoleClear},
	} {
		if slices.Contains(track.Marks, said.mark) {
			return said.role
		}
	}
	title := strings.ToLower(track.Title)
	for _, hint := range hints {
		if strings.Contains(title, hint.word) {
			return hint.role
		}
	}
	switch { // a film made in two languages may have a track that is both
	case slices.Contains(track.Marks, probe.Original):
		return RoleOriginal
	case slices.Contains(track.Marks, probe.Dub):
		return RoleDub
	}
	return ""
}

// hints are the words by which people who make films call such a track.
var hints = []struct {
	word string
	role Role
}{
	{"commentary", RoleCommentary}, {"comentário", RoleCommentary}, {"comentario", RoleCommentary},
	{"commentaire", RoleCommentary}, {"kommentar", RoleCommentary},
	{"audio description", RoleDescription}, {"audiodescri", RoleDescription}, {"descriptive", RoleDescription},
	{"descrição de áudio", RoleDescription}, {"described video", RoleDescription}, {"visually impaired", RoleDescription},
}

// characteristics are what HLS calls a role by; "" when it has no name for it.
func (r Role) characteristics() string {
	switch r {
	case RoleDescription:
		return "public.accessibility.describes-video"
	case RoleClear:
		return "public.accessibility.enhances-speech-intelligibility"
	}
	return ""
}

// dashRole and purpose are what DASH calls a role by, of ISO/IEC 23009-1 and of TV-Anytime.
func (r Role) dashRole() string {
	switch r {
	case RoleCommentary, RoleDescription, RoleDub:
		return string(r)
	case RoleClear:
		return "enhanced-audio-intelligibility"
	}
	return "alternate"
}

func (r Role) purpose() string {
	switch r {
	case RoleDescription:
		return "1"
	case RoleClear:
		return "2"
	}
	return ""
}

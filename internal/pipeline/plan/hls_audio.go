package plan

import (
	"bytes"
	"fmt"
	"slices"
)

// audioGroup is the sound a variant may be heard with.
type audioGroup struct {
	id      string
	members []member
}

// member is a track as a group offers it.
type member struct {
	Rendition           // what it is called and when it is chosen
	heard     Rendition // what is played
	extra     bool      // only our own player offers it
}

// The groups there may be. A player that is no match for the second has the first.
const (
	stereoGroup   = "audio"
	surroundGroup = "surround"
)

// groupsOf are the groups of this sound: all in stereo, and, where there is any 5.1, the
// same tracks once more, in 5.1 those that have it (RFC 8216, 4.3.4.1.1: groups of one film
// have the same members, different only in their URI and CHANNELS).
func groupsOf(audio []Rendition) []audioGroup {
	stereo, surround := audioGroup{id: stereoGroup}, audioGroup{id: surroundGroup}
	more := false
	for _, a := range audio {
		if a.Surround() {
			continue
		}
		m := member{Rendition: a, heard: a}
		stereo.members = append(stereo.members, m)
		if i := slices.IndexFunc(audio, a.inSurround); i >= 0 {
			m.heard, more = audio[i], true
		}
		surround.members = append(surround.members, m)
	}
	switch {
	case len(stereo.members) == 0:
		return nil
	case more:
		return []audioGroup{stereo, surround}
	}
	return []audioGroup{stereo}
}

// inSurround tells whether another rendition is the same track in 5.1.
func (r Rendition) inSurround(other Rendition) bool {
	return !r.Surround() && other.Surround() && r.Stream == other.Stream
}

// oneGroup offers all there is at once.
func oneGroup(audio []Rendition) []audioGroup {
	if len(audio) == 0 {
		return nil
	}
	g := audioGroup{id: stereoGroup}
	for _, a := range audio {
		g.members = append(g.members, member{Rendition: a, heard: a, extra: a.Surround()})
	}
	return []audioGroup{g}
}

func (g audioGroup) write(b *bytes.Buffer) {
	for _, m := range g.members {
		fmt.Fprintf(b, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=%q,NAME=\"%s\",LANGUAGE=%q,DEFAULT=%s,AUTOSELECT=%s",
			g.id, m.Label, m.Language, yesNo(m.Default), yesNo(g.autoselect(m)))
		if c := m.Role.characteristics(); c != "" {
			fmt.Fprintf(b, ",CHARACTERISTICS=%q", c)
		}
		fmt.Fprintf(b, ",CHANNELS=\"%d\",URI=\"%s/%s\"\n", m.heard.Channels, m.heard.ID, MediaName)
	}
}

// named are the tracks as they are called.
func (g audioGroup) named() []Rendition {
	var list []Rendition
	for _, m := range g.members {
		list = append(list, m.Rendition)
	}
	return list
}

// counted are the renditions of which the most demanding counts for a variant's rate: not
// what is offered beside the group's own.
func (g audioGroup) counted() []Rendition {
	var list []Rendition
	for _, m := range g.members {
		if !m.extra {
			list = append(list, m.heard)
		}
	}
	return list
}

// autoselect tells whether a player may choose a track by its language and its viewer's
// needs alone: the default of those alike, else the first, so that the choice is never a
// toss. Nobody is given commentary unasked.
func (g audioGroup) autoselect(m member) bool {
	if m.Default {
		return true
	}
	if m.extra || m.Role == RoleCommentary {
		return false
	}
	first := ""
	for _, other := range g.members {
		if other.Language != m.Language || other.Role.characteristics() != m.Role.characteristics() {
			continue
		}
		switch {
		case other.Default:
			return false
		case first == "" && !other.extra && other.Role != RoleCommentary:
			first = other.ID
		}
	}
	return first == m.ID
}

package app

import (
	"strconv"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// Each limit has a channel of its own, so that nobody hears of a film that they may not see.

// channelOf is what a profile with this limit hears.
func channelOf(limit catalog.Rating) string {
	age, limited := limit.Age()
	if !limited {
		return videosChannel
	}
	return videosChannel + "-up-to-" + strconv.Itoa(age)
}

// limits are all that a profile may have, none among them.
func limits() []catalog.Rating {
	all := []catalog.Rating{{}}
	for _, age := range catalog.Ages {
		if limit, err := catalog.RatingOf(age); err == nil { // each of Ages is one
			all = append(all, limit)
		}
	}
	return all
}

// audience returns the channels of those who may see a film of this rating, and of those who
// may not.
func audience(of catalog.Rating) (told, others []string) {
	for _, limit := range limits() {
		if of.Within(limit) {
			told = append(told, channelOf(limit))
		} else {
			others = append(others, channelOf(limit))
		}
	}
	return told, others
}

// everybody returns all channels.
func everybody() (all []string) {
	for _, limit := range limits() {
		all = append(all, channelOf(limit))
	}
	return all
}

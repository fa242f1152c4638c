package app

import (
	"strconv"
	"strings"

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

// profileChannel is what the devices of a profile hear of it, and userChannel those of all
// profiles of a user.
func profileChannel(id string) string { return profileChannels + id }

func userChannel(id string) string { return userChannels + id }

const (
	profileChannels = "profile-"
	userChannels    = "user-"
)

// keepsOf is how many messages a channel keeps: one of each profile and user there is keeps
// what is told in two minutes of watching.
func keepsOf(channel string) int {
	if strings.HasPrefix(channel, profileChannels) || strings.HasPrefix(channel, userChannels) {
		return 32
	}
	return 0
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

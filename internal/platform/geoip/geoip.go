// Package geoip owns the file that says where in the world an address is, in the MaxMind
// format that GeoLite2, DB-IP and others come in. It sends nothing anywhere: what is not in
// the file is not known. It imports nothing of KKMovies but fault.
package geoip

import (
	"net/netip"
	"strings"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// File is an open file of places.
type File struct{ reader *maxminddb.Reader }

// Open opens a file. One that is missing, or is none of the kind, is an error that says so.
func Open(path string) (*File, error) {
	reader, err := maxminddb.Open(path)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Op: "geoip.open", Code: "geoip",
			Public: "KK_GEOIP_FILE is not a file of places in the MaxMind format (.mmdb): " + path + ". Correct it, or unset it to do without.", Cause: err}
	}
	return &File{reader}, nil
}

// Close ends it.
func (f *File) Close() error { return f.reader.Close() }

type names map[string]string

// in returns a name in a language, or else in English.
func (n names) in(language string) string {
	if name := n[language]; name != "" {
		return name
	}
	return n["en"]
}

// Place says roughly where an address is, "Lisbon, Portugal", in the language if the file has
// it: "en", "pt-BR". "" when that is not known.
func (f *File) Place(address, language string) string {
	at, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	var found struct {
		City struct {
			Names names `maxminddb:"names"`
		} `maxminddb:"city"`
		Country struct {
			Names names `maxminddb:"names"`
		} `maxminddb:"country"`
	}
	if err := f.reader.Lookup(at.Unmap().WithZone("")).Decode(&found); err != nil {
		return "" // the file has something else there
	}
	var parts []string
	for _, part := range []names{found.City.Names, found.Country.Names} {
		if name := part.in(language); name != "" {
			parts = append(parts, name)
		}
	}
	return strings.Join(parts, ", ")
}

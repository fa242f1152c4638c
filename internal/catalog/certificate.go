package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Certificates of other countries become ages of ours by one rule: the lowest of Ages that is
// not below what the certificate asks for. So a film is never for somebody it was not for
// where it was rated: PG-13 is 14, R (from 17) is 18. What asks for a grown-up's opinion and
// names no age (PG) is 10. What is not in these tables is no rating.

// namedCertificates are those that are no number, by country (ISO 3166).
var namedCertificates = map[string]map[string]int{
	"BR": {"L": 0, "LIVRE": 0, "AL": 0, "A10": 10, "A12": 12, "A14": 14, "A16": 16, "A18": 18},
	"US": {
		"G": 0, "PG": 10, "PG-13": 13, "R": 17, "NC-17": 18, "X": 18,
		"TV-Y": 0, "TV-G": 0, "TV-Y7": 7, "TV-Y7-FV": 7, "TV-PG": 10, "TV-14": 14, "TV-MA": 17,
	},
	"GB": {"U": 0, "UC": 0, "PG": 10, "12A": 12, "R18": 18},
	"PT": {"A": 0, "TP": 0, "M/3": 3, "M/4": 4, "M/6": 6, "M/12": 12, "M/14": 14, "M/16": 16, "M/18": 18},
	"FR": {"U": 0, "TP": 0},
	"ES": {"A": 0, "APTA": 0, "TP": 0},
	"DE": {"FSK 0": 0, "FSK 6": 6, "FSK 12": 12, "FSK 16": 16, "FSK 18": 18},
	"NL": {"AL": 0},
}

// agesOnly are the countries whose numbers are ages.
var agesOnly = []string{"BR", "US", "GB", "PT", "FR", "ES", "DE", "NL"}

// RatingIn returns the rating that a certificate of a country asks for; the zero one where we
// do not know the certificate.
func RatingIn(country, certificate string) Rating {
	country = strings.ToUpper(strings.TrimSpace(country))
	if country == "UK" {
		country = "GB"
	}
	certificate = strings.ToUpper(strings.Join(strings.Fields(certificate), " "))
	age, known := namedCertificates[country][certificate]
	if !known {
		var err error
		if age, err = strconv.Atoi(certificate); err != nil || age < 0 || age > 18 || !slices.Contains(agesOnly, country) {
			return Rating{}
		}
	}
	for _, step := range Ages {
		if step >= age {
			return Rating{given: true, age: step}
		}
	}
	return Rating{}
}

var ofCountry = regexp.MustCompile(`(?i)^([a-z]{2})\s*[:-]\s*(.+)$`)

// RatingText reads a rating as media centres write it: "BR:14", "Rated PG-13", "US:R / BR:16",
// "de-12". Brazil's goes before others; a certificate of no country is one of the US, or an age.
func RatingText(text string) Rating {
	var found Rating
	for said := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '|' || r == ';' || r == ',' }) {
		for _, said := range strings.Split(said, " / ") {
			said = strings.TrimSpace(said)
			country := "US"
			if m := ofCountry.FindStringSubmatch(said); m != nil && !RatingIn("US", said).given {
				country, said = strings.ToUpper(m[1]), m[2]
			}
			r := RatingIn(country, strings.TrimPrefix(strings.TrimPrefix(said, "Rated "), "rated "))
			if country == "BR" && r.given {
				return r
			}
			if !found.given {
				found = r
			}
		}
	}
	return found
}

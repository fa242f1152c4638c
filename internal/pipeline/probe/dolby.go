package probe

import "cmp"

// dolbyBase is as what the picture of a Dolby Vision film is shown by whoever knows no
// Dolby Vision, as its configuration record numbers it.
type dolbyBase int

const (
	baseNone   dolbyBase = 0 // as nothing: its colours are Dolby's own
	baseHDR10  dolbyBase = 1
	baseHLG    dolbyBase = 4
	baseBluRay dolbyBase = 6 // as HDR10, with a second layer beside it
)

// onlyDolbyVision tells whether a picture's colours are right with Dolby Vision alone: that
// of profile 5, and any other that names no base. Profile 7 has one, whatever an old record
// says.
func (s stream) onlyDolbyVision() bool {
	for _, d := range s.SideData {
		if d.DolbyBase != nil && (d.DolbyProfile == 5 || *d.DolbyBase == baseNone && d.DolbyProfile > 7) {
			return true
		}
	}
	return false
}

// transfer is the picture's, as the stream says it or, where that is silent, what Dolby
// Vision says of the base.
func (s stream) transfer() string {
	said := ""
	for _, d := range s.SideData {
		switch {
		case d.DolbyBase == nil:
		case *d.DolbyBase == baseHDR10, *d.DolbyBase == baseBluRay:
			said = "smpte2084"
		case *d.DolbyBase == baseHLG:
			said = "arib-std-b67"
		}
	}
	if s.Transfer == "unknown" {
		s.Transfer = ""
	}
	return cmp.Or(s.Transfer, said)
}

package config

import (
	"errors"
	"fmt"
	"regexp"
)

var measurementID = regexp.MustCompile(`^G-[A-Z0-9]{4,20}$`)

// visits checks what Google Analytics is told by: half of it would ask viewers for nothing.
func (c *Config) visits() error {
	if c.GA4ID == "" && c.GA4Secret == "" {
		return nil
	}
	if c.GA4ID == "" || c.GA4Secret == "" {
		return errors.New("KK_GA4_MEASUREMENT_ID and KK_GA4_SECRET go together: set both or neither; Google shows the secret under Admin, Data streams, Measurement Protocol API secrets")
	}
	if !measurementID.MatchString(c.GA4ID) {
		return fmt.Errorf("KK_GA4_MEASUREMENT_ID %q is not the measurement id of a web data stream; it looks like G-ABC123DEF4", c.GA4ID)
	}
	return nil
}

package tmdb

import (
	"encoding/json"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// read is what Describe does with an answer.
func (c *Client) read(body []byte) (catalog.Described, error) {
	var f film
	if err := json.Unmarshal(body, &f); err != nil {
		return catalog.Described{}, err
	}
	return c.described(f)
}

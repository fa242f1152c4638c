package config

import (
	"fmt"

	"github.com/kkmovies/kkmovies/internal/platform/redisaddr"
)

func (c *Config) redis() error {
	if c.RedisURL == "" {
		return nil
	}
	if _, err := redisaddr.Parse(string(c.RedisURL)); err != nil {
		return fmt.Errorf("KK_REDIS_URL is not an address this server understands: %w; it looks like %s", err, redisaddr.Example)
	}
	return nil
}

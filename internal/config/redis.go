package config

import (
	"fmt"
	"net/netip"
	"strings"

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

func (c *Config) proxies() error {
	for _, network := range c.networks() {
		if _, err := netip.ParsePrefix(network); err != nil {
			return fmt.Errorf("KK_TRUSTED_PROXIES has %q, which is not a network; it looks like 10.0.0.0/8,192.168.1.7/32", network)
		}
	}
	return nil
}

// Proxies returns the networks of the proxies whose word on who is asking is taken.
func (c *Config) Proxies() (proxies []netip.Prefix) {
	for _, network := range c.networks() {
		if prefix, err := netip.ParsePrefix(network); err == nil { // else Validate has refused it
			proxies = append(proxies, prefix.Masked())
		}
	}
	return proxies
}

func (c *Config) networks() []string {
	if c.TrustedProxies == "" {
		return nil
	}
	networks := strings.Split(c.TrustedProxies, ",")
	for i := range networks {
		networks[i] = strings.TrimSpace(networks[i])
	}
	return networks
}

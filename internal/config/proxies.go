package config

import (
	"fmt"
	"net/netip"
	"strings"
)

// proxyLists are networks that KK_TRUSTED_PROXIES knows by name.
var proxyLists = map[string][]string{
	// Cloudflare's, its list of 2023-09-28, at cloudflare.com/ips: compare it at a release. One
	// that is missing here makes the viewers behind it count as one, and no more; one that is
	// no longer Cloudflare's could say of anybody that it is them.
	"cloudflare": {
		"103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "104.16.0.0/13", "104.24.0.0/14",
		"108.162.192.0/18", "131.0.72.0/22", "141.101.64.0/18", "162.158.0.0/15", "172.64.0.0/13",
		"173.245.48.0/20", "188.114.96.0/20", "190.93.240.0/20", "197.234.240.0/22", "198.41.128.0/17",
		"2400:cb00::/32", "2405:8100::/32", "2405:b500::/32", "2606:4700::/32", "2803:f800::/32",
		"2a06:98c0::/29", "2c0f:f248::/32",
	},
	// This machine, and the networks that are nobody's but one's own: a container's, a house's.
	"private": {
		"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10",
	},
}

func (c *Config) proxies() error {
	for _, network := range c.networks() {
		if _, err := netip.ParsePrefix(network); err != nil {
			return fmt.Errorf("KK_TRUSTED_PROXIES has %q, which is not a network; it looks like 10.0.0.0/8,192.168.1.7/32, and cloudflare and private are networks it knows", network)
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

// networks are those of the setting, with each name replaced by what it stands for.
func (c *Config) networks() (networks []string) {
	if c.TrustedProxies == "" {
		return nil
	}
	for item := range strings.SplitSeq(c.TrustedProxies, ",") {
		item = strings.TrimSpace(item)
		if known, ok := proxyLists[strings.ToLower(item)]; ok {
			networks = append(networks, known...)
			continue
		}
		networks = append(networks, item)
	}
	return networks
}

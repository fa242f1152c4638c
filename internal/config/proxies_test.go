package config

import (
	"net/netip"
	"slices"
	"testing"
)

func TestProxiesAreKnownByName(t *testing.T) {
	clearEnvironment(t)
	c, err := parse(t, "--trusted-proxies=Cloudflare, private,203.0.113.0/24")
	if err != nil {
		t.Fatal(err)
	}
	trusted := func(address string) bool {
		return slices.ContainsFunc(c.Proxies(), func(p netip.Prefix) bool { return p.Contains(netip.MustParseAddr(address)) })
	}
	for _, address := range []string{"104.16.1.1", "172.71.2.3", "2606:4700::6810:1", "127.0.0.1", "::1", "172.18.0.4", "192.168.1.7", "fd12::1", "203.0.113.9"} {
		if !trusted(address) {
			t.Errorf("%s is not trusted", address)
		}
	}
	for _, address := range []string{"104.28.0.1", "172.80.0.1", "172.32.0.1", "8.8.8.8", "2001:db8::1", "203.0.114.1", "169.254.169.254"} {
		if trusted(address) {
			t.Errorf("%s is trusted", address)
		}
	}
	for name, networks := range proxyLists {
		for _, network := range networks {
			if p, err := netip.ParsePrefix(network); err != nil || p != p.Masked() {
				t.Errorf("%s has %s: %v", name, network, err)
			}
		}
	}
}

package httpapi

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxHops is how many proxies a request may have come through: more are nobody's doing.
const maxHops = 16

type callerKey struct{}

// addressed notes where each request comes from.
func (s *server) addressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller := callerOf(r, s.Proxies)
		if r.Header.Get("X-Forwarded-For") != "" && (caller.IsPrivate() || caller.IsLoopback()) && !trusted(caller, s.Proxies) {
			s.strangeProxy.Do(func() {
				s.Logger.Warn("requests come through a proxy that is not trusted, so all count as one: set KK_TRUSTED_PROXIES if it is yours", "proxy", caller)
			})
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, caller)))
	})
}

// callerNetwork names who a request comes from, for a limit: an address, or of IPv6 the
// network of one household, which has more addresses than could be counted.
func callerNetwork(ctx context.Context) string {
	address, _ := ctx.Value(callerKey{}).(netip.Addr)
	if address.Is6() {
		if network, err := address.Prefix(64); err == nil {
			return network.String()
		}
	}
	return address.String()
}

// callerAddress is where a request comes from, for its user to know it again.
func callerAddress(ctx context.Context) string {
	address, ok := ctx.Value(callerKey{}).(netip.Addr)
	if !ok || !address.IsValid() {
		return ""
	}
	return address.String()
}

// callerOf is the address of the socket's other end. Only when that is a trusted proxy is it
// believed whom it names, and so on for as long as those named are trusted too: whatever
// stands left of the first who is not, anybody could have written.
func callerOf(r *http.Request, proxies []netip.Prefix) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	caller, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{} // all whose address is unknown are one
	}
	caller = caller.Unmap().WithZone("")
	if !trusted(caller, proxies) {
		return caller
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	slices.Reverse(hops)
	for _, hop := range hops[:min(len(hops), maxHops)] {
		named, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		caller = named.Unmap().WithZone("")
		if !trusted(caller, proxies) {
			break
		}
	}
	return caller
}

func trusted(address netip.Addr, proxies []netip.Prefix) bool {
	return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(address) })
}

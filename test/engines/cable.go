package engines

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Cable is the way from one node to a server it needs, which a test may cut.
type Cable struct {
	t     testing.TB
	proxy *toxiproxy.Proxy
}

// Which of the two ways of a cable is cut.
const (
	Asked    = "upstream"   // what the node says does not arrive
	Answered = "downstream" // what it is answered does not arrive
)

// patchPanel is what every proxy of toxiproxy hangs on; its own API is not started.
var patchPanel = sync.OnceValue(func() *toxiproxy.ApiServer {
	return toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
})

// Lay lays a cable to a server, and returns it with the address that leads through it.
func Lay(t testing.TB, address string) (*Cable, string) {
	t.Helper()
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	c := &Cable{t: t, proxy: toxiproxy.NewProxy(patchPanel(), rand.Text(), "127.0.0.1:0", to.Host)}
	if err := c.proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.proxy.Stop)
	to.Host = c.proxy.Listen
	return c, to.String()
}

// Cut lets nothing through one way: nothing is refused and nothing ends, as when a cable is
// pulled. What is on its way is lost, and connections of before are found dead at the mending.
func (c *Cable) Cut(way string) {
	c.t.Helper()
	if _, err := c.proxy.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(`{"name":"cut","type":"timeout","stream":%q,"attributes":{"timeout":0}}`, way))); err != nil {
		c.t.Fatal(err)
	}
}

// Mend ends a cut.
func (c *Cable) Mend() {
	c.t.Helper()
	if err := c.proxy.Toxics.RemoveToxic(context.Background(), "cut"); err != nil {
		c.t.Fatal(err)
	}
}

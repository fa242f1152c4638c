package geoip_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/geoip"
)

// write makes a file of places as those are that one can have.
func write(t *testing.T, places map[string]mmdbtype.Map) string {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "Test-City", RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for network, place := range places {
		_, at, err := net.ParseCIDR(network)
		if err == nil {
			err = tree.Insert(at, place)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "places.mmdb")
	file, err := os.Create(path)
	if err == nil {
		_, err = tree.WriteTo(file)
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func named(en, pt string) mmdbtype.Map {
	names := mmdbtype.Map{"en": mmdbtype.String(en)}
	if pt != "" {
		names["pt-BR"] = mmdbtype.String(pt)
	}
	return mmdbtype.Map{"names": names}
}

func TestAnAddressHasAPlace(t *testing.T) {
	f, err := geoip.Open(write(t, map[string]mmdbtype.Map{
		"192.0.2.0/24":    {"city": named("Lisbon", "Lisboa"), "country": named("Portugal", "Portugal")},
		"198.51.100.0/24": {"country": named("Brazil", "Brasil")},
		"2001:db8::/32":   {"city": named("Recife", ""), "country": named("Brazil", "Brasil")},
		"203.0.113.0/24":  {"autonomous_system_number": mmdbtype.Uint32(64496)}, // another kind of file
		"203.0.112.0/24":  {"city": mmdbtype.String("no map")},
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	for _, c := range []struct{ address, language, want string }{
		{"192.0.2.7", "en", "Lisbon, Portugal"},
		{"192.0.2.7", "pt-BR", "Lisboa, Portugal"},
		{"192.0.2.7", "fr", "Lisbon, Portugal"},
		{"::ffff:192.0.2.7", "en", "Lisbon, Portugal"},
		{"198.51.100.1", "pt-BR", "Brasil"},
		{"2001:db8::1", "pt-BR", "Recife, Brasil"},
		{"203.0.113.5", "en", ""},
		{"203.0.112.5", "en", ""},
		{"10.0.0.1", "en", ""},
		{"fe80::1%eth0", "en", ""},
		{"", "en", ""},
		{"nowhere", "en", ""},
	} {
		if got := f.Place(c.address, c.language); got != c.want {
			t.Errorf("%s in %s is %q, want %q", c.address, c.language, got, c.want)
		}
	}
}

func TestAFileThatIsNoneIsSaidAtOnce(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none.mmdb")
	wrong := filepath.Join(t.TempDir(), "wrong.mmdb")
	if err := os.WriteFile(wrong, []byte("no places"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{none, wrong} {
		if _, err := geoip.Open(path); !fault.Is(err, fault.Invalid) || fault.PublicOf(err) == "" {
			t.Errorf("%s: %v", path, err)
		}
	}
}

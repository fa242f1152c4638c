package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever addresses are set, a bad one is refused in a sentence that names its setting and
// gives no secret away; of those that are let through, films are stored in a folder.
func FuzzAddresses(f *testing.F) {
	f.Add("postgres://user:password@host:5432/kkmovies", "file:///srv/films", "base64key://smGbjm71Nxd1Ig5FS0wj9SlbzAIrnolCz9bQQ6uAhl4=", "127.0.0.1:8080", "https://films.example")
	f.Add("mysql://user:password@host/db", "", "", ":http", "")
	f.Add("", "file://srv/films", "", ":99999", "ftp://films.example")
	f.Add("", "file:/srv/films", "", "", "https://")
	f.Add("", "file:///srv/films%00", "", ":8080", "https://films.example/\x7f")
	f.Add("postgres://a:sw0rdfish\x00@b/c", "file:///srv/../films", "base64key://%zz", "[::1]:0", "http://a b/")
	f.Fuzz(func(t *testing.T, database, media, keys, listen, public string) {
		c := Config{DatabaseURL: Secret(database), MediaURL: Secret(media), KeysURL: Secret(keys), Listen: listen, PublicURL: public, DataDir: "data", UploadLimit: 200}
		err := c.Validate()
		if err != nil {
			if !strings.HasPrefix(err.Error(), "KK_") {
				t.Errorf("it names no setting: %v", err)
			}
			for _, secret := range []string{database, media, keys} {
				if len(secret) >= 40 && strings.Contains(err.Error(), secret) {
					t.Errorf("it gives a secret away: %v", err)
				}
			}
			return
		}
		if media != "" && (!filepath.IsAbs(c.Media()) || strings.ContainsRune(c.Media(), 0)) {
			t.Errorf("%q is the folder %q", media, c.Media())
		}
		if u, err := url.Parse(public); public != "" && (err != nil || u.Host == "") {
			t.Errorf("%q is the public address", public)
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			if said := fmt.Sprintf(verb, c.DatabaseURL); len(database) > len("(set)") && strings.Contains(said, database) {
				t.Errorf("%s prints %q", verb, said)
			}
		}
	})
}

package keys_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/keys"
)

func open(t *testing.T, address, file string) *keys.Keeper {
	t.Helper()
	k, err := keys.Open(address, file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

func wrap(t *testing.T, k *keys.Keeper, plain string) []byte {
	t.Helper()
	sealed, err := k.Wrap(t.Context(), []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte(plain)) {
		t.Fatal("the secret can be read in what was sealed")
	}
	return sealed
}

func TestAKeyFileIsMadeOnceAndOpensWhatItSealedAfterARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data", "keys", "local.key")
	sealed := wrap(t, open(t, "", file), "signing key")

	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, error %v", info.Mode(), err)
	}
	plain, err := open(t, "", file).Unwrap(t.Context(), sealed)
	if string(plain) != "signing key" || err != nil {
		t.Fatalf("%q, error %v", plain, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Fatalf("left beside the key: %v", left)
	}
}

func TestManyFirstStartsAtOnceAgreeOnOneKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "local.key")
	keepers := make([]*keys.Keeper, 8)
	var all sync.WaitGroup
	for i := range keepers {
		all.Go(func() {
			var err error
			if keepers[i], err = keys.Open("", file); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	sealed := wrap(t, keepers[0], "secret")
	for _, k := range keepers {
		if plain, err := k.Unwrap(t.Context(), sealed); string(plain) != "secret" || err != nil {
			t.Fatalf("%q, error %v", plain, err)
		}
		k.Close()
	}
}

func TestAKeyFileThatOthersCanReadStopsTheStart(t *testing.T) {
	for _, mode := range []os.FileMode{0o640, 0o604, 0o700, 0o660} {
		file := filepath.Join(t.TempDir(), "local.key")
		open(t, "", file)
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		_, err := keys.Open("", file)
		if !fault.Is(err, fault.Forbidden) || !strings.Contains(fault.PublicOf(err), file) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

func TestADamagedKeyFileIsNotReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), "local.key")
	if err := os.WriteFile(file, []byte("half a k"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Open("", file); fault.CodeOf(err) != "bad_key_file" {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(file); string(text) != "half a k" {
		t.Fatalf("now holds %q", text)
	}
}

func TestASharedKeyOpensEverywhereAndNoOtherDoes(t *testing.T) {
	address := func(fill string) string {
		return "base64key://" + base64.URLEncoding.EncodeToString([]byte(strings.Repeat(fill, 32)))
	}
	sealed := wrap(t, open(t, address("a"), ""), "secret")
	if plain, err := open(t, address("a"), "").Unwrap(t.Context(), sealed); string(plain) != "secret" || err != nil {
		t.Fatalf("%q, error %v", plain, err)
	}
	if _, err := open(t, address("b"), "").Unwrap(t.Context(), sealed); err == nil {
		t.Fatal("another key opened it")
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := open(t, address("a"), "").Unwrap(t.Context(), sealed); err == nil {
		t.Fatal("what was tampered with opened")
	}
}

func TestBadAddressesAreRefusedWithoutQuotingThem(t *testing.T) {
	for _, address := range []string{"base64key://", "base64key://c2hvcnQ=", "base64key://!!secret!!", "secret", "awskms://secret"} {
		_, err := keys.Open(address, filepath.Join(t.TempDir(), "never.key"))
		if !fault.Is(err, fault.Invalid) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "c2hv") {
			t.Errorf("%v", err)
		}
	}
}

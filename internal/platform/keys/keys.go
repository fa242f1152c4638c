// Package keys owns the key that seals every other secret: what is stored in SQL is
// wrapped by it, so a stolen database opens nothing. It imports nothing of KKMovies but
// fault.
package keys

import (
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gocloud.dev/secrets"
	"gocloud.dev/secrets/localsecrets"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Keeper wraps and unwraps small secrets. It is safe for use by many goroutines.
type Keeper struct{ keeper *secrets.Keeper }

// Open opens the keeper at an address: "base64key://" with 32 bytes in URL-safe base64,
// which every node is given alike; or, when the address is empty, the key in file, which
// is made the first time. Losing that file is losing every wrapped secret: back it up.
func Open(address, file string) (*Keeper, error) {
	const op = "keys.open"
	if address == "" {
		key, err := localKey(op, file)
		if err != nil {
			return nil, err
		}
		return &Keeper{localsecrets.NewKeeper(key)}, nil
	}
	encoded, ok := strings.CutPrefix(address, localsecrets.Scheme+"://")
	if !ok {
		return nil, fault.New(fault.Invalid, op, "bad_address", "The keys address must begin with base64key://.")
	}
	key, err := localsecrets.Base64Key(encoded)
	if err != nil { // the cause may quote the key
		return nil, fault.New(fault.Invalid, op, "bad_address",
			"The keys address must be base64key:// and 32 bytes in URL-safe base64.")
	}
	return &Keeper{localsecrets.NewKeeper(key)}, nil
}

// Wrap seals plain; sealing the same twice gives different bytes.
func (k *Keeper) Wrap(ctx context.Context, plain []byte) ([]byte, error) {
	sealed, err := k.keeper.Encrypt(ctx, plain)
	return sealed, fault.Wrap("keys.wrap", err)
}

// Unwrap opens what Wrap sealed with the same key; it fails on anything else.
func (k *Keeper) Unwrap(ctx context.Context, sealed []byte) ([]byte, error) {
	plain, err := k.keeper.Decrypt(ctx, sealed)
	return plain, fault.Wrap("keys.unwrap", err)
}

// Close releases the keeper.
func (k *Keeper) Close() error { return k.keeper.Close() }

// localKey reads the key in file, made if it is not there. Others being able to read it
// defeats its purpose, so that stops the start rather than passing unseen.
func localKey(op, file string) (key [32]byte, err error) {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(file); err != nil {
			return key, fault.Wrap(op, err)
		}
		info, err = os.Stat(file)
	}
	if err != nil {
		return key, fault.Wrap(op, err)
	}
	if info.Mode().Perm()&^0o600 != 0 {
		return key, fault.New(fault.Forbidden, op, "key_file_open",
			"The key file "+file+" can be used by other users of this machine. Run: chmod 600 "+file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return key, fault.Wrap(op, err)
	}
	key, err = localsecrets.Base64Key(strings.TrimSpace(string(text)))
	if err != nil {
		return key, fault.New(fault.Invalid, op, "bad_key_file", "The key file "+file+" is damaged. Restore it from a backup.")
	}
	return key, nil
}

// makeKey writes a new key to file, whole and durable or not at all. Of two processes at
// once the first one's key stays, because a link never replaces.
func makeKey(file string) error {
	key, err := localsecrets.NewRandomKey()
	if err != nil {
		return err
	}
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, filepath.Base(file)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.WriteString(base64.URLEncoding.EncodeToString(key[:]) + "\n")
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err := os.Link(temp.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

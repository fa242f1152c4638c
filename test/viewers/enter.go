package viewers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// perNetwork is how many devices come from one address: how often one may refresh is limited,
// and so is how many connections an address has to one server.
const perNetwork = 500

// From is the loopback address that the n-th device comes from.
func From(n int) net.IP {
	network := n/perNetwork + 1
	return net.IPv4(127, 0, byte(1+network/250), byte(1+network%250))
}

// Enter gives each device an access token, in exchange for its refresh token, of the server at
// base.
func Enter(ctx context.Context, base string, devices []*Device) error {
	var under sync.WaitGroup
	errs := make(chan error, len(devices)/perNetwork+1)
	for first := 0; first < len(devices); first += perNetwork {
		some := devices[first:min(first+perNetwork, len(devices))]
		under.Go(func() {
			client := clientFrom(From(first))
			defer client.CloseIdleConnections()
			for _, d := range some {
				if err := d.enter(ctx, client, base); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	under.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

func clientFrom(from net.IP) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DialContext: dialer.DialContext}}
}

// Put says a report over HTTP, as the app does while it has no live connection.
func (d *Device) Put(ctx context.Context, client *http.Client, base string, report Report) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, base+"/api/watch/"+report.VideoID, bytes.NewReader(report.appendRest([]byte("{"))))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+d.Token)
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		said, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("%s: %s", answer.Status, said)
	}
	return nil
}

func (d *Device) enter(ctx context.Context, client *http.Client, base string) error {
	body, err := json.Marshal(map[string]string{"refreshToken": d.refresh})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/api/auth/refresh", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	var got struct {
		Tokens struct{ AccessToken, RefreshToken string }
	}
	if err := json.Unmarshal(said, &got); err != nil || got.Tokens.AccessToken == "" {
		return fmt.Errorf("a seeded session is answered %s: %s", answer.Status, said)
	}
	d.Token, d.refresh = got.Tokens.AccessToken, got.Tokens.RefreshToken
	return nil
}

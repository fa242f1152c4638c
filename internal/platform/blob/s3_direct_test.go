package blob_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/engines"
)

const directKey = "originals/v1/source"

// cutInTwo returns a file of two parts and what they are.
func cutInTwo() ([]byte, []blob.Part) {
	data := make([]byte, 5<<20+12_345)
	_, _ = rand.Read(data)
	return data, []blob.Part{{Number: 1, Size: 5 << 20}, {Number: 2, Offset: 5 << 20, Size: 12_345}}
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// sendDirect sends a body by a presigned request and returns the status and what was said.
func sendDirect(t testing.TB, r blob.PartRequest, body []byte) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), r.Method, r.URL, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = r.Headers.Clone()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(said)
}

func presign(t testing.TB, s blob.Direct, id string, part blob.Part, digest string) blob.PartRequest {
	t.Helper()
	r, err := s.PresignPart(t.Context(), directKey, id, part, digest, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func createDirect(t testing.TB, s blob.Direct, size int) string {
	t.Helper()
	id, err := s.CreateDirect(t.Context(), directKey, int64(size))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestThePartsOfADirectWriteNeverPassThisMachine(t *testing.T) {
	t.Parallel()
	s := openS3(t, engines.S3(t).Address())
	if ok, err := s.Verifies(t.Context()); !ok || err != nil {
		t.Fatalf("the store verifies: %v, %v", ok, err)
	}
	data, parts := cutInTwo()
	id := createDirect(t, s, len(data))
	for i := len(parts) - 1; i >= 0; i-- {
		p := parts[i]
		bytes := data[p.Offset : p.Offset+p.Size]
		for range 2 { // sent again, it is the same part
			if status, said := sendDirect(t, presign(t, s, id, p, digestOf(bytes)), bytes); status != http.StatusOK {
				t.Fatalf("part %d: %d %s", p.Number, status, said)
			}
		}
	}
	stored, err := s.Parts(t.Context(), directKey, id)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range parts {
		want := digestOf(data[p.Offset : p.Offset+p.Size])
		if got := stored[i]; got.Number != p.Number || got.Size != p.Size || got.Digest != want || got.ETag == "" || got.At.IsZero() {
			t.Errorf("part %d is listed as %+v, its digest is %s", p.Number, got, want)
		}
	}
	for range 2 {
		if err := s.CompleteDirect(t.Context(), directKey, id, stored); err != nil {
			t.Fatal(err)
		}
	}
	o, err := s.Open(t.Context(), directKey)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if got, err := io.ReadAll(o); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	if _, err := s.Parts(t.Context(), directKey, id); !fault.Is(err, fault.NotFound) {
		t.Errorf("the parts of what is complete: %v", err)
	}
}

func TestAnAddressAdmitsTheBytesItWasMadeForAndNoOthers(t *testing.T) {
	t.Parallel()
	s := openS3(t, engines.S3(t).Address())
	data, parts := cutInTwo()
	id := createDirect(t, s, len(data))
	p := parts[1]
	right := data[p.Offset:]
	flipped := bytes.Clone(right)
	flipped[100] ^= 1
	signed := presign(t, s, id, p, digestOf(right))

	other := signed
	other.Headers = signed.Headers.Clone()
	other.Headers.Set("X-Amz-Checksum-Sha256", presign(t, s, id, p, digestOf(flipped)).Headers.Get("X-Amz-Checksum-Sha256"))
	without := signed
	without.Headers = http.Header{}
	elsewhere := signed
	elsewhere.URL = strings.Replace(signed.URL, "partNumber=2", "partNumber=1", 1)
	old, err := s.PresignPart(t.Context(), directKey, id, p, digestOf(right), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	expired := old
	expired.URL = strings.Replace(old.URL, "X-Amz-Expires=1", "X-Amz-Expires=0", 1)
	for name, c := range map[string]struct {
		request blob.PartRequest
		body    []byte
	}{
		"one bit flipped on its way":    {signed, flipped},
		"other bytes, told as such":     {other, flipped},
		"other bytes without a digest":  {without, flipped},
		"too few bytes":                 {signed, right[:1000]},
		"too many bytes":                {signed, append(bytes.Clone(right), 0)},
		"another part of the same file": {elsewhere, right},
		"an address that was changed":   {expired, right},
	} {
		if status, said := sendDirect(t, c.request, c.body); status < 400 || status > 499 {
			t.Errorf("%s: %d %s", name, status, said)
		} else {
			t.Logf("%s: %d %.160s", name, status, said)
		}
	}
	if stored, err := s.Parts(t.Context(), directKey, id); err != nil || len(stored) != 0 {
		t.Errorf("what was refused is listed: %+v, %v", stored, err)
	}
	if status, said := sendDirect(t, signed, right); status != http.StatusOK {
		t.Errorf("the right bytes after the wrong ones: %d %s", status, said)
	}
}

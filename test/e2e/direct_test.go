//go:build e2e

package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

// startAPI starts a server that only answers: what it reads, others have sent it.
func (w *road) startAPI(t *testing.T) *house.House {
	t.Helper()
	return house.Start(t, house.Options{Args: []string{"--role", "api"}, Env: map[string]string{
		"KK_MEDIA_HOOK_SECRET": hookSecret,
		"KK_DATABASE_URL":      engines.Postgres(t, 16), "KK_REDIS_URL": engines.Redis(t), "KK_KEYS_URL": "base64key://smGbjm71Nxd1Ig5FS0wj9SlbzAIrnolCz9bQQ6uAhl4=",
		"KK_MEDIA_URL": w.bucket.Address(w.URL), "AWS_ACCESS_KEY_ID": engines.S3AccessKey, "AWS_SECRET_ACCESS_KEY": engines.S3SecretKey,
	}})
}

// readSoFar is how many bytes a process has read, of files and connections alike.
func readSoFar(t *testing.T, pid int) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid))
	if err != nil {
		t.Fatal(err)
	}
	var bytes int64
	if _, err := fmt.Sscanf(string(text), "rchar: %d", &bytes); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return bytes
}

const directSize = 72 * mib // five parts

// seesNothing fails the test when a server reads more than a little while work is done.
func seesNothing(t *testing.T, h *house.House, what string, work func()) {
	t.Helper()
	before := readSoFar(t, h.PID())
	work()
	read := readSoFar(t, h.PID()) - before
	t.Logf("%s of %d MiB: the server read %.1f MiB", what, directSize/mib, float64(read)/mib)
	if read > directSize/10 {
		t.Errorf("%s: the server read %d bytes of %d", what, read, directSize)
	}
}

func TestAFilmGoesFromThePageStraightToTheBucket(t *testing.T) {
	t.Parallel()
	w := openRoad(t)
	h := w.startAPI(t)
	w.letIn(t, h.URL(""))
	c := h.Admin()
	ctx := within(t, patience)
	file := inParts(t, directSize)
	visit := func(what string) {
		t.Log(browser.Run(t, browserPatience, "direct.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, file.Name(), what))
	}

	// Half of it arrives, one part damaged once; then the page is closed.
	var once sync.Once
	release := make(chan struct{})
	w.hold(func(part int, r *http.Request) int {
		switch {
		case part == 2:
			once.Do(func() { r.Body = &flipped{ReadCloser: r.Body, at: 1_000_000} })
		case part > 2:
			<-release
			return http.StatusServiceUnavailable
		}
		return 0
	})
	seesNothing(t, h, "half an upload by the page", func() { visit("leave") })
	close(release)
	w.hold(func(int, *http.Request) int { return 0 })
	var list struct{ Items []house.Upload }
	if err := c.Call(ctx, http.MethodGet, "/api/uploads", nil, &list); err != nil || len(list.Items) != 1 {
		t.Fatalf("to go on with: %+v, %v", list.Items, err)
	}
	u := list.Items[0]
	received(t, c, u.ID, true, true, false, false, false)

	h.Restart()
	w.letIn(t, h.URL(""))
	seesNothing(t, h, "the rest of it", func() { visit("return") })
	w.mu.Lock()
	for part := 1; part <= 5; part++ {
		if w.taken[part] != 1 {
			t.Errorf("part %d was sent %d times", part, w.taken[part])
		}
	}
	if w.denied[2] != 1 {
		t.Errorf("the damaged part was refused %d times", w.denied[2])
	}
	w.mu.Unlock()
	v, err := c.Video(ctx, u.VideoID)
	if err != nil || v.Status != "processing" || v.Title != "In Parts" {
		t.Errorf("the video: %+v, %v", v, err)
	}
	w.same(t, u.VideoID, file)

	// And the measure is one: whoever sends through the server is seen.
	before := readSoFar(t, h.PID())
	through, err := c.Open(ctx, file.Name(), directSize)
	if err == nil {
		_, err = c.Resume(ctx, through.ID, file)
	}
	if err != nil {
		t.Fatal(err)
	}
	if read := readSoFar(t, h.PID()) - before; read < directSize {
		t.Errorf("sent through the server, it read %d bytes of %d", read, directSize)
	}
}

func TestAnImportGoesStraightToTheBucketAndGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	w := openRoad(t)
	h := w.startAPI(t)
	file := inParts(t, directSize)
	w.hold(func(part int, r *http.Request) int {
		if part <= 2 {
			return 0
		}
		ctx, cancel := context.WithTimeout(r.Context(), time.Minute)
		defer cancel()
		w.await(ctx, 1, 2)
		return http.StatusNotFound // which nobody waits for to pass
	})
	seesNothing(t, h, "an import", func() {
		if out, code := h.Run("", "import", file.Name()); code != 1 {
			t.Fatalf("the first ended with %d: %s", code, out)
		}
		w.hold(func(int, *http.Request) int { return 0 })
		out, code := h.Run("", "import", file.Name())
		if code != 0 || !strings.Contains(out, "2 of 5 parts are there already") {
			t.Fatalf("the second ended with %d: %s", code, out)
		}
		t.Log(out)
	})
	w.mu.Lock()
	for part := 1; part <= 5; part++ {
		if w.taken[part] != 1 {
			t.Errorf("part %d was sent %d times", part, w.taken[part])
		}
	}
	w.mu.Unlock()
	c := h.Admin()
	list, err := c.Videos(t.Context())
	if err != nil || len(list) != 1 || list[0].Status != "processing" {
		t.Fatalf("the video: %+v, %v", list, err)
	}
	w.same(t, list[0].ID, file)
}

const hookSecret = "whatever cannot be guessed"

// The last thing a server does before it dies is to have the parts joined. The store's own
// event of that, in its own words, finishes the upload: there is no sweep here, nobody asks
// again, and the server that is told is another one.
func TestTheStoresEventFinishesAnUploadWhoseServerDied(t *testing.T) {
	t.Parallel()
	told := make(chan string, 100) // what the store said
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, mib))
		if err == nil && strings.Contains(string(body), "CompleteMultipartUpload") {
			told <- string(body)
		}
	}))
	t.Cleanup(hook.Close)
	w := openRoadTo(t, engines.S3Telling(t, hook.URL))
	h := w.startAPI(t)
	c := h.Admin()
	ctx := within(t, patience)
	file := inParts(t, directSize)
	u := sendDirect(t, c, file)

	// The answer to the joining never comes back: the server is killed while it waits for it.
	joined, die := make(chan struct{}), make(chan struct{})
	w.holdJoin(func() { close(joined); <-die })
	completing := make(chan error, 1)
	go func() { _, err := c.Complete(ctx, u.ID); completing <- err }()
	select {
	case <-joined:
	case <-ctx.Done():
		t.Fatal("it was never joined")
	}
	h.Kill9()
	close(die)
	if err := <-completing; err == nil {
		t.Fatal("a server that was killed answered")
	}
	h.Boot()
	if v, err := c.Video(ctx, u.VideoID); err != nil || v.Status != "uploading" {
		t.Fatalf("after the kill: %+v, %v", v, err)
	}

	event := <-told
	tell := func(proof string) int {
		t.Helper()
		got, err := http.Post(h.URL("/api/hooks/s3"+proof), "application/json", strings.NewReader(event))
		if err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
		return got.StatusCode
	}
	if status := tell("?secret=wrong"); status != http.StatusForbidden {
		t.Errorf("the event of somebody else is answered %d", status)
	}
	for range 2 {
		if status := tell("?secret=" + url.QueryEscape(hookSecret)); status != http.StatusNoContent {
			t.Fatalf("the event is answered %d: %s", status, event)
		}
	}
	if v, err := c.Video(ctx, u.VideoID); err != nil || v.Status != "processing" {
		t.Errorf("after the event: %+v, %v", v, err)
	}
	w.same(t, u.VideoID, file)
}

// sendDirect sends all parts of a file straight to the bucket, as a program would.
func sendDirect(t *testing.T, c *house.Client, file *os.File) (u house.Upload) {
	t.Helper()
	ctx := t.Context()
	if err := c.Call(ctx, http.MethodPost, "/api/uploads", map[string]any{"fileName": "In Parts.mp4", "size": directSize, "tellsDigests": true}, &u); err != nil {
		t.Fatal(err)
	}
	for _, part := range u.Parts {
		hash := sha256.New()
		if _, err := io.Copy(hash, io.NewSectionReader(file, part.Offset, part.Size)); err != nil {
			t.Fatal(err)
		}
		var to struct {
			Parts []struct {
				URL     string
				Headers map[string]string
			}
		}
		told := map[string]any{"parts": []map[string]any{{"number": part.Number, "digest": hex.EncodeToString(hash.Sum(nil))}}}
		if err := c.Call(ctx, http.MethodPost, "/api/uploads/"+u.ID+"/parts", told, &to); err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPut, to.Parts[0].URL, io.NewSectionReader(file, part.Offset, part.Size))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = part.Size
		for name, value := range to.Parts[0].Headers {
			r.Header.Set(name, value)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("part %d: %v, %v", part.Number, answer, err)
		}
		answer.Body.Close()
	}
	return u
}

func TestDoctorSaysWhyUploadsPassThroughTheServer(t *testing.T) {
	t.Parallel()
	w := openRoad(t)
	h := w.startAPI(t)
	media := func(public string) string {
		t.Helper()
		out, _ := h.RunWith(map[string]string{"KK_PUBLIC_URL": public}, "", "doctor")
		_, line, found := strings.Cut(out, "media ")
		line, _, _ = strings.Cut(line, "data ")
		if !found || !strings.Contains(line, "is written to, and replaces nothing") {
			t.Fatalf("doctor says:\n%s", out)
		}
		return line
	}
	const page = "https://films.example"
	if said := media(page + "/"); !strings.Contains(said, "CORS rules do not let pages of "+page+" send parts") || !strings.Contains(said, "deploy/aws/cors.json") {
		t.Errorf("without rules: %s", said)
	}
	w.letIn(t, page)
	if said := media(page); strings.Contains(said, "pass through") {
		t.Errorf("let in: %s", said)
	}
	if said := media("http://films.example"); !strings.Contains(said, "pages of http://films.example") {
		t.Errorf("another origin: %s", said)
	}
	if said := media(""); !strings.Contains(said, "set KK_PUBLIC_URL") {
		t.Errorf("without an address: %s", said)
	}
}

package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/audit"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/catalog/metadata"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/platform/keys"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
	"github.com/kkmovies/kkmovies/internal/upload"
)

const (
	mib      = 1 << 20
	partSize = 16 * mib
	password = "correct horse"
)

// studio is a server that takes films in, on a folder that outlives it.
type studio struct {
	*httptest.Server
	dir     string
	db      *sqlstore.DB
	blobs   *blob.Files
	deleted chan string // videos given up

	patience time.Duration
	bucket   *blob.S3 // where films are kept instead; nil for the folder
	secret   string   // of its events
	accounts *account.Service
	keeper   *keys.Keeper
}

type firstJob struct {
	VideoID string `json:"videoId"`
}

func (firstJob) Kind() string { return "test.first" }

func openStudio(t *testing.T, change ...func(*studio)) *studio {
	t.Helper()
	s := &studio{dir: t.TempDir(), deleted: make(chan string, 10)}
	for _, c := range change {
		c(s)
	}
	s.start(t)
	t.Cleanup(s.stop)
	accounts := account.NewService(account.Options{Store: s.db.Accounts()})
	t.Cleanup(accounts.Close)
	for name, role := range map[string]account.Role{"ana": account.Editor, "rui": account.Editor, "eva": account.Viewer} {
		if _, err := accounts.AddUser(t.Context(), name+"@example.com", password, role); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *studio) start(t *testing.T) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	var err error
	if s.db, err = sqlstore.Open(context.Background(), sqlstore.Options{URL: filepath.Join(s.dir, "kkmovies.db"), Logger: log}); err != nil {
		t.Fatal(err)
	}
	if s.blobs, err = blob.OpenFiles(filepath.Join(s.dir, "media")); err != nil {
		t.Fatal(err)
	}
	ignore := func(context.Context, string) {}
	blobs, direct := blob.Store(s.blobs), blob.Direct(nil)
	if s.bucket != nil {
		blobs, direct = s.bucket, s.bucket
	}
	uploads := upload.NewService(upload.Options{
		TitleOf: func(name string) string { return metadata.Guess(name).Title },
		Store:   s.db.Uploads(), Blobs: blobs, Direct: direct, SigningKey: []byte("key"), MaxSize: 1 << 30, Logger: log,
		Next:    func(src upload.Source) jobs.Args { return firstJob{src.VideoID} },
		Changed: ignore, Deleted: func(_ context.Context, id string) { s.deleted <- id },
	})
	keeper, err := keys.Open("", filepath.Join(s.dir, "key"))
	if err != nil {
		t.Fatal(err)
	}
	s.keeper = keeper
	store := s.db.Accounts()
	s.accounts = account.NewService(account.Options{Store: store, Secrets: s.db.Secrets(keeper), Signals: store.Signals()})
	handler, err := New(Options{
		Accounts:   s.accounts,
		Catalog:    catalog.NewService(s.db.Catalog(), ignore, ignore, ignore),
		Uploads:    uploads,
		HookSecret: s.secret,
		Audit:      audit.NewLog(s.db.Audit(), 24*time.Hour),
		StoreEvents: func(ctx context.Context, events []blob.Event) error {
			return uploads.Follow(ctx, "films", events)
		},
		Blobs: blobs, Live: http.NotFoundHandler(), Version: "test", Logger: log,
		Health: func(context.Context) []Check { return nil }, patience: s.patience, Limits: limitsOf(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewServer(handler)
}

// stop ends the server as a kill does: connections break, nothing is told.
func (s *studio) stop() {
	s.CloseClientConnections()
	s.Close()
	s.accounts.Close()
	_ = s.keeper.Close()
	s.db.Close()
	_ = s.blobs.Close()
}

// person is somebody's browser.
type person struct {
	*studio
	cookie *http.Cookie
}

func (s *studio) signIn(t *testing.T, name string) *person {
	t.Helper()
	p := &person{studio: s}
	res := p.do(t, http.MethodPost, "/api/auth/login", map[string]string{"email": name + "@example.com", "password": password})
	if res.status != http.StatusOK || len(res.cookies) == 0 {
		t.Fatalf("sign in: %+v", res)
	}
	p.cookie = res.cookies[0]
	return p
}

type response struct {
	status  int
	code    string // of a problem
	etag    string
	cookies []*http.Cookie
	body    []byte
}

// into reads the answer's body, which must have come with this status.
func (r response) into(t *testing.T, status int, v any) {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	if v == nil {
		return
	}
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("%s: %v", r.body, err)
	}
}

func (r response) refused(t *testing.T, status int, code string) {
	t.Helper()
	if r.status != status || r.code != code {
		t.Fatalf("status %d code %q, want %d %q: %s", r.status, r.code, status, code, r.body)
	}
}

func (p *person) do(t *testing.T, method, path string, body any) response {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req := p.request(t, method, path, bytes.NewReader(data))
	req.Header.Set("Content-Type", "application/json")
	return p.send(t, req)
}

func (p *person) request(t *testing.T, method, path string, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if p.cookie != nil {
		req.AddCookie(p.cookie)
	}
	return req
}

func (p *person) send(t *testing.T, req *http.Request) response {
	t.Helper()
	res, err := p.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	r := response{status: res.StatusCode, etag: res.Header.Get("ETag"), cookies: res.Cookies()}
	if r.body, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	var problem Problem
	if res.Header.Get("Content-Type") == "application/problem+json" && json.Unmarshal(r.body, &problem) == nil {
		r.code = problem.Code
	}
	return r
}

// put sends a part as a browser does, which shows no cookie to the store of parts.
func (s *studio) put(t *testing.T, part UploadPart, data []byte, header ...string) response {
	t.Helper()
	anybody := &person{studio: s}
	req := anybody.request(t, http.MethodPut, part.URL, bytes.NewReader(data))
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return anybody.send(t, req)
}

// filmBytes begin as an MP4 does.
func filmBytes(n int) []byte {
	data := make([]byte, n)
	source := rand.NewChaCha8([32]byte{byte(n), byte(rand.Uint32())})
	_, _ = source.Read(data)
	copy(data, "\x00\x00\x00\x20ftypisom")
	return data
}

func sum(data []byte) string {
	d := sha256.Sum256(data)
	return hex.EncodeToString(d[:])
}

func (p *person) create(t *testing.T, data []byte) (u Upload) {
	t.Helper()
	p.do(t, http.MethodPost, "/api/uploads", map[string]any{
		"fileName": "O.Farol.2023.mp4", "size": len(data), "lastModified": 1_700_000_000_000,
	}).into(t, http.StatusCreated, &u)
	return u
}

func of(data []byte, part UploadPart) []byte { return data[part.Offset : part.Offset+part.Size] }

func (s *studio) stored(t *testing.T, videoID string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(s.dir, "media", upload.SourceKey(videoID)))
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%d bytes stored, not the %d that were sent; error %v", len(got), len(want), err)
	}
}

// nothing checks that no video and no bytes are left.
func (s *studio) nothing(t *testing.T) {
	t.Helper()
	videos, err := s.db.Catalog().Videos(t.Context(), catalog.Rating{}, nil, 10)
	if err != nil || len(videos) != 0 {
		t.Errorf("videos left: %+v, error %v", videos, err)
	}
	err = filepath.WalkDir(filepath.Join(s.dir, "media"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("a file left: %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAFilmArrivesInPartsSentAtOnce(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	data := filmBytes(2*partSize + 12_345)
	u := ana.create(t, data)
	if len(u.Parts) != 3 || u.PartSize != partSize || u.Status != "open" || u.LastModified != 1_700_000_000_000 {
		t.Fatalf("created as %+v", u)
	}
	var all sync.WaitGroup
	for _, part := range u.Parts {
		all.Go(func() {
			res := s.put(t, part, of(data, part), "X-Part-SHA256", sum(of(data, part)))
			if res.status != http.StatusNoContent || res.etag != `"`+sum(of(data, part))+`"` {
				t.Errorf("part %d: %+v", part.Number, res)
			}
		})
	}
	all.Wait()

	var v Video
	ana.do(t, http.MethodPost, "/api/uploads/"+u.ID+"/complete", nil).into(t, http.StatusAccepted, &v)
	if v.ID != u.VideoID || v.Status != "processing" || v.Title != "O Farol" || v.SourceBytes != int64(len(data)) {
		t.Fatalf("video %+v", v)
	}
	s.stored(t, v.ID, data)
	ana.do(t, http.MethodGet, "/api/uploads/"+u.ID, nil).into(t, http.StatusOK, &u)
	if u.Status != "complete" || !u.Parts[2].Received || u.Parts[2].Digest != sum(of(data, u.Parts[2])) {
		t.Fatalf("afterwards: %+v", u)
	}
	s.put(t, u.Parts[0], of(data, u.Parts[0])).refused(t, http.StatusConflict, "complete")
}

func TestAPartWhoseConnectionBrokeIsSentAgain(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	data := filmBytes(partSize + 5)
	u := ana.create(t, data)

	req := ana.request(t, http.MethodPut, u.Parts[0].URL,
		io.MultiReader(bytes.NewReader(data[:partSize/2]), iotest.ErrReader(errors.New("the network is gone"))))
	req.ContentLength = partSize
	if res, err := ana.Client().Do(req); err == nil {
		res.Body.Close()
		t.Fatalf("half a part was answered with %s", res.Status)
	}
	ana.do(t, http.MethodPost, "/api/uploads/"+u.ID+"/complete", nil).refused(t, http.StatusConflict, "parts_missing")

	for _, part := range u.Parts {
		s.put(t, part, of(data, part)).into(t, http.StatusNoContent, nil)
		s.put(t, part, of(data, part)).into(t, http.StatusNoContent, nil) // the answer was lost, say
	}
	ana.do(t, http.MethodPost, "/api/uploads/"+u.ID+"/complete", nil).into(t, http.StatusAccepted, nil)
	s.stored(t, u.VideoID, data)
}

func TestAnUploadGoesOnAfterTheServerWasKilled(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	data := filmBytes(2*partSize + 5)
	u := ana.create(t, data)
	s.put(t, u.Parts[0], of(data, u.Parts[0])).into(t, http.StatusNoContent, nil)

	r, w := io.Pipe()
	req := ana.request(t, http.MethodPut, u.Parts[1].URL, r)
	req.ContentLength = partSize
	broke := make(chan error, 1)
	go func() {
		res, err := ana.Client().Do(req)
		if err == nil {
			res.Body.Close()
			err = fmt.Errorf("answered with %s", res.Status)
		}
		broke <- err
	}()
	if _, err := w.Write(of(data, u.Parts[1])[:partSize/2]); err != nil {
		t.Fatal(err)
	}
	s.stop()
	w.CloseWithError(io.ErrClosedPipe)
	if err := <-broke; err == nil || strings.HasPrefix(err.Error(), "answered") {
		t.Fatalf("the broken part: %v", err)
	}
	s.start(t)

	var list struct{ Items []Upload }
	ana.do(t, http.MethodGet, "/api/uploads", nil).into(t, http.StatusOK, &list)
	if len(list.Items) != 1 || list.Items[0].ID != u.ID {
		t.Fatalf("to go on with: %+v", list)
	}
	var fresh struct{ Parts []UploadPart }
	ana.do(t, http.MethodPost, "/api/uploads/"+u.ID+"/parts", map[string]any{"numbers": []int{1, 2, 3}}).into(t, http.StatusOK, &fresh)
	if !fresh.Parts[0].Received || fresh.Parts[1].Received || fresh.Parts[2].Received {
		t.Fatalf("after the restart: %+v", fresh)
	}
	for _, part := range fresh.Parts[1:] {
		s.put(t, part, of(data, part)).into(t, http.StatusNoContent, nil)
	}
	ana.do(t, http.MethodPost, "/api/uploads/"+u.ID+"/complete", nil).into(t, http.StatusAccepted, nil)
	s.stored(t, u.VideoID, data)
}

func TestBadPartsAreRefusedWithAReason(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	data := filmBytes(partSize + 5)
	u := ana.create(t, data)
	first, last := u.Parts[0], u.Parts[1]

	s.put(t, first, of(data, first), "X-Part-SHA256", sum(of(data, last))).refused(t, 422, "wrong_digest")
	s.put(t, first, data).refused(t, 422, "wrong_size")
	s.put(t, last, nil).refused(t, 422, "wrong_size")
	s.put(t, first, bytes.Repeat([]byte("letters "), partSize/8)).refused(t, 415, "not_a_video")

	chunked := ana.request(t, http.MethodPut, first.URL, struct{ io.Reader }{bytes.NewReader(data)})
	ana.send(t, chunked).refused(t, 422, "wrong_size")

	for _, bad := range []string{
		strings.Replace(first.URL, "/parts/1?", "/parts/2?", 1),
		strings.Replace(first.URL, u.ID, u.VideoID, 1),
		strings.Replace(first.URL, "expires=1", "expires=2", 1),
		strings.Replace(first.URL, "/parts/1?", "/parts/x?", 1),
		first.URL + "0",
		first.URL[:strings.Index(first.URL, "?")],
	} {
		s.put(t, UploadPart{URL: bad}, of(data, first)).refused(t, 403, "bad_signature")
	}

	s.put(t, first, of(data, first)).into(t, http.StatusNoContent, nil)
	s.put(t, first, filmBytes(partSize)).refused(t, 409, "part_differs")
	ana.do(t, http.MethodPost, "/api/uploads/"+u.ID+"/parts", map[string]any{"numbers": []int{3}}).refused(t, 404, "no_such_part")
}

func TestWhatCannotBeTakenIsRefusedBeforeTheFirstByte(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	create := func(name string, size int64) response {
		return ana.do(t, http.MethodPost, "/api/uploads", map[string]any{"fileName": name, "size": size})
	}
	create("notes.txt", 10).refused(t, 415, "not_a_video")
	create("film.mp4", 1<<30+1).refused(t, 413, "too_large")
	create("film.mp4", 0).refused(t, 422, "empty_file")
	create("film.mp4", -1).refused(t, 422, "invalid")
	create("", 10).refused(t, 422, "invalid")
	s.nothing(t)
}

func TestOnlyEditorsUploadAndOnlyTheOwnerSees(t *testing.T) {
	s := openStudio(t)
	ana, rui, eva, nobody := s.signIn(t, "ana"), s.signIn(t, "rui"), s.signIn(t, "eva"), &person{studio: s}
	u := ana.create(t, filmBytes(100))
	body := map[string]any{"fileName": "film.mp4", "size": 10}
	eva.do(t, http.MethodPost, "/api/uploads", body).refused(t, 403, "forbidden")
	nobody.do(t, http.MethodPost, "/api/uploads", body).refused(t, 401, "signed_out")
	eva.do(t, http.MethodPost, "/api/videos/upload", nil).refused(t, 403, "forbidden")
	nobody.do(t, http.MethodPost, "/api/videos/upload", nil).refused(t, 401, "signed_out")

	rui.do(t, http.MethodGet, "/api/uploads/"+u.ID, nil).refused(t, 404, "not_found")
	rui.do(t, http.MethodPost, "/api/uploads/"+u.ID+"/complete", nil).refused(t, 404, "not_found")
	rui.do(t, http.MethodPost, "/api/uploads/"+u.ID+"/parts", map[string]any{"numbers": []int{1}}).refused(t, 404, "not_found")
	rui.do(t, http.MethodDelete, "/api/uploads/"+u.ID, nil).into(t, http.StatusNoContent, nil)
	ana.do(t, http.MethodGet, "/api/uploads/"+u.ID, nil).into(t, http.StatusOK, nil)

	ana.do(t, http.MethodDelete, "/api/uploads/"+u.ID, nil).into(t, http.StatusNoContent, nil)
	ana.do(t, http.MethodGet, "/api/uploads/"+u.ID, nil).refused(t, 404, "not_found")
	if id := <-s.deleted; id != u.VideoID {
		t.Errorf("told of %s", id)
	}
	s.nothing(t)
}

// form writes a form as it is read: nobody knows its length beforehand.
func form(write func(*multipart.Writer) error) (body io.Reader, contentType string) {
	r, w := io.Pipe()
	m := multipart.NewWriter(w)
	go func() {
		err := write(m)
		if err == nil {
			err = m.Close()
		}
		w.CloseWithError(err)
	}()
	return r, m.FormDataContentType()
}

func (p *person) uploadForm(t *testing.T, write func(*multipart.Writer) error) response {
	t.Helper()
	body, contentType := form(write)
	req := p.request(t, http.MethodPost, "/api/videos/upload", body)
	req.Header.Set("Content-Type", contentType)
	return p.send(t, req)
}

func fileField(name string, content io.Reader) func(*multipart.Writer) error {
	return func(m *multipart.Writer) error {
		part, err := m.CreateFormFile("file", name)
		if err == nil {
			_, err = io.Copy(part, content)
		}
		return err
	}
}

func TestAFilmArrivesInAForm(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	data := filmBytes(3*mib + 7)
	var v Video
	ana.uploadForm(t, func(m *multipart.Writer) error {
		return errors.Join(m.WriteField("title", "  O  Farol de Vidro "), fileField("x.mkv", bytes.NewReader(data))(m))
	}).into(t, http.StatusAccepted, &v)
	if v.Title != "O Farol de Vidro" || v.Status != "processing" || v.SourceBytes != int64(len(data)) {
		t.Fatalf("video %+v", v)
	}
	s.stored(t, v.ID, data)

	ana.uploadForm(t, fileField("Cidade.de.Deus.2002.mkv", bytes.NewReader(data))).into(t, http.StatusAccepted, &v)
	if v.Title != "Cidade de Deus" {
		t.Fatalf("title %q", v.Title)
	}
}

func TestAFormOfKnownLengthIsRefusedByItsLength(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	done := make(chan struct{})
	defer close(done)
	// The film never goes on, so an answer shows that nobody waited for it.
	body, contentType := form(fileField("film.mp4", io.MultiReader(bytes.NewReader(filmBytes(100)), readerFunc(func([]byte) (int, error) {
		<-done
		return 0, io.EOF
	}))))
	req := ana.request(t, http.MethodPost, "/api/videos/upload", body)
	req.Header.Set("Content-Type", contentType)
	req.ContentLength = 1<<30 + formOverhead + 1
	ana.send(t, req).refused(t, 413, "too_large")
	s.nothing(t)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestAFormThatIsRefusedLeavesNothing(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	film := func() io.Reader { return bytes.NewReader(filmBytes(mib)) }
	for name, c := range map[string]struct {
		write  func(*multipart.Writer) error
		status int
		code   string
	}{
		"no film":       {fileField("film.mp4", strings.NewReader("This is a letter.")), 415, "not_a_video"},
		"a text":        {fileField("notes.txt", film()), 415, "not_a_video"},
		"empty":         {fileField("film.mp4", strings.NewReader("")), 422, "empty_file"},
		"no file":       {func(m *multipart.Writer) error { return m.WriteField("title", "O Farol") }, 422, "no_file"},
		"no name":       {fileField("", film()), 422, "bad_file_name"},
		"unknown movie": {func(m *multipart.Writer) error { return m.WriteField("movieId", "tt0133093") }, 422, "no_such_movie"},
		"a long title":  {func(m *multipart.Writer) error { return m.WriteField("title", strings.Repeat("a", 5000)) }, 422, "field_too_long"},
		"a longer title": {func(m *multipart.Writer) error {
			return errors.Join(m.WriteField("title", strings.Repeat("a", 301)), fileField("a.mp4", film())(m))
		}, 422, "bad_title"},
	} {
		t.Run(name, func(t *testing.T) { ana.uploadForm(t, c.write).refused(t, c.status, c.code) })
	}
	ana.do(t, http.MethodPost, "/api/videos/upload", nil).refused(t, 415, "not_a_form")
	s.nothing(t)
}

func TestAFormWhoseConnectionBrokeLeavesNothing(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	body, contentType := form(fileField("film.mp4",
		io.MultiReader(bytes.NewReader(filmBytes(mib)), iotest.ErrReader(errors.New("the network is gone")))))
	req := ana.request(t, http.MethodPost, "/api/videos/upload", body)
	req.Header.Set("Content-Type", contentType)
	if res, err := ana.Client().Do(req); err == nil {
		res.Body.Close()
		t.Fatalf("answered with %s", res.Status)
	}
	<-s.deleted
	s.nothing(t)
}

func TestAFormThatStopsBeforeItsEndIsNoFilm(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	req := ana.request(t, http.MethodPost, "/api/videos/upload", io.MultiReader(
		strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp4\"\r\n\r\n"), bytes.NewReader(filmBytes(mib))))
	req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	if res := ana.send(t, req); res.status < 400 {
		t.Fatalf("answered with %d", res.status)
	}
	<-s.deleted
	s.nothing(t)
}

func TestAFormIsNotHeldInMemory(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	const size = 192 * mib
	head, block := filmBytes(mib), make([]byte, mib)
	content := []io.Reader{bytes.NewReader(head)}
	for range size/mib - 1 {
		content = append(content, bytes.NewReader(block))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var v Video
	ana.uploadForm(t, fileField("film.mp4", io.MultiReader(content...))).into(t, http.StatusAccepted, &v)
	runtime.ReadMemStats(&after)
	if v.SourceBytes != size {
		t.Fatalf("%d bytes arrived", v.SourceBytes)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > size/8 {
		t.Fatalf("%d MiB were allocated for a film of %d MiB", took/mib, size/mib)
	}
}

func TestASenderThatFallsSilentIsGivenUp(t *testing.T) {
	s := openStudio(t, func(s *studio) { s.patience = 200 * time.Millisecond })
	ana := s.signIn(t, "ana")
	data := filmBytes(partSize)
	u := ana.create(t, data)
	done := make(chan struct{})
	defer close(done)
	silent := readerFunc(func([]byte) (int, error) {
		<-done
		return 0, io.EOF
	})

	part := ana.request(t, http.MethodPut, u.Parts[0].URL, io.MultiReader(bytes.NewReader(data[:mib]), silent))
	part.ContentLength = partSize
	ana.send(t, part).into(t, 499, nil)

	body, contentType := form(fileField("film.mp4", io.MultiReader(bytes.NewReader(data[:mib]), silent)))
	film := ana.request(t, http.MethodPost, "/api/videos/upload", body)
	film.Header.Set("Content-Type", contentType)
	ana.send(t, film).into(t, 499, nil)
	if id := <-s.deleted; id == u.VideoID {
		t.Fatal("the upload in parts was given up with its part")
	}
	s.put(t, u.Parts[0], data).into(t, http.StatusNoContent, nil)
}

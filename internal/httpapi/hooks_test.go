package httpapi

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/upload"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestMain(m *testing.M) {
	os.Setenv("AWS_ACCESS_KEY_ID", engines.S3AccessKey)
	os.Setenv("AWS_SECRET_ACCESS_KEY", engines.S3SecretKey)
	engines.Main(m)
}

const hookSecret = "sixteen letters and more"

// openBucketStudio keeps its films in a bucket, whose events it takes.
func openBucketStudio(t *testing.T) *studio {
	t.Helper()
	at, err := blob.ParseS3(engines.S3(t).Address())
	if err != nil {
		t.Fatal(err)
	}
	bucket, err := blob.OpenS3(t.Context(), at, blob.S3Options{Folder: t.TempDir(), CacheSize: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bucket.Close() })
	return openStudio(t, func(s *studio) { s.bucket, s.secret = bucket, hookSecret })
}

// told returns the addresses of all parts of an upload, for the digests of these bytes.
func (p *person) told(t *testing.T, u Upload, data []byte) []UploadPart {
	t.Helper()
	var ask struct {
		Parts []toldPart `json:"parts"`
	}
	for _, part := range u.Parts {
		ask.Parts = append(ask.Parts, toldPart{part.Number, sum(of(data, part))})
	}
	var out partList
	p.do(t, http.MethodPost, "/api/uploads/"+u.ID+"/parts", ask).into(t, http.StatusOK, &out)
	return out.Parts
}

// deliver sends a part where its address says, with what it says, as anybody.
func (s *studio) deliver(t *testing.T, part UploadPart, body []byte) int {
	t.Helper()
	to := part.URL
	if strings.HasPrefix(to, "/") {
		to = s.URL + to
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, to, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range part.Headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

func (p *person) open(t *testing.T, data []byte) (u Upload) {
	t.Helper()
	p.do(t, http.MethodPost, "/api/uploads", map[string]any{"fileName": "film.mp4", "size": len(data), "tellsDigests": true}).into(t, http.StatusCreated, &u)
	return u
}

func TestOneClientSendsToTheStoreOrToThisServer(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*studio{"a bucket": openBucketStudio(t), "a folder": openStudio(t)} {
		ana := s.signIn(t, "ana")
		data := filmBytes(partSize + 1000)
		u := ana.open(t, data)
		if u.Direct != (s.bucket != nil) || (u.Parts[0].URL == "") != u.Direct {
			t.Errorf("%s: opened as %+v", name, u)
		}
		parts := ana.told(t, u, data)
		if strings.HasPrefix(parts[0].URL, "/api/") == u.Direct {
			t.Errorf("%s: a part goes to %s", name, parts[0].URL)
		}
		damaged := bytes.Clone(of(data, parts[0]))
		damaged[1000] ^= 1
		if status := s.deliver(t, parts[0], damaged); status/100 != 4 {
			t.Errorf("%s: a damaged part is answered with %d", name, status)
		}
		if status := s.deliver(t, parts[1], of(data, parts[1])); status/100 != 2 {
			t.Errorf("%s: a part is answered with %d", name, status)
		}
		ana.do(t, http.MethodPost, "/api/uploads/"+u.ID+"/complete", nil).refused(t, http.StatusConflict, "parts_missing")
		var got Upload
		ana.do(t, http.MethodGet, "/api/uploads/"+u.ID, nil).into(t, http.StatusOK, &got)
		if got.Parts[0].Received || !got.Parts[1].Received || got.Parts[1].Digest != sum(of(data, parts[1])) {
			t.Errorf("%s: arrived: %+v", name, got.Parts)
		}
		s.deliver(t, parts[0], of(data, parts[0]))
		ana.do(t, http.MethodPost, "/api/uploads/"+u.ID+"/complete", nil).into(t, http.StatusAccepted, nil)
	}
}

func TestThePartsOfADirectUploadHaveNoAddressWithoutADigest(t *testing.T) {
	t.Parallel()
	ana := openBucketStudio(t).signIn(t, "ana")
	u := ana.open(t, filmBytes(1000))
	at := "/api/uploads/" + u.ID + "/parts"
	ana.do(t, http.MethodPost, at, map[string]any{"numbers": []int{1}}).refused(t, http.StatusUnprocessableEntity, "no_digests")
	ana.do(t, http.MethodPost, at, map[string]any{}).refused(t, http.StatusUnprocessableEntity, "no_parts")
	ana.do(t, http.MethodPost, at, map[string]any{"parts": []toldPart{{2, sum(nil)}}}).refused(t, http.StatusNotFound, "no_such_part")
	ana.studio.signIn(t, "rui").do(t, http.MethodPost, at, map[string]any{"parts": []toldPart{{1, sum(nil)}}}).refused(t, http.StatusNotFound, "not_found")
	if status := ana.do(t, http.MethodPost, at, map[string]any{"parts": []toldPart{{1, "abc"}}}).status; status != http.StatusUnprocessableEntity {
		t.Errorf("no digest: %d", status)
	}
}

// event is a message in one of the dialects.
func event(dialect, name, bucket, key string) string {
	source, eTag := "aws:s3", "abc-1"
	switch dialect {
	case "minio":
		source, name, key = "minio:s3", "s3:"+name, strings.ReplaceAll(key, "/", "%2F")
	case "versitygw":
		name, eTag = "s3:"+name, `\"abc-1\"`
	}
	return fmt.Sprintf(`{"Records":[{"eventSource":%q,"eventName":%q,"s3":{"bucket":{"name":%q},"object":{"key":%q,"size":1,"eTag":"%s","sequencer":"1"}}}]}`,
		source, name, bucket, key, eTag)
}

func (s *studio) hook(t *testing.T, message, secret, bearer string) response {
	t.Helper()
	store := &person{studio: s}
	r := store.request(t, http.MethodPost, "/api/hooks/s3", strings.NewReader(message))
	if secret != "" {
		r.URL.RawQuery = "secret=" + strings.ReplaceAll(secret, " ", "+")
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	return store.send(t, r)
}

func TestAnEventOfTheStoreFinishesAnUploadInEveryDialect(t *testing.T) {
	t.Parallel()
	s := openBucketStudio(t)
	ana := s.signIn(t, "ana")
	data := filmBytes(1000)
	state := func(u Upload) string {
		t.Helper()
		var got Upload
		ana.do(t, http.MethodGet, "/api/uploads/"+u.ID, nil).into(t, http.StatusOK, &got)
		return got.Status
	}
	for _, dialect := range []string{"aws", "minio", "versitygw"} {
		u := ana.open(t, data)
		key := upload.SourceKey(u.VideoID)
		s.deliver(t, ana.told(t, u, data)[0], data)
		for _, ignored := range []string{
			event(dialect, "ObjectCreated:Put", "another", key), event(dialect, "ObjectRemoved:Delete", "films", key),
			event(dialect, "ObjectCreated:Put", "films", "videos/x/seg-00001.m4s"), `{"Event":"s3:TestEvent","Bucket":"films"}`,
		} {
			s.hook(t, ignored, hookSecret, "").into(t, http.StatusNoContent, nil)
		}
		if got := state(u); got != "open" {
			t.Errorf("%s: events of others made it %s", dialect, got)
		}
		for _, secret := range [][2]string{{hookSecret, ""}, {"", hookSecret}} { // told twice, each in its way
			s.hook(t, event(dialect, "ObjectCreated:CompleteMultipartUpload", "films", key), secret[0], secret[1]).into(t, http.StatusNoContent, nil)
		}
		if got := state(u); got != "complete" {
			t.Errorf("%s: it is %s", dialect, got)
		}
	}
}

func TestEventsAreTakenOfNobodyElse(t *testing.T) {
	t.Parallel()
	message := event("aws", "ObjectCreated:Put", "films", "originals/x/source")
	s := openBucketStudio(t)
	for _, secret := range [][2]string{{"", ""}, {"wrong", ""}, {"", "wrong"}, {hookSecret, "wrong"}, {hookSecret + "x", ""}} {
		s.hook(t, message, secret[0], secret[1]).refused(t, http.StatusForbidden, "bad_secret")
	}
	s.hook(t, strings.Repeat(" ", maxEvents)+message, hookSecret, "").refused(t, http.StatusRequestEntityTooLarge, "too_large")
	for _, bad := range []string{"", "{}", "[]", "<xml/>"} {
		s.hook(t, bad, hookSecret, "").refused(t, http.StatusUnprocessableEntity, "bad_event")
	}
	s.hook(t, `{"Type":"SubscriptionConfirmation","SubscribeURL":"https://sns.example/"}`, "", "").refused(t, http.StatusForbidden, "bad_secret")
	s.hook(t, `{"Type":"SubscriptionConfirmation","SubscribeURL":"https://sns.example/"}`, hookSecret, "").into(t, http.StatusNoContent, nil)
	closed := openStudio(t) // without a secret, nobody has it
	closed.hook(t, message, "", "").refused(t, http.StatusForbidden, "bad_secret")
	closed.hook(t, message, hookSecret, "").refused(t, http.StatusForbidden, "bad_secret")
}

func TestPagesMaySendToTheStoreOfFilmsAndNowhereElse(t *testing.T) {
	t.Parallel()
	policy := func(origin string) string {
		return openSite(t, func(o *Options) { o.StoreOrigin = origin }).visitor(t).send(t, "GET", "/", nil).Header.Get("Content-Security-Policy")
	}
	without, with := policy(""), policy("https://films.s3.eu-west-1.amazonaws.com")
	if without != contentSecurityPolicy || with != strings.Replace(without, "connect-src 'self';", "connect-src 'self' https://films.s3.eu-west-1.amazonaws.com;", 1) || with == without {
		t.Errorf("%s\n%s", without, with)
	}
}

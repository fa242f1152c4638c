package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Every operation of the document is sent whatever its schema describes, bent and broken, by
// everybody. An operation that is added is among them without a word. Nothing that is sent may
// be answered by an error of the server, by anything but a problem when it is refused, or by a
// word about what is inside.

// each is how long every operation is sent nonsense to; `make fuzz` gives a minute.
var each = flag.Duration("each", 3*time.Second, "how long each operation of the API is fuzzed")

// fuzzedAtOnce is how many operations share the machine, so that a hundred of them, three
// seconds each, take half a minute of a test run and not five.
const fuzzedAtOnce = 12

func TestEveryOperationHoldsWhateverIsSent(t *testing.T) {
	z := openZoo(t)
	seed := rand.Uint64()
	sent := make([]int, len(z.operations))
	slots, running := make(chan struct{}, fuzzedAtOnce), sync.WaitGroup{}
	for i := range z.operations {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			random := rand.New(rand.NewPCG(seed, uint64(i)))
			for began := time.Now(); time.Since(began) < *each && !t.Failed(); sent[i]++ {
				data := make([]byte, 8+random.IntN(120))
				for j := range data {
					data[j] = byte(random.Uint32())
				}
				z.try(t, i, data)
			}
		})
	}
	running.Wait()
	total := 0
	for i, n := range sent {
		if total += n; n == 0 && !t.Failed() {
			t.Errorf("%s was sent nothing", z.operations[i].id)
		}
	}
	t.Logf("%d operations were sent %d requests, seed %d", len(z.operations), total, seed)
}

// FuzzOperations is the same, guided by which code an input reaches.
func FuzzOperations(f *testing.F) {
	z := openZoo(f)
	for i := range z.operations {
		for _, data := range []string{"", "\xff\xff\xff\xff\xff\xff", "\x03\x00\x00\x09\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb"} {
			f.Add(uint16(i), []byte(data))
		}
	}
	f.Fuzz(func(t *testing.T, operation uint16, data []byte) {
		z.try(t, int(operation)%len(z.operations), data)
	})
}

// zoo is a site with something in it to ask about, and one visitor of each role.
type zoo struct {
	*site
	operations []fuzzed
	schemas    map[string]*schema
	ids        []string // of things that are there

	mu       sync.Mutex
	visitors map[account.Role]*visitor
	hash     string // of the password of all of them
}

// fuzzed is an operation as the document describes it.
type fuzzed struct {
	id, method, path string
	Parameters       []struct {
		Name, In string
		Schema   *schema
	}
	RequestBody *struct {
		Content map[string]struct{ Schema *schema }
	}
}

// schema is what is used of JSON Schema to make a value.
type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Format     string
	Enum       []any
	Minimum    *float64
	Maximum    *float64
	Properties map[string]*schema
	Items      *schema
}

// boundless lets everybody do everything as often as they like.
type boundless struct{}

func (boundless) Allow(context.Context, string, cache.Limit) cache.Verdict {
	return cache.Verdict{Allowed: true}
}

func openZoo(t testing.TB) *zoo {
	t.Helper()
	z := &zoo{site: openSite(t, func(o *Options) { o.Limits = boundless{} }), visitors: map[account.Role]*visitor{}}
	text, err := Document("test")
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]*schema }
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	z.schemas = document.Components.Schemas
	for path, methods := range document.Paths {
		for method, raw := range methods {
			op := fuzzed{method: strings.ToUpper(method), path: path}
			var named struct{ OperationID string }
			if err := errors.Join(json.Unmarshal(raw, &op), json.Unmarshal(raw, &named)); err != nil {
				t.Fatal(err)
			}
			op.id = named.OperationID
			z.operations = append(z.operations, op)
		}
	}
	slices.SortFunc(z.operations, func(a, b fuzzed) int { return strings.Compare(a.id, b.id) })
	admin := z.as(t, account.Admin)
	known, _, err := z.db.Accounts().UserByEmail(t.Context(), emailOf(account.Admin))
	if err != nil {
		t.Fatal(err)
	}
	z.hash = known.PasswordHash
	opened := read[Upload](t, admin.send(t, "POST", "/api/uploads", map[string]any{"fileName": "film.mp4", "size": 1000}))
	me := read[Me](t, admin.send(t, "GET", "/api/me", nil))
	z.ids = []string{z.addVideo(t, "A film"), z.addFailed(t), opened.ID, z.addFilm(t, "A film").ID, me.User.ID, me.Profile.ID, me.Session.ID}
	return z
}

// as returns the visitor of a role, who signs in again when their session has ended.
func (z *zoo) as(t testing.TB, role account.Role) *visitor {
	t.Helper()
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.visitors[role] == nil {
		if role == nobody {
			z.visitors[role] = z.visitor(t)
		} else {
			z.visitors[role] = z.comeBack(t, role)
		}
	}
	return z.visitors[role]
}

// comeBack signs a visitor in, who may have been deleted by nonsense, or given another
// password, which it knows to choose: before, or at this very moment.
func (z *zoo) comeBack(t testing.TB, role account.Role) *visitor {
	t.Helper()
	people := z.db.Accounts()
	var last *answer
	for range 5 {
		u, _, err := people.UserByEmail(t.Context(), emailOf(role))
		switch {
		case fault.Is(err, fault.NotFound):
			_, err = z.Accounts.AddUser(t.Context(), emailOf(role), password, role)
		case err == nil && z.hash != "":
			err = people.SetPassword(t.Context(), u.ID, z.hash, "")
		}
		if err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
		v := z.visitor(t)
		if last = v.send(t, "POST", "/api/auth/login", credentials(emailOf(role), password)); last.StatusCode == http.StatusOK {
			return v
		}
	}
	last.want(t, http.StatusOK)
	return nil
}

func (z *zoo) forget(role account.Role, v *visitor) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if role != nobody && z.visitors[role] == v {
		z.visitors[role] = nil
	}
}

// insides are words that nobody outside has any business with.
var insides = []string{"sqlstore", "SQLSTATE", "sqlite", "goroutine", "runtime error", "panic", "sql:", "pgx", "argon2", ".go:", "no such table", "syntax error at"}

// try sends one request that data chooses.
func (z *zoo) try(t *testing.T, operation int, data []byte) {
	op := z.operations[operation]
	d := &dice{data: data, zoo: z}
	role := []account.Role{account.Admin, account.Editor, account.Viewer, nobody}[d.roll(4)]
	v := z.as(t, role)
	target, header := op.path, http.Header{}
	query := url.Values{}
	for _, p := range op.Parameters {
		text := d.text(p.Schema)
		switch p.In {
		case "path":
			target = strings.Replace(target, "{"+p.Name+"}", url.PathEscape(text), 1)
		case "query":
			for range 1 + d.roll(8)/7 {
				query.Add(p.Name, text)
			}
		case "header":
			header.Set(p.Name, strings.Map(printable, text))
		}
	}
	if len(query) > 0 && d.roll(8) > 0 {
		target += "?" + query.Encode()
	}
	body, contentType := d.body(op)
	r, err := http.NewRequestWithContext(t.Context(), op.method, z.URL+"/api"+target, bytes.NewReader(body))
	if err != nil {
		return // no client can send it
	}
	r.Header = header
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	began := time.Now()
	w, err := v.client.Do(r)
	if err != nil {
		t.Errorf("%s by %q: %v\n%s %s\n%q", op.id, role, err, op.method, target, body)
		return
	}
	defer w.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(w.Body, 16<<20))
	complain := func(format string, args ...any) {
		t.Errorf("%s by %q: %s\n%s /api%s (%s)\n%.2000q\n%s: %.2000s", op.id, role, fmt.Sprintf(format, args...), op.method, target, contentType, body, w.Status, answer)
	}
	if err != nil {
		complain("the answer breaks off: %v", err)
	}
	if took := time.Since(began); took > 30*time.Second {
		complain("it took %s", took)
	}
	if w.StatusCode >= 500 {
		complain("the server is at fault: %s", z.logOf(w.Header.Get("X-Request-Id")))
	}
	if w.StatusCode >= 400 {
		var p Problem
		if json.Unmarshal(answer, &p) != nil || p.Status != w.StatusCode || p.Code == "" || p.Detail == "" || w.Header.Get("Content-Type") != "application/problem+json" {
			complain("it is no problem")
		}
		for _, word := range insides {
			if strings.Contains(string(answer), word) && !bytes.Contains(body, []byte(word)) && !strings.Contains(target, word) {
				complain("it tells %q", word)
			}
		}
	} else if w.Header.Get("Content-Type") == "application/json" && !json.Valid(answer) {
		complain("it is no JSON")
	}
	if w.StatusCode == http.StatusUnauthorized || op.method != http.MethodGet && w.StatusCode < 300 {
		z.forget(role, v) // they may have signed out, or been thrown out
	}
}

// logOf returns the last errors that were logged, of which one is this request's.
func (z *zoo) logOf(id string) string {
	var errs []string
	for line := range strings.Lines(z.log.String()) {
		if strings.Contains(line, `"level":"ERROR"`) {
			errs = append(errs, line)
		}
	}
	return "request " + id + "\n" + strings.Join(errs[max(0, len(errs)-3):], "")
}

func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return '?'
	}
	return r
}

// dice makes choices of bytes; when they are used up it always chooses the first.
type dice struct {
	data []byte
	zoo  *zoo
}

func (d *dice) roll(n int) int {
	if len(d.data) == 0 {
		return 0
	}
	b := int(d.data[0])
	d.data = d.data[1:]
	return b % n
}

// nasty are texts that something, somewhere, once took for something else.
var nasty = []string{
	"", " ", "\x00", "a\x00b", "\xff\xfe", "'", `"`, "' OR '1'='1", "'; DROP TABLE users; --", `" OR ""="`, "1; SELECT pg_sleep(9)", "$1", "%s%s%n", "%00", "%2e%2e%2f",
	"../../../../etc/passwd", "..\\..\\windows", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "`id`", "$(id)", "\r\nSet-Cookie: a=b", "null", "true", "-1", "0", "1e309", "NaN",
	"9223372036854775808", "-9223372036854775809", "0x10", "１２", "\u202e", "👩‍👩‍👧", "İ", "ﷺ", "a@b", "ana@example.com", `"a b"@example.com`, "00000000-0000-0000-0000-000000000000",
	"2026-11-30T00:00:00Z", "9999-99-99", "[]", "{}", "javascript:alert(1)", "file:///etc/passwd", "http://169.254.169.254/",
}

// text makes a parameter.
func (d *dice) text(s *schema) string {
	switch d.roll(8) {
	case 0, 1:
		return nasty[d.roll(len(nasty))]
	case 2:
		return strings.Repeat(string(rune('a'+d.roll(26))), 1<<d.roll(14))
	}
	if v, ok := d.plausible(s, 0).(string); ok {
		return v
	}
	text, _ := json.Marshal(d.plausible(s, 0))
	return string(text)
}

// value makes what a schema describes, or something near it, or nothing like it.
func (d *dice) value(s *schema, depth int) any {
	switch d.roll(10) {
	case 7:
		return nasty[d.roll(len(nasty))]
	case 8:
		return []any{nil, true, -1, 1e300, 0.5, []any{}, map[string]any{"a": nil}, json.Number("1e9999"), strings.Repeat("é", 1<<d.roll(12))}[d.roll(9)]
	}
	return d.plausible(s, depth)
}

func (d *dice) plausible(s *schema, depth int) any {
	for s != nil && s.Ref != "" {
		s = d.zoo.schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
	}
	if s == nil || depth > 6 {
		return nasty[d.roll(len(nasty))]
	}
	if len(s.Enum) > 0 {
		return s.Enum[d.roll(len(s.Enum))]
	}
	kind, _ := s.Type.(string)
	if kinds, several := s.Type.([]any); several {
		kind, _ = kinds[d.roll(len(kinds))].(string)
	}
	switch kind {
	case "object":
		out := map[string]any{}
		names := make([]string, 0, len(s.Properties))
		for name := range s.Properties {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if d.roll(12) != 11 {
				out[name] = d.value(s.Properties[name], depth+1)
			}
		}
		if d.roll(12) == 11 {
			out[nasty[d.roll(len(nasty))]] = "more"
		}
		return out
	case "array":
		out := []any{}
		for range d.roll(5) {
			out = append(out, d.value(s.Items, depth+1))
		}
		return out
	case "boolean":
		return d.roll(2) == 0
	case "integer", "number":
		numbers := []float64{0, 1, 2, 50, -1, 1 << 31, 1 << 53, 1e18}
		for _, bound := range []*float64{s.Minimum, s.Maximum} {
			if bound != nil {
				numbers = append(numbers, *bound-1, *bound, *bound+1)
			}
		}
		n := numbers[d.roll(len(numbers))]
		if kind == "number" && d.roll(2) == 1 {
			n += 0.5
		}
		return n
	case "null":
		return nil
	}
	switch s.Format {
	case "uuid":
		if d.roll(4) == 3 {
			return uuid.NewString()
		}
		return d.zoo.ids[d.roll(len(d.zoo.ids))]
	case "date-time":
		return "2026-11-30T00:00:00Z"
	}
	return []string{"ana@example.com", emailOf(account.Admin), password, "A film", "pt-BR", "film.mp4", "0-pt", strings.Repeat("a", 64), "1", nasty[d.roll(len(nasty))]}[d.roll(10)]
}

// body makes a request's body and says what it is.
func (d *dice) body(op fuzzed) (body []byte, contentType string) {
	if op.RequestBody == nil {
		if d.roll(10) == 9 {
			return []byte(nasty[d.roll(len(nasty))]), "application/json"
		}
		return nil, ""
	}
	media := ""
	for name := range op.RequestBody.Content {
		media = max(media, name)
	}
	made := d.value(op.RequestBody.Content[media].Schema, 0)
	switch media {
	case "multipart/form-data":
		body, contentType = d.form(made), "multipart/form-data; boundary=kk"
	case "application/json":
		body, _ = json.Marshal(made)
		contentType = media
	default:
		body, contentType = bytes.Repeat([]byte{byte(d.roll(256))}, d.roll(256)), media
	}
	switch d.roll(16) {
	case 11:
		body = body[:len(body)*d.roll(8)/8]
	case 12:
		body = append(body, nasty[d.roll(len(nasty))]...)
	case 13:
		contentType = []string{"", "text/plain", "application/xml", "application/cbor", "multipart/form-data", "application/json; charset=utf-16", "\x7f"}[d.roll(7)]
	case 14:
		body = bytes.Repeat([]byte("["), 1+d.roll(256)*64)
	case 15:
		body = d.data
	}
	return body, strings.Map(printable, contentType)
}

func (d *dice) form(made any) []byte {
	var out bytes.Buffer
	fields, _ := made.(map[string]any)
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	slices.Reverse(names) // so that files, which come last, sometimes do
	for _, name := range names {
		file := ""
		if name == "file" {
			file = fmt.Sprintf("; filename=%q", []string{"film.mp4", "a.srt", nasty[d.roll(len(nasty))]}[d.roll(3)])
		}
		fmt.Fprintf(&out, "--kk\r\nContent-Disposition: form-data; name=%q%s\r\n\r\n%v\r\n", name, file, fields[name])
	}
	out.WriteString("--kk--\r\n")
	return out.Bytes()
}

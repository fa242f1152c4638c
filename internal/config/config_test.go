package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// parse reads flags and the environment as the program does. Kong validates what it read.
func parse(t *testing.T, args ...string) (*Config, error) {
	t.Helper()
	var c struct{ Config }
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return &c.Config, err
}

// clearEnvironment hides the settings of whoever runs the tests.
func clearEnvironment(t *testing.T) {
	t.Helper()
	for _, line := range os.Environ() {
		if name, _, _ := strings.Cut(line, "="); strings.HasPrefix(name, "KK_") {
			t.Setenv(name, "") // remembers it
			os.Unsetenv(name)
		}
	}
}

func TestTheDefaultsStartAnEmbeddedServer(t *testing.T) {
	clearEnvironment(t)
	c, err := parse(t)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if err := CheckEnvironment(); err != nil {
		t.Error(err)
	}
	if c.Listen != ":8080" || c.LogLevel != "info" || c.LogFormat != "text" || c.UploadLimit != 200 ||
		c.DatabaseURL+c.MediaURL+c.KeysURL+c.RedisURL+c.CatalogURL != "" {
		t.Errorf("%+v", c)
	}
	if !strings.HasSuffix(c.Database(), "/data/kkmovies.db") || !strings.HasSuffix(c.Media(), "/data/media") {
		t.Errorf("keeps %s and %s", c.Database(), c.Media())
	}
}

func TestCodecsAreH264AndWhatIsMadeBesideIt(t *testing.T) {
	clearEnvironment(t)
	for codecs, av1 := range map[string]bool{"h264": false, "h264,av1": true, "av1,h264": true} {
		if c, err := parse(t, "--codecs", codecs); err != nil || c.AV1() != av1 {
			t.Errorf("%s: %v", codecs, err)
		}
	}
	for _, codecs := range []string{"", "av1", "h264,", "h264,hevc", "h264, av1", "h264,h264", "H264"} {
		if _, err := parse(t, "--codecs="+codecs); err == nil || !strings.HasPrefix(err.Error(), "KK_CODECS ") || !strings.Contains(err.Error(), "h264,av1") {
			t.Errorf("%q: %v", codecs, err)
		}
	}
}

func TestASettingIsAVariableAndAFlagOfTheSameName(t *testing.T) {
	clearEnvironment(t)
	defaults, err := parse(t)
	if err != nil {
		t.Fatal(err)
	}
	settings := reflect.TypeFor[Config]()
	for i := range settings.NumField() {
		field := settings.Field(i)
		variable := field.Tag.Get("env")
		flag := "--" + strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(variable, "KK_")), "_", "-")
		value := "7" // for most of them bad, and said to be
		if enum := field.Tag.Get("enum"); enum != "" {
			value = enum[strings.LastIndex(enum, ",")+1:]
		}
		byFlag, flagErr := parse(t, flag, value)
		t.Setenv(variable, value)
		byVariable, variableErr := parse(t)
		os.Unsetenv(variable)
		if fmt.Sprint(flagErr) != fmt.Sprint(variableErr) || !reflect.DeepEqual(byFlag, byVariable) || reflect.DeepEqual(byFlag, defaults) {
			t.Errorf("%s: %v; %s: %v", flag, flagErr, variable, variableErr)
		}
		if field.Tag.Get("help") == "" {
			t.Errorf("nothing explains %s", flag)
		}
	}
}

func TestAVariableThatIsNoSettingIsNamed(t *testing.T) {
	clearEnvironment(t)
	t.Setenv("KK_DATABASE_URL", "postgres://host/kk")
	t.Setenv("HOME_OF_KK_FILMS", "not ours")
	if err := CheckEnvironment(); err != nil {
		t.Errorf("refused: %v", err)
	}
	t.Setenv("KK_DATABSE_URL", "postgres://user:hunter2@host/kk")
	t.Setenv("KK_ADMIN_PASWORD", "hunter2")
	err := CheckEnvironment()
	if err == nil || !strings.Contains(err.Error(), "KK_ADMIN_PASWORD, KK_DATABSE_URL") {
		t.Errorf("%v does not name both", err)
	}
	if strings.Contains(fmt.Sprint(err), "hunter2") {
		t.Errorf("%v shows a value", err)
	}
}

func TestABadValueIsNamed(t *testing.T) {
	clearEnvironment(t)
	for name, values := range map[string][]string{
		"KK_DATABASE_URL":    {"mysql://host/kk", "localhost:5432", "/var/lib/kk.db", "postgres://ho st/%zz", "file:///kk.db"},
		"KK_CATALOG_URL":     {"mongo://host/kk", "localhost:27017", "postgres://host/kk", "hunter2"},
		"KK_REDIS_URL":       {"redis://", "host:6379", "http://host", "redis://host:0", "redis://a,b/1", "redis://host?db=1", "hunter2"},
		"KK_TRUSTED_PROXIES": {"7", "10.0.0.1", "10.0.0.0/33", "10.0.0.0/8,", "proxy.example", "cloudflare;private", "akamai"},
		"KK_MEDIA_URL":       {"s3://", "s3://key:hunter2@films", "s3://films?regoin=eu-west-1", "s3://films/folder", "s3://films?endpoint=store:9000", "/srv/films", "file://srv/films", "file:films", "file://"},
		"KK_CACHE_SIZE":      {"0", "1000001"},
		"KK_KEYS_URL":        {"awskms://key", "hunter2"},
		"KK_LISTEN":          {"", "8080", "localhost", "host:port:80", ":http-or-so", ":99999"},
		"KK_PUBLIC_URL":      {"films.example", "ftp://films.example", "https://", "//films.example"},
		"KK_UPLOAD_LIMIT":    {"0", "-1", "5001"},
		"KK_KEEP_FREE":       {"0", "7", "1000001"},
		"KK_AUDIT_DAYS":      {"0", "-1", "40000"},
		"KK_LONGEST_FILM":    {"0", "25"},
		"KK_LARGEST_SIDE":    {"0", "16385"},
		"KK_STEP_MEMORY":     {"0", "511", "2000000"},
		"KK_STEP_MINUTES":    {"0", "1441"},
	} {
		flag := "--" + strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, "KK_")), "_", "-")
		for _, value := range values {
			if _, err := parse(t, flag+"="+value); err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "hunter2@") {
				t.Errorf("%s=%s: %v does not name it", name, value, err)
			}
		}
	}
	for _, secret := range []string{"hunter2@", "fifteen letters"} {
		if _, err := parse(t, "--media-hook-secret="+secret); err == nil || !strings.Contains(err.Error(), "KK_MEDIA_HOOK_SECRET") || strings.Contains(err.Error(), secret) {
			t.Errorf("a short secret: %v", err)
		}
	}
	for _, queue := range []string{"https://sqs.example/1/films", "awssqs://", "awssqs://key:hunter2@sqs/films", "films"} {
		if _, err := parse(t, "--media-url=s3://films", "--media-events-url="+queue); err == nil || !strings.Contains(err.Error(), "KK_MEDIA_EVENTS_URL") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("no queue: %v", err)
		}
	}
	const queue = "--media-events-url=awssqs://sqs.eu-west-1.amazonaws.com/111122223333/films?region=eu-west-1"
	if _, err := parse(t, queue); err == nil || !strings.Contains(err.Error(), "KK_MEDIA_URL") {
		t.Errorf("a queue without a bucket: %v", err)
	}
	if _, err := parse(t, "--media-url=s3://films", queue); err != nil {
		t.Errorf("a queue of a bucket: %v", err)
	}
	for _, args := range [][]string{{"--admin-email=ana@example.com"}, {"--admin-password=hunter2"}} {
		if _, err := parse(t, args...); err == nil || !strings.Contains(err.Error(), "KK_ADMIN_EMAIL and KK_ADMIN_PASSWORD") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("half an administrator: %v", err)
		}
	}
}

func TestGoodAddressesAreTaken(t *testing.T) {
	clearEnvironment(t)
	for _, args := range [][]string{
		{"--database-url=postgres://kk:p%40ss@db.example:5432/kk?sslmode=require"}, {"--database-url=postgresql:///kk?host=/run/postgresql"},
		{"--media-url=file:///srv/films"}, {"--media-url=s3://films?region=eu-west-1"},
		{"--media-url=s3://films?region=auto&endpoint=https://store.example:9000&use_path_style=true"}, {"--keys-url=base64key://c21hbGw="}, {"--listen=127.0.0.1:0"}, {"--listen=[::1]:8080"}, {"--listen=:http"},
		{"--redis-url=redis://cache.example"}, {"--redis-url=rediss://kk:p%40ss@a.example:6380,b.example,c.example"},
		{"--trusted-proxies=10.0.0.0/8, fd00::/8"},
		{"--public-url=https://films.example"}, {"--admin-email=ana@example.com", "--admin-password=hunter2"},
	} {
		if _, err := parse(t, args...); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
	c, err := parse(t, "--media-url=file:///srv/a%20film", "--database-url=postgres://db/kk")
	if err != nil {
		t.Fatal(err)
	}
	if c.Media() != "/srv/a film" || c.Database() != "postgres://db/kk" {
		t.Errorf("keeps %s and %s", c.Media(), c.Database())
	}
}

func TestAProxyIsTrustedByItsNetwork(t *testing.T) {
	clearEnvironment(t)
	for list, want := range map[string]string{"": "[]", "10.1.2.3/8": "[10.0.0.0/8]", "192.168.1.7/32, fd00::/8": "[192.168.1.7/32 fd00::/8]"} {
		if c, err := parse(t, "--trusted-proxies="+list); err != nil || fmt.Sprint(c.Proxies()) != want {
			t.Errorf("%q is %v, %v", list, c.Proxies(), err)
		}
	}
}

func TestOneOfSeveralNodesSharesEverything(t *testing.T) {
	var c Config
	for _, next := range []struct {
		name string
		set  func()
	}{
		{"KK_DATABASE_URL", func() { c.DatabaseURL = "postgres://db/kk" }},
		{"KK_MEDIA_URL", func() { c.MediaURL = "file:///srv/films" }},
		{"KK_REDIS_URL", func() { c.RedisURL = "redis://cache" }},
		{"KK_KEYS_URL", func() { c.KeysURL = "base64key://" }},
	} {
		if err := c.CheckShared("worker"); err == nil || !strings.Contains(err.Error(), next.name) {
			t.Errorf("%v does not name %s", err, next.name)
		}
		next.set()
	}
	if err := c.CheckShared("worker"); err != nil {
		t.Error(err)
	}
}

func TestASecretNeverPrints(t *testing.T) {
	const hidden = "hunter2"
	type nested struct {
		C     *Config
		Value Config
		Map   map[string]Secret
		Slice []Secret
	}
	c := Config{DatabaseURL: hidden, AdminPassword: hidden, Listen: ":8080"}
	n := nested{C: &c, Value: c, Map: map[string]Secret{"a": hidden}, Slice: []Secret{hidden}}

	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%o", "%c", "%U", "%e", "%t", "%10.3s", "%z"} {
		for _, value := range []any{Secret(hidden), c, &c, []any{Secret(hidden)}, map[string]Secret{"a": hidden}, struct{ Secret }{hidden}} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		fmt.Fprintf(&out, verb+verb+"\n", n, &n)
	}
	fmt.Fprintln(&out, Secret(hidden), c, n)
	fmt.Fprintln(&out, fmt.Errorf("cannot open %v: %w", c.DatabaseURL, fmt.Errorf("%s", c.DatabaseURL)))

	options := &slog.HandlerOptions{Level: slog.LevelDebug}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, options), slog.NewJSONHandler(&out, options)} {
		log := slog.New(handler).With("secret", Secret(hidden))
		log.Info("started", "config", c, "pointer", &c, "nested", n, "password", c.AdminPassword, slog.Group("g", "s", c.DatabaseURL))
	}
	for _, value := range []any{Secret(hidden), c, n} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	for _, form := range []string{hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("%X", hidden), fmt.Sprintf("% x", hidden), "104 117 110", "aHVudGVy"} {
		if strings.Contains(out.String(), form) {
			t.Errorf("prints as %q in\n%s", form, out.String())
		}
	}
	if got := fmt.Sprint(Secret(hidden), Secret("")); got != "(set)" {
		t.Errorf("one that is set and one that is not print %q", got)
	}
	if string(Secret(hidden)) != hidden {
		t.Error("and cannot be used")
	}
}

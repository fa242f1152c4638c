package redisaddr

import (
	"slices"
	"strings"
	"testing"
)

func TestAnAddressIsOneRedisOrTheNodesOfACluster(t *testing.T) {
	for text, want := range map[string]Address{
		"redis://cache.example":                  {Hosts: []string{"cache.example:6379"}},
		"redis://127.0.0.1:7000/3":               {Hosts: []string{"127.0.0.1:7000"}, Database: 3},
		"redis://[::1]:7000":                     {Hosts: []string{"[::1]:7000"}},
		"redis://:p%40ss%2F@h":                   {Hosts: []string{"h:6379"}, Password: "p@ss/"},
		"redis://ana:a:b@h:1/":                   {Hosts: []string{"h:1"}, User: "ana", Password: "a:b"},
		"redis://ana:s3cret@a:1,b:2,[fe80::1]:3": {Hosts: []string{"a:1", "b:2", "[fe80::1]:3"}, Cluster: true, User: "ana", Password: "s3cret"},
		"redis://a,b,c/0":                        {Hosts: []string{"a:6379", "b:6379", "c:6379"}, Cluster: true},
	} {
		got, err := Parse(text)
		if err != nil || !slices.Equal(got.Hosts, want.Hosts) || got.Cluster != want.Cluster || got.Database != want.Database ||
			got.User != want.User || got.Password != want.Password || got.TLS != nil {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
		if got.Password != "" && strings.Contains(got.String(), got.Password) {
			t.Errorf("%s prints its password: %s", text, got)
		}
	}
}

func TestTheSecondSMeansTLSThatChecksWhoAnswers(t *testing.T) {
	for _, text := range []string{"rediss://cache.example:6380", "rediss://a.example,b.example"} {
		if a, err := Parse(text); err != nil || a.TLS == nil || a.TLS.InsecureSkipVerify {
			t.Errorf("%s: %+v, %v", text, a, err)
		}
	}
}

func TestWhatIsNoAddressIsRefusedWithoutQuotingIt(t *testing.T) {
	for _, text := range []string{
		"", "redis", "redis://", "redis:///", "http://h", "unix:///run/redis.sock", "h:6379", "redis://h:0", "redis://h:99999", "redis://h:x",
		"redis://a,,b", "redis://a,", "redis://h/x", "redis://h/-1", "redis://a,b/1", "redis://h/1/2", "redis://ana@h", "redis://:%zz@h", "redis://h?db=1",
		"redis://h#x", "redis://h h", "redis://::1", "redis://" + strings.Repeat("h,", 64) + "h", "redis://" + strings.Repeat("h", 254),
	} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
	if _, err := Parse("redis://ana:hunter2@h:99999"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"redis://ana:p@a:1,b:2", "rediss://[::1]:7/3", "redis://%", "redis://@@,,//"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := Parse(text)
		if err != nil {
			return
		}
		if len(a.Hosts) == 0 || a.Cluster != (len(a.Hosts) > 1) || a.Cluster && a.Database != 0 {
			t.Errorf("%q: %+v", text, a)
		}
	})
}

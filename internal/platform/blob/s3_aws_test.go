package blob_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/kkmovies/kkmovies/test/engines"
)

// deployed reads a file operators are given.
func deployed(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "deploy", "aws", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

const page = "https://films.example"

func TestABucketLetsInPagesOfTheOneOriginItsRulesName(t *testing.T) {
	t.Parallel()
	bucket := engines.S3(t)
	s := openS3(t, bucket.Address())
	if ok, err := s.Admits(t.Context(), page); ok || err != nil {
		t.Errorf("without rules it is let in: %v, %v", ok, err)
	}
	var rules types.CORSConfiguration
	deployed(t, "cors.json", &rules)
	client := s3.New(s3.Options{
		BaseEndpoint: &bucket.Endpoint, UsePathStyle: true, Region: "us-east-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: engines.S3AccessKey, SecretAccessKey: engines.S3SecretKey}, nil
		}),
	})
	if _, err := client.PutBucketCors(t.Context(), &s3.PutBucketCorsInput{Bucket: aws.String(bucket.Name), CORSConfiguration: &rules}); err != nil {
		t.Fatal(err)
	}
	for origin, want := range map[string]bool{page: true, "https://elsewhere.example": false, "http://films.example": false, "https://films.example:8443": false} {
		if ok, err := s.Admits(t.Context(), origin); ok != want || err != nil {
			t.Errorf("a page of %s is let in: %v, %v", origin, ok, err)
		}
	}

	// And what is allowed is sending parts: a page reads nothing there.
	data, parts := cutInTwo()
	id := createDirect(t, s, len(data))
	r := presign(t, s, id, parts[1], digestOf(data[parts[1].Offset:]))
	for method, want := range map[string]bool{"PUT": true, "GET": false, "DELETE": false} {
		ask, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, r.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		ask.Header.Set("Origin", page)
		ask.Header.Set("Access-Control-Request-Method", method)
		ask.Header.Set("Access-Control-Request-Headers", "x-amz-checksum-sha256")
		answer, err := http.DefaultClient.Do(ask)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if got := answer.StatusCode == http.StatusOK && answer.Header.Get("Access-Control-Allow-Origin") == page; got != want {
			t.Errorf("%s is allowed: %v (%d)", method, got, answer.StatusCode)
		}
	}
	origin, err := s.Origin(t.Context())
	if err != nil || origin != bucket.Endpoint || !strings.HasPrefix(r.URL, origin+"/") {
		t.Errorf("parts go to %s, %v, and their addresses begin %.60s", origin, err, r.URL)
	}
}

func TestWhereABucketOfAWSIsReached(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"s3://films?region=eu-west-1":                                           "https://films.s3.eu-west-1.amazonaws.com",
		"s3://films?region=eu-west-1&use_path_style=true":                       "https://s3.eu-west-1.amazonaws.com",
		"s3://films?region=auto&endpoint=https://store.example:9000":            "https://films.store.example:9000",
		"s3://films?region=x&endpoint=http://10.0.0.7:9000&use_path_style=true": "http://10.0.0.7:9000",
	} {
		if got, err := openS3(t, address).Origin(t.Context()); err != nil || got != want {
			t.Errorf("%s: %s, %v", address, got, err)
		}
	}
}

// policy is what the tests read of one.
type policy struct {
	Statement []struct {
		Sid, Effect string
		Action      any
		Condition   map[string]map[string]string
	}
}

func TestTheServersRoleMayDoWhatItDoesAndNothingElse(t *testing.T) {
	t.Parallel()
	var role, bucket policy
	deployed(t, "role-policy.json", &role)
	deployed(t, "bucket-policy.json", &bucket)
	may := map[string]bool{}
	for _, s := range role.Statement {
		for _, action := range s.Action.([]any) {
			may[action.(string)] = true
		}
	}
	for _, action := range []string{"GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload", "ListMultipartUploadParts", "ListBucket", "ListBucketMultipartUploads"} {
		if !may["s3:"+action] {
			t.Errorf("it may not %s", action)
		}
		delete(may, "s3:"+action)
	}
	for action := range may {
		t.Errorf("it may %s, which it never does", action)
	}
	for _, s := range bucket.Statement {
		if s.Effect != "Deny" {
			t.Errorf("the bucket's policy lets somebody in: %s", s.Sid)
		}
	}
	if bucket.Statement[0].Condition["Bool"]["aws:SecureTransport"] != "false" {
		t.Error("it is reached without TLS")
	}
	var rules struct {
		Rules []struct {
			Status                         string
			AbortIncompleteMultipartUpload struct{ DaysAfterInitiation int }
		}
	}
	deployed(t, "lifecycle.json", &rules)
	if len(rules.Rules) != 1 || rules.Rules[0].Status != "Enabled" || rules.Rules[0].AbortIncompleteMultipartUpload.DaysAfterInitiation != 7 {
		t.Errorf("abandoned parts: %+v", rules)
	}
}

package blob_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// As the stores send them, shortened where nothing is read.
const (
	awsEvent = `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-west-2","eventTime":"1970-01-01T00:00:00.000Z",
		"eventName":"ObjectCreated:CompleteMultipartUpload","userIdentity":{"principalId":"AIDAJDPLRKLG7UEXAMPLE"},"s3":{"s3SchemaVersion":"1.0",
		"configurationId":"films","bucket":{"name":"films","ownerIdentity":{"principalId":"A3NL1KOZZKExample"},"arn":"arn:aws:s3:::films"},
		"object":{"key":"a/b+c/%C3%BC%2B1.bin","size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e-2","versionId":"v","sequencer":"0055AED6DCD90281E5"}}}]}`
	minioEvent = `{"EventName":"s3:ObjectCreated:Put","Key":"films/a%2Fb+c%2F%C3%BC%2B1.bin","Records":[{"eventVersion":"2.0","eventSource":"minio:s3","awsRegion":"",
		"eventName":"s3:ObjectCreated:Put","s3":{"bucket":{"name":"films","arn":"arn:aws:s3:::films"},
		"object":{"key":"a%2Fb+c%2F%C3%BC%2B1.bin","size":1024,"eTag":"781e5e245d69b566979b86e28d23f2c7","sequencer":"17C6D4A8F1D8B1D7"}},"source":{"host":"127.0.0.1"}}]}`
	versityEvent = `{"Records":[{"eventVersion":"2.2","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2026-11-23T00:00:00Z","eventName":"s3:ObjectCreated:Put",
		"s3":{"s3SchemaVersion":"1.0","configurationId":"webhook-global","bucket":{"name":"films","arn":"arn:aws:s3:::/films/a/b c/ü+1.bin"},
		"object":{"key":"a/b c/ü+1.bin","size":1024,"eTag":"\"781e5e245d69b566979b86e28d23f2c7\"","versionId":null,"sequencer":"1"}}}]}`
)

// bySNS is a message as a topic hands it on.
func bySNS(message string) string {
	text, err := json.Marshal(map[string]string{"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:111122223333:films", "Subject": "Amazon S3 Notification", "Message": message})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func TestWhatATopicAsksToBeConfirmedIsTold(t *testing.T) {
	t.Parallel()
	const address = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=x"
	if got := blob.SubscribeURL([]byte(`{"Type":"SubscriptionConfirmation","Token":"x","SubscribeURL":"` + address + `"}`)); got != address {
		t.Errorf("%q", got)
	}
	for _, message := range []string{awsEvent, bySNS(awsEvent), `{"Type":"UnsubscribeConfirmation","SubscribeURL":"` + address + `"}`, "", "[]"} {
		if got := blob.SubscribeURL([]byte(message)); got != "" {
			t.Errorf("%s: %q", message, got)
		}
	}
}

func TestEveryDialectOfEventsIsRead(t *testing.T) {
	t.Parallel()
	for store, c := range map[string]struct {
		message string
		want    blob.Event
	}{
		"AWS":        {awsEvent, blob.Event{Name: "ObjectCreated:CompleteMultipartUpload", ETag: "d41d8cd98f00b204e9800998ecf8427e-2", Sequencer: "0055AED6DCD90281E5"}},
		"MinIO":      {minioEvent, blob.Event{Name: "ObjectCreated:Put", ETag: "781e5e245d69b566979b86e28d23f2c7", Sequencer: "17C6D4A8F1D8B1D7"}},
		"AWS by SNS": {bySNS(awsEvent), blob.Event{Name: "ObjectCreated:CompleteMultipartUpload", ETag: "d41d8cd98f00b204e9800998ecf8427e-2", Sequencer: "0055AED6DCD90281E5"}},
		"versitygw":  {versityEvent, blob.Event{Name: "ObjectCreated:Put", ETag: "781e5e245d69b566979b86e28d23f2c7", Sequencer: "1"}},
	} {
		c.want.Bucket, c.want.Key, c.want.Size = "films", "a/b c/ü+1.bin", 1024
		if got, err := blob.ParseEvents([]byte(c.message)); err != nil || !slices.Equal(got, []blob.Event{c.want}) || !got[0].Created() {
			t.Errorf("%s: %+v, %v", store, got, err)
		}
	}
}

func TestAMessageThatTriesTheWayHoldsNoEvents(t *testing.T) {
	t.Parallel()
	for _, message := range []string{
		`{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"films","RequestId":"5582815E1AEA5ADF","HostId":"8cLeGAmw098"}`,
		`{"Bucket":"Test-Bucket","Event":"s3:TestEvent","Service":"S3"}`,
		`{"Records":[]}`,
	} {
		if got, err := blob.ParseEvents([]byte(message)); err != nil || len(got) != 0 {
			t.Errorf("%s: %+v, %v", message, got, err)
		}
	}
	for _, message := range []string{``, bySNS("{"), bySNS(bySNS(awsEvent)), `{}`, `[]`, `{"Records":1}`, `{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"object":{"key":"%zz"}}}]}`} {
		if got, err := blob.ParseEvents([]byte(message)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %+v, %v", message, got, err)
		}
	}
}

func FuzzParseEvents(f *testing.F) {
	for _, message := range []string{awsEvent, minioEvent, versityEvent, bySNS(awsEvent), bySNS("{"), `{"Event":"s3:TestEvent"}`, `{"Records":[{}]}`} {
		f.Add([]byte(message))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		events, err := blob.ParseEvents(message)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
		for _, e := range events {
			_ = e.Created()
		}
	})
}

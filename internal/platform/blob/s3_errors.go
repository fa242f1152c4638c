package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// errCut is a connection that keeps ending before the object does.
var errCut = errors.New("the connection was cut")

// codeOf returns the code a store answered with, "" when it did not answer.
func codeOf(err error) string {
	var answered smithy.APIError
	if errors.As(err, &answered) {
		return answered.ErrorCode()
	}
	return ""
}

// statusOf returns the status a store answered with, 0 when it did not answer.
func statusOf(err error) int {
	var answered *awshttp.ResponseError
	if errors.As(err, &answered) && answered.Response != nil && answered.Response.Response != nil {
		return answered.HTTPStatusCode()
	}
	return 0
}

// isTaken reports whether a condition did not hold: of a write, that there was no such
// object; of a read, that it is the version known.
func (s *S3) isTaken(err error) bool {
	return codeOf(err) == "PreconditionFailed" || statusOf(err) == http.StatusPreconditionFailed
}

// classify makes a fault of what a store said, or did not say.
func (s *S3) classify(ctx context.Context, op string, err error) error {
	var known *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return fault.Wrap(op, err)
	case ctx.Err() != nil:
		return cancelled(ctx, op)
	}
	code, status := codeOf(err), statusOf(err)
	switch code {
	case "NoSuchKey", "NotFound", "NoSuchUpload":
		return &fault.Error{Kind: fault.NotFound, Op: op, Cause: err}
	case "QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "NoSpaceLeft", "AccountProblem":
		return full(op, err)
	}
	if status == http.StatusInsufficientStorage {
		return full(op, err)
	}
	// Whoever watches a film learns no more than that; the log and Check say the rest.
	trouble := s.trouble(err)
	if errors.Is(err, io.EOF) { // of a connection: no reader may take it for the end of an object
		err = errors.New(err.Error())
	}
	return &fault.Error{Kind: fault.Unavailable, Op: op, Code: trouble.code,
		Public: "The media storage does not answer right now. Try again in a moment.", Cause: fmt.Errorf("%s: %w", trouble.words(), err)}
}

// trouble is what is wrong with a bucket, and what to do about it.
type trouble struct{ code, what, remedy string }

func (t trouble) words() string { return t.what + ": " + t.remedy + "." }

// trouble says why a store does not serve. What it answers is never blamed on a film: once
// the store is right again, the same call succeeds.
func (s *S3) trouble(err error) trouble {
	bucket, place := "the bucket "+s.at.Bucket, s.place()
	switch code, status := codeOf(err), statusOf(err); {
	case code == "NoSuchBucket":
		return trouble{"media_no_bucket", fmt.Sprintf("The media storage at %s has no bucket %s", place, s.at.Bucket), "make it, or correct the media address"}
	case code == "InvalidAccessKeyId" || code == "XAdminUserNotFound" || code == "InvalidToken" || code == "ExpiredToken" || code == "UnrecognizedClientException":
		return trouble{"media_credentials", "The media storage at " + place + " does not know the access key", "correct AWS_ACCESS_KEY_ID"}
	case code == "SignatureDoesNotMatch":
		return trouble{"media_credentials", "The media storage at " + place + " refuses the secret key", "correct AWS_SECRET_ACCESS_KEY"}
	case code == "RequestTimeTooSkewed" || code == "RequestExpired" || code == "RequestInTheFuture":
		return trouble{"media_clock", "The media storage at " + place + " says that the clock of this machine is wrong", "set it, best by NTP"}
	case code == "AuthorizationHeaderMalformed" || code == "PermanentRedirect" || code == "IllegalLocationConstraintException" ||
		status == http.StatusMovedPermanently || status == http.StatusTemporaryRedirect:
		return trouble{"media_region", "The media storage keeps " + bucket + " in another region", "correct region= in the media address"}
	case code == "AccessDenied" || status == http.StatusForbidden:
		return trouble{"media_denied", "The media storage at " + place + " does not let this access key use " + bucket, "allow it to list, read, write and delete there"}
	case status != 0 && status < http.StatusInternalServerError:
		return trouble{"media_refused", fmt.Sprintf("What answers at %s is no S3 storage, or refuses what KKMovies asks (status %d %s)", place, status, code), "correct endpoint= in the media address"}
	case status != 0:
		return trouble{"media_unavailable", fmt.Sprintf("The media storage at %s is out of order (status %d)", place, status), "look there; it is tried again"}
	}
	var unknown *net.DNSError
	switch text := err.Error(); {
	case strings.Contains(text, "failed to refresh cached credentials"), strings.Contains(text, "get credentials"), strings.Contains(text, "no EC2 IMDS role found"):
		return trouble{"media_credentials", "There are no credentials for the media storage", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role"}
	case errors.As(err, &unknown):
		return trouble{"media_unreachable", "The media storage at " + place + " cannot be found: there is no host " + unknown.Name, "correct the media address; a store without a host for each bucket needs use_path_style=true"}
	case strings.Contains(text, "server gave HTTP response to HTTPS client"), strings.Contains(text, "tls:"), strings.Contains(text, "x509:"):
		return trouble{"media_unreachable", "The media storage at " + place + " is not reached safely", "correct http or https in endpoint=, or its certificate"}
	}
	return trouble{"media_unreachable", "The media storage at " + place + " does not answer", "see that it runs and that its address is right; it is tried again"}
}

// place is where the store is, for people.
func (s *S3) place() string {
	if s.at.Endpoint != "" {
		return s.at.Endpoint
	}
	return "AWS"
}

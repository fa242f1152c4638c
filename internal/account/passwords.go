package account

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// argon2Params are OWASP's second recommendation for argon2id: 19 MiB and 2 passes, about
// 30 ms of one core.
var argon2Params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// passwords hashes with a bound on how many hashes run at once, since each takes 19 MiB
// and a core: signing in must not be a way to stop the server.
type passwords struct {
	slots   chan struct{}
	compare func(password, hash string) (bool, error)
	rest    *time.Timer // gives memory back when nobody has signed in for a moment
}

// restAfter is how long after the last hash its memory goes back to the machine: the runtime
// would keep it for minutes, a quarter of all that an idle server holds.
const restAfter = 5 * time.Second

// decoy is compared with when the e-mail is unknown, so that it takes as long. Nobody
// knows a password that it matches, and it would sign nobody in.
const decoy = "$argon2id$v=19$m=19456,t=2,p=1$xNPmHz20Mu7yHUFSAkc/Nw$sWv8vdSkKt0pDRHMrD7fUVOya5iBZvYezEB8BCAIZ3A"

func newPasswords() *passwords {
	rest := time.AfterFunc(restAfter, debug.FreeOSMemory)
	rest.Stop()
	return &passwords{slots: make(chan struct{}, max(1, runtime.NumCPU())), compare: argon2id.ComparePasswordAndHash, rest: rest}
}

func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	if err := p.enter(ctx); err != nil {
		return "", err
	}
	defer p.leave()
	return argon2id.CreateHash(password, argon2Params)
}

func (p *passwords) matches(ctx context.Context, password, hash string, known bool) (bool, error) {
	if err := p.enter(ctx); err != nil {
		return false, err
	}
	defer p.leave()
	if !known {
		hash = decoy
	}
	return p.compare(password, hash)
}

func (p *passwords) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &fault.Error{Kind: fault.Cancelled, Op: "account.password", Cause: ctx.Err()}
	}
}

func (p *passwords) leave() {
	<-p.slots
	p.rest.Reset(restAfter)
}

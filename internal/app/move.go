package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/keys"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

// moveFlags say what is moved where. Either pair alone, or both.
type moveFlags struct {
	From      config.Secret `group:"Move" help:"Database to move: a data folder, its kkmovies.db, or postgres://…; unset: the one in use." placeholder:"ADDRESS"`
	To        config.Secret `group:"Move" help:"Move the database here: an empty postgres:// database, or a data folder without one." placeholder:"ADDRESS"`
	MediaFrom config.Secret `name:"media-from" group:"Move" help:"Media to move; unset: the media in use." placeholder:"ADDRESS"`
	MediaTo   config.Secret `name:"media-to" group:"Move" help:"Copy the media here: a folder, or any address that KK_MEDIA_URL takes." placeholder:"ADDRESS"`
	DryRun    bool          `name:"dry-run" group:"Move" help:"Only say what would be moved."`
}

// Help is shown by `kkmovies migrate --help`.
func (migrateCommand) Help() string {
	return `Without flags the schema of the database in use is brought up to date, which every start of the server does too. Where KK_CATALOG_URL is set, the films of the main database are then taken to MongoDB, once: stop every server before.

With --to the database is moved, with --media-to the media, with both both. The old place is only read, and stays as it is:

  kkmovies migrate --to postgres://kk@db.example:5432/kkmovies --dry-run
  kkmovies migrate --to postgres://kk@db.example:5432/kkmovies
  kkmovies migrate --media-to /srv/films
  kkmovies migrate --from postgres://kk@db.example:5432/kkmovies --to ./data

Stop the server before its database is moved; media may be copied while it runs. Whatever interrupts a move, the same command goes on with it. A password of PostgreSQL is best left out of the address: it is read from ~/.pgpass, or from PGPASSWORD.`
}

func (f moveFlags) asked() bool {
	return f.From != "" || f.To != "" || f.MediaFrom != "" || f.MediaTo != "" || f.DryRun
}

// moving is what a command line asks to be moved, looked into.
type moving struct {
	config *config.Config
	words  words

	database *sqlstore.Move // nil when it stays
	keyFile  string         // that opens the database's secrets; "" when KK_KEYS_URL does

	media     *blob.Move // nil when they stay
	mediaFrom string
	mediaTo   string
	mediaPlan blob.MovePlan
}

// run moves the media first: that is done again at no cost when the database, afterwards,
// meets with something.
func (f moveFlags) run(ctx context.Context, c *config.Config) error {
	if f.To == "" && f.MediaTo == "" {
		return usageError{errors.New("say where to: --to for the database, --media-to for the media (see kkmovies migrate --help)")}
	}
	m := &moving{config: c, words: words{os.Stdout}}
	defer m.close()
	if f.To != "" {
		if err := m.lookAtDatabase(ctx, string(f.From), string(f.To), f.DryRun); err != nil {
			return err
		}
	}
	if f.MediaTo != "" {
		if err := m.lookAtMedia(ctx, string(f.MediaFrom), string(f.MediaTo), f.DryRun); err != nil {
			return err
		}
	}
	m.words.plan(m)
	if err := m.room(); err != nil {
		return err
	}
	if f.DryRun {
		m.words.say("\nThat is the plan; nothing was changed.")
		return nil
	}
	if m.media != nil {
		if err := m.moveMedia(ctx); err != nil {
			return resumable(ctx, err)
		}
	}
	if m.database != nil {
		if err := m.moveDatabase(ctx); err != nil {
			return resumable(ctx, err)
		}
	}
	m.words.next(m)
	return nil
}

// resumable says of a move that was stopped that it goes on.
func resumable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("stopped. What was moved stays moved: run the same command again to go on")
	}
	if fault.PublicOf(err) == "" {
		return &fault.Error{Kind: fault.KindOf(err), Op: "app.move", Code: "cut_off", Cause: err,
			Public: "The move was cut off. What was moved stays moved: see to the cause, and run the same command again to go on."}
	}
	return err
}

func (m *moving) close() {
	if m.database != nil {
		m.database.Close()
	}
	if m.media != nil {
		for _, s := range []blob.Store{m.media.From, m.media.To} {
			if s != nil {
				_ = s.Close()
			}
		}
	}
}

func (m *moving) lookAtDatabase(ctx context.Context, from, to string, dry bool) (err error) {
	setting := "--from"
	if from == "" {
		setting, from = "KK_DATABASE_URL", m.config.Database()
	}
	if from, err = databaseAt(setting, from); err != nil {
		return err
	}
	if to, err = databaseAt("--to", to); err != nil {
		return err
	}
	prepare := sqlstore.PrepareMove
	if dry {
		prepare = sqlstore.LookAtMove
	}
	if m.database, err = prepare(ctx, sqlstore.Place{Address: from, Setting: setting}, sqlstore.Place{Address: to, Setting: "--to"}); err != nil {
		return err
	}
	return m.checkKey(ctx, from)
}

// databaseName is that of the file in a data folder.
const databaseName = "kkmovies.db"

// databaseAt returns what sqlstore opens: an address, or the file in a data folder.
func databaseAt(flag, address string) (string, error) {
	if scheme, _, isURL := strings.Cut(address, "://"); isURL {
		if scheme != "postgres" && scheme != "postgresql" {
			return "", usageError{fmt.Errorf("%s is not a database: it is postgres://user@host:5432/name, or a data folder", flag)}
		}
		return address, nil
	}
	if info, err := os.Stat(address); err == nil && info.IsDir() || err != nil && !strings.HasSuffix(address, ".db") {
		address = filepath.Join(address, databaseName)
	}
	if filepath.Base(address) != databaseName {
		return "", usageError{fmt.Errorf("%s is a data folder, or the file %s in one, since that is what the server opens", flag, databaseName)}
	}
	return filepath.Abs(address)
}

// checkKey finds what opens the secrets of the database, before anything is moved.
func (m *moving) checkKey(ctx context.Context, from string) error {
	file := filepath.Join(m.config.DataDir, "key")
	if beside := filepath.Join(filepath.Dir(from), "key"); !strings.Contains(from, "://") {
		file = beside
	}
	var opener sqlstore.Wrapper
	if _, err := os.Stat(file); m.config.KeysURL != "" || !errors.Is(err, fs.ErrNotExist) { // a new key would open nothing
		keeper, err := keys.Open(string(m.config.KeysURL), file)
		if err != nil {
			return err
		}
		defer keeper.Close()
		opener = keeper
	}
	err := m.database.OpenedBy(ctx, opener)
	what := "the key file " + file
	if m.config.KeysURL != "" {
		what = "KK_KEYS_URL"
	} else {
		m.keyFile = file
	}
	switch fault.CodeOf(err) {
	case "no_key":
		return fault.New(fault.NotFound, "app.move", "no_key", what+" is not there, and without it no server opens the secrets of this database. "+
			"Set KK_DATA_DIR to the folder its server ran with, or KK_KEYS_URL as it had it.")
	case "other_key":
		return fault.New(fault.Conflict, "app.move", "other_key", what+" does not open the secrets of this database: they were sealed with another key. "+
			"Set KK_DATA_DIR to the folder its server ran with, or KK_KEYS_URL as it had it.")
	}
	return err
}

func (m *moving) lookAtMedia(ctx context.Context, from, to string, dry bool) (err error) {
	setting := "--media-from"
	if from == "" {
		setting, from = mediaSetting, mediaInUse(m.config)
	}
	m.mediaFrom, m.mediaTo = whole(from), whole(to)
	m.media = &blob.Move{List: m.list()}
	a, b := folderOf(m.mediaFrom), folderOf(m.mediaTo)
	if m.mediaFrom == m.mediaTo || a != "" && b != "" && (below(a, b) || below(b, a)) {
		return usageError{errors.New("--media-to is the place of the media already, or inside it, or around it: name another")}
	}
	if a != "" {
		if _, err := os.Stat(a); errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.NotFound, "app.move", "no_media", "There is no folder "+a+": is the address of the media right?")
		}
	}
	if m.media.From, err = mediaStore(ctx, m.config, setting, m.mediaFrom); err != nil {
		return err
	}
	_, missing := os.Stat(b)
	if b == "" || missing == nil || !dry {
		if m.media.To, err = mediaStore(ctx, m.config, "--media-to", m.mediaTo); err != nil {
			return err
		}
	}
	m.mediaPlan, err = m.media.Plan(ctx)
	return err
}

// mediaStore opens the media at the address of a setting as a server whose KK_MEDIA_URL it is
// would.
func mediaStore(ctx context.Context, c *config.Config, setting, address string) (blob.Store, error) {
	if !strings.Contains(address, "://") {
		folder, err := filepath.Abs(address)
		if err != nil {
			return nil, err
		}
		address = (&url.URL{Scheme: "file", Path: folder}).String()
	}
	there := *c
	there.MediaURL = config.Secret(address)
	if err := there.Validate(); err != nil {
		return nil, usageError{errors.New(strings.ReplaceAll(err.Error(), mediaSetting, setting))}
	}
	return openMediaOf(ctx, &there, setting)
}

// list is the file that notes what was moved between these two places.
func (m *moving) list() string {
	sum := sha256.Sum256([]byte(m.mediaFrom + "\x00" + m.mediaTo))
	return filepath.Join(m.config.DataDir, "moves", hex.EncodeToString(sum[:8])+".sha256")
}

// room fails where what is left does not fit.
func (m *moving) room() error {
	if m.media == nil || m.media.To == nil {
		return nil
	}
	need, free := m.mediaPlan.LeftBytes, max(0, m.mediaPlan.Free-keptOf(m.config))
	if need <= free {
		return nil
	}
	return fault.New(fault.NoSpace, "app.move", "no_space", fmt.Sprintf("%s has no room for the media: %s are to be copied, and %s are free "+
		"(%s are always left free, see KK_KEEP_FREE). Make room, or name another place, and run this again.",
		safe(m.mediaTo), bytesOf(need), bytesOf(free), bytesOf(keptOf(m.config))))
}

func bytesOf(n int64) string { return humanize.Bytes(uint64(max(n, 0))) }

func (m *moving) moveDatabase(ctx context.Context) error {
	total := m.database.Plan()
	meter := newMeter("rows", total.Rows+total.Jobs, false)
	checking := false
	moved, err := m.database.Run(ctx, func(p sqlstore.MoveProgress) {
		if p.Checking && !checking {
			checking = true
			meter.end()
			meter = newMeter("rows compared", p.Total, false)
		}
		meter.at(p.Rows, p.Table)
	})
	meter.end()
	if err != nil {
		return err
	}
	m.words.say("Database: %s rows of %d tables and %s waiting jobs are at the new place, each table compared by count and digest.",
		humanize.Comma(moved.Rows), moved.Tables, humanize.Comma(moved.Jobs))
	return nil
}

func (m *moving) moveMedia(ctx context.Context) error {
	meter := newMeter("media", m.mediaPlan.LeftBytes+m.mediaPlan.CompareBytes, true)
	moved, err := m.media.Run(ctx, func(p blob.MoveProgress) { meter.at(p.Bytes, humanize.Comma(p.Objects)+" objects") })
	meter.end()
	if err == nil && moved.Different.Count > 0 {
		err = fault.New(fault.Conflict, "app.move", "different", fmt.Sprintf("%d objects at %s are others than those of the same name at the old place, and were not replaced: %s. "+
			"If the new place is to have the old one's, delete them there and run this again; everything else is moved.",
			moved.Different.Count, safe(m.mediaTo), strings.Join(moved.Different.First, ", ")))
	}
	if err != nil {
		if fault.Is(err, fault.NoSpace) {
			return fault.New(fault.NoSpace, "app.move", "no_space", "The new place is full after "+bytesOf(moved.Bytes)+". Make room there, and run this again: it goes on.")
		}
		return err
	}
	m.words.say("Media: %s objects copied (%s), %s compared, %s there since an earlier run; each read back with the same SHA-256.",
		humanize.Comma(moved.Copied), bytesOf(moved.Bytes), humanize.Comma(moved.Compared), humanize.Comma(moved.Before))
	if moved.Gone > 0 {
		m.words.say("       %s were deleted at the old place meanwhile.", humanize.Comma(moved.Gone))
	}
	if moved.Extra > 0 {
		m.words.say("       %s objects are only at the new place, and stay there: of films that were deleted at the old one since, or another's.", humanize.Comma(moved.Extra))
	}
	return nil
}

// mediaInUse is the address of the media of this configuration.
func mediaInUse(c *config.Config) string {
	if u, err := url.Parse(string(c.MediaURL)); err == nil && u.Scheme != "" && u.Scheme != "file" {
		return string(c.MediaURL)
	}
	return c.Media()
}

// folderOf returns the folder an address names, "" when it names none.
func folderOf(address string) string {
	if path, isFile := strings.CutPrefix(address, "file://"); isFile {
		return path
	}
	if strings.Contains(address, "://") {
		return ""
	}
	return address
}

// whole makes a folder's path an absolute one.
func whole(address string) string {
	if folder := folderOf(address); folder != "" {
		if path, err := filepath.Abs(folder); err == nil {
			return path
		}
	}
	return address
}

// below tells whether a folder is another or in it.
func below(folder, other string) bool {
	for _, path := range []*string{&folder, &other} {
		if real, err := filepath.EvalSymlinks(*path); err == nil {
			*path = real
		}
	}
	return strings.HasPrefix(folder+"/", strings.TrimSuffix(other, "/")+"/")
}

// safe is an address without what may be secret in it.
func safe(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		return address
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	u.RawQuery, u.Fragment = "", ""
	return u.String()
}

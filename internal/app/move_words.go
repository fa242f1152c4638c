package app

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// words tell an operator what will be, and was, moved.
type words struct{ w io.Writer }

func (w words) say(format string, args ...any) { fmt.Fprintf(w.w, format+"\n", args...) }

// plan says what will be done.
func (w words) plan(m *moving) {
	if m.database != nil {
		p := m.database.Plan()
		w.say("Database  from  %s\n          to    %s", p.From, p.To)
		w.say("          %s rows of %d tables and %s waiting jobs, about %s", humanize.Comma(p.Rows), p.Tables, humanize.Comma(p.Jobs), bytesOf(p.Bytes))
		if p.Began {
			w.say("          an earlier run took over %s of them; this one goes on", humanize.Comma(p.Before))
		}
	}
	if m.media != nil {
		p := m.mediaPlan
		w.say("Media     from  %s\n          to    %s", safe(m.mediaFrom), safe(m.mediaTo))
		w.say("          %s objects, %s; to be copied: %s, %s", humanize.Comma(p.Objects), bytesOf(p.Bytes), humanize.Comma(p.LeftObjects), bytesOf(p.LeftBytes))
		if p.Compare > 0 {
			w.say("          %s are there and are compared, %s", humanize.Comma(p.Compare), bytesOf(p.CompareBytes))
		}
		if p.Different.Count > 0 {
			w.say("          %s are there with another size and stay as they are: %s", humanize.Comma(p.Different.Count), strings.Join(p.Different.First, ", "))
		}
		if p.Uploads > 0 {
			w.say("          %d uploads are under way and are not moved: after the move they are sent again from the start", p.Uploads)
		}
	}
}

// next says what is left to be done by a person.
func (w words) next(m *moving) {
	var steps []string
	step := func(format string, args ...any) { steps = append(steps, fmt.Sprintf(format, args...)) }
	if m.database == nil {
		step("Stop the server and run this command once more: it copies what came meanwhile.")
	}
	if m.database != nil {
		to := m.database.Plan().To
		if strings.Contains(to, "://") {
			step("Set KK_DATABASE_URL=%s (with its password, if it has one).", to)
		} else {
			step("Unset KK_DATABASE_URL, and set KK_DATA_DIR=%s.", filepath.Dir(to))
			if m.media == nil && m.config.MediaURL == "" && filepath.Dir(to) != m.config.DataDir {
				step("Set KK_MEDIA_URL=file://%s, where the media stay, or move them too with --media-to.", m.config.Media())
			}
		}
		if m.keyFile != "" {
			if beside := filepath.Join(filepath.Dir(to), "key"); !strings.Contains(to, "://") && beside != m.keyFile {
				step("The secrets in the database are opened by a key file, and the server looks for it beside the database:\n     cp -p %s %s", m.keyFile, beside)
			} else {
				step("Keep %s with the server, as KK_DATA_DIR says: it opens the secrets in the database. Where several servers\n     share this one, set on each KK_KEYS_URL=base64key:// followed by the text of that file: it is the same key.", m.keyFile)
			}
		} else {
			step("Keep KK_KEYS_URL as it is: it opens the secrets in the database.")
		}
	}
	if m.media != nil {
		if folder := folderOf(m.mediaTo); folder != "" {
			step("Set KK_MEDIA_URL=file://%s, or unset it where that is the folder media in KK_DATA_DIR.", folder)
		} else {
			step("Set KK_MEDIA_URL=%s, with what else that address needs.", safe(m.mediaTo))
		}
	}
	step("Ask kkmovies doctor, start the server, and play a film.")
	var old []string
	if m.database != nil {
		old = append(old, m.database.Plan().From)
	}
	if m.media != nil {
		old = append(old, safe(m.mediaFrom))
	}
	step("Keep %s until you have seen films play and have a backup of the new place.\n     Never start a server on the old one meanwhile: what is done there is not moved any more.", strings.Join(old, " and "))
	w.say("\nNext:")
	for i, s := range steps {
		w.say("  %d. %s", i+1, s)
	}
}

// meter shows how far something long is: a bar on a terminal, a line now and then in a pipe.
type meter struct {
	what  string
	total int64
	size  func(int64) string
	bar   *progressbar.ProgressBar
	last  time.Time
	now   int64
}

const lineEvery = 5 * time.Second

func newMeter(what string, total int64, bytes bool) *meter {
	m := &meter{what: what, total: total, size: humanize.Comma, last: time.Now()}
	if bytes {
		m.size = bytesOf
	}
	if term.IsTerminal(int(os.Stdout.Fd())) {
		m.bar = progressbar.NewOptions64(cmp.Or(total, 1), progressbar.OptionSetDescription(what), progressbar.OptionShowBytes(bytes),
			progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	return m
}

// at is told how far it is, and with what.
func (m *meter) at(n int64, with string) {
	m.now = n
	if m.bar != nil {
		_ = m.bar.Set64(min(n, cmp.Or(m.total, 1)))
		return
	}
	if time.Since(m.last) >= lineEvery {
		m.last = time.Now()
		fmt.Printf("%s: %s of %s (%s)\n", m.what, m.size(n), m.size(m.total), with)
	}
}

func (m *meter) end() {
	if m.bar != nil {
		_ = m.bar.Clear()
		return
	}
	if m.total > 0 {
		fmt.Printf("%s: %s of %s\n", m.what, m.size(m.now), m.size(m.total))
	}
}

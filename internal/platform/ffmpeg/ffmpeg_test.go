package ffmpeg

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// endless never stops by itself: only what a test does can end it.
var endless = []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-c:v", "rawvideo", "-f", "null", "-"}

const (
	starter  = "KKMOVIES_TEST_STARTER"
	starting = "starting"
)

// TestMain doubles as the process that a test kills while it runs ffmpeg.
func TestMain(m *testing.M) {
	if os.Getenv(starter) == "" {
		os.Exit(m.Run())
	}
	tools, err := Find(context.Background(), Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(err)
	}
	mode := os.Getenv(starter)
	if strings.HasPrefix(mode, "bare") {
		tools.bwrap = nil
	}
	gate := &Gate{}
	encoding := sync.OnceFunc(func() {
		if strings.HasSuffix(mode, "held") {
			gate.Hold()
		}
		fmt.Fprintln(os.Stderr, mode)
	})
	if mode == starting {
		encoding()
	}
	// The child inherits our standard output itself, so the pipe behind it closes only
	// when the last process that holds it is gone.
	p, err := tools.start(context.Background(), launch{program: tools.ffmpeg, stdout: os.Stdout, gate: gate,
		progress: func(now Progress) {
			if now.Frames > 0 {
				encoding()
			}
		},
		args: []string{"-nostdin", "-v", "error", "-progress", "pipe:3", "-stats_period", "0.1",
			"-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-f", "rawvideo", "pipe:1"}})
	if err != nil {
		panic(err)
	}
	panic(p.Wait())
}

// patience bounds every wait: beside other tests, encoders are given little of the machine.
const patience = 2 * time.Minute

func find(t *testing.T) *Tools {
	t.Helper()
	tools, err := Find(t.Context(), Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return tools
}

func TestFindReportsWhatTheMachineHas(t *testing.T) {
	s := find(t).Status()
	if !filepath.IsAbs(s.FFmpeg) || !filepath.IsAbs(s.FFprobe) || s.Version == "" {
		t.Errorf("status = %+v", s)
	}
	if !s.Limited {
		t.Error("prlimit (util-linux) is needed to test the limits")
	}
	if !s.Sandboxed {
		t.Errorf("bubblewrap is needed to test the sandbox: %s", s.SandboxDetail)
	}
}

func TestAMissingFFmpegIsNamed(t *testing.T) {
	_, err := Find(t.Context(), Options{FFmpeg: "/nowhere/ffmpeg"})
	if fault.CodeOf(err) != "ffmpeg_missing" || !fault.Is(err, fault.Unavailable) {
		t.Errorf("err = %v", err)
	}
}

func TestABrokenSandboxIsLoudAndDoesNotStopTheWork(t *testing.T) {
	bin := t.TempDir()
	real, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\necho 'bwrap: no permissions to create a new namespace' >&2\nexit 1\n"
	if err := os.WriteFile(filepath.Join(bin, "bwrap"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	var log bytes.Buffer
	tools, err := Find(t.Context(), Options{FFmpeg: real, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	if tools.Status().Sandboxed || !strings.Contains(tools.Status().SandboxDetail, "no permissions") {
		t.Errorf("status = %+v", tools.Status())
	}
	if !strings.Contains(log.String(), "WITHOUT a sandbox") || !strings.Contains(log.String(), "user namespaces") {
		t.Errorf("log = %q", log.String())
	}
	if err := tools.Run(t.Context(), Job{Dir: t.TempDir(), Args: []string{"-f", "lavfi", "-i", "sine=d=0.1", "a.wav"}}); err != nil {
		t.Error(err)
	}
}

func TestRunMakesItsOutputAndReportsProgress(t *testing.T) {
	dir := t.TempDir()
	var reports []Progress
	err := find(t).Run(t.Context(), Job{
		Dir:        dir,
		Args:       []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", "-c:v", "mpeg4", "out.mp4"},
		OnProgress: func(p Progress) { reports = append(reports, p) },
	})
	if err != nil {
		t.Fatal(err)
	}
	last := reports[len(reports)-1]
	if !last.End || last.Frames != 100 || last.Time < 3*time.Second || last.Bytes == 0 {
		t.Errorf("last report = %+v", last)
	}
	if info, err := os.Stat(filepath.Join(dir, "out.mp4")); err != nil || info.Size() == 0 {
		t.Errorf("out.mp4: %v, %v", info, err)
	}
}

func TestStdinIsAnInput(t *testing.T) {
	dir := t.TempDir()
	err := find(t).Run(t.Context(), Job{
		Stdin: bytes.NewReader(tinyWAV(8000)), Inputs: []Input{{Demuxer: "wav"}}, Dir: dir, Args: []string{"out.flac"},
	})
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := find(t).Probe(t.Context(), ProbeJob{
		Input: Input{Path: filepath.Join(dir, "out.flac")}, Args: []string{"-show_entries", "stream=duration_ts", "-of", "csv=p=0"}})
	if err != nil || strings.TrimSpace(string(out)) != "8000" {
		t.Errorf("duration = %q, %v", out, err)
	}
}

func TestAFailureCarriesWhatFFmpegSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(file, []byte("no film at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := find(t).Run(t.Context(), Job{Inputs: []Input{{Path: file}}, Args: []string{"-f", "null", "-"}})
	if fault.CodeOf(err) != "ffmpeg_failed" || !strings.Contains(Stderr(err), "Invalid data") {
		t.Errorf("err = %v", err)
	}
}

func TestAMissingInputIsNotFound(t *testing.T) {
	err := find(t).Run(t.Context(), Job{Inputs: []Input{{Path: filepath.Join(t.TempDir(), "gone.mp4")}}, Args: []string{"-f", "null", "-"}})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("err = %v", err)
	}
}

func TestTheErrorKeepsOnlyTheEndOfAFlood(t *testing.T) {
	end := &tail{max: 10}
	for range 1000 {
		io.WriteString(end, "noise ")
	}
	io.WriteString(end, "the end")
	if end.String() != "se the end" {
		t.Errorf("tail = %q", end.String())
	}
}

// A file that is really a playlist must not make ffmpeg open what it points at.
func TestPlaylistsInDisguiseAreRefused(t *testing.T) {
	for name, body := range map[string]string{
		"hls":    "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
		"concat": "ffconcat version 1.0\nfile /etc/passwd\n",
		"dash":   `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period></Period></MPD>`,
		"sdp":    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "film.mp4")
			if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
			_, said, err := find(t).Probe(t.Context(), ProbeJob{Input: Input{Path: file}, Args: []string{"-show_format"}})
			if err == nil || !(strings.Contains(said, "whitelist") || strings.Contains(said, "Invalid data")) {
				t.Errorf("err = %v, said %q", err, said)
			}
		})
	}
}

func TestCancellingKillsTheRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p, err := find(t).Start(ctx, Job{Args: endless, OnProgress: func(Progress) { cancel() }})
	if err != nil {
		t.Fatal(err)
	}
	if err := waitFor(t, p); !fault.Is(err, fault.Cancelled) || !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func TestLimitsEndARun(t *testing.T) {
	for name, limits := range map[string]Limits{
		"wall":      {Wall: 300 * time.Millisecond},
		"cpu":       {CPU: time.Second},
		"file size": {FileSize: 1 << 20},
		"memory":    {Memory: 64 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append(slices.Clone(endless[:len(endless)-3]), "-f", "rawvideo", "out.raw")
			p, err := find(t).Start(t.Context(), Job{Dir: t.TempDir(), Args: args, Limits: limits})
			if err != nil {
				t.Fatal(err)
			}
			if err := waitFor(t, p); fault.CodeOf(err) != "ffmpeg_limit" && name != "memory" || err == nil {
				t.Errorf("err = %v", err) // out of memory shows in many ways, but never as success
			}
		})
	}
}

func TestAMachineWithoutASandboxIsToldWhatToInstall(t *testing.T) {
	bin := t.TempDir()
	for _, program := range []string{"ffmpeg", "ffprobe"} {
		real, err := exec.LookPath(program)
		if err == nil {
			err = os.Symlink(real, filepath.Join(bin, program))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	tools, err := Find(t.Context(), Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if s := tools.Status(); s.Sandboxed || s.Limited || s.SandboxDetail == "" || s.SandboxRemedy != "install bubblewrap" {
		t.Errorf("%+v", s)
	}
}

func TestARunTakesNoRoomThatIsKeptFree(t *testing.T) {
	var disk syscall.Statfs_t
	dir := t.TempDir()
	if err := syscall.Statfs(dir, &disk); err != nil {
		t.Fatal(err)
	}
	sound := Job{Dir: dir, Args: []string{"-f", "lavfi", "-i", "sine=d=0.1", "a.wav"}}
	keeping := func(bytes int64) *Tools {
		tools, err := Find(t.Context(), Options{KeepFree: bytes, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return tools
	}
	if err := keeping(1<<60).Run(t.Context(), sound); !fault.Is(err, fault.NoSpace) || fault.CodeOf(err) != "no_space" {
		t.Errorf("with less: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "a.wav")); err == nil {
		t.Error("with less it has begun")
	}
	if _, err := keeping(1<<60).Start(t.Context(), Job{Args: []string{"-version"}}); err != nil {
		t.Errorf("what writes nothing: %v", err)
	}
	if err := keeping(1).Run(t.Context(), sound); err != nil {
		t.Errorf("with more: %v", err)
	}

	// It is ended when the room goes while it runs.
	tools := keeping(0)
	ctx, cancel := context.WithCancelCause(t.Context())
	tools.keepFree = 1 << 60
	tools.watchRoom(ctx, dir, cancel)
	if err := explain(ctx, errors.New("signal: killed"), ""); !fault.Is(err, fault.NoSpace) {
		t.Errorf("ended for %v", err)
	}
}

func TestOtherLimitsMayBeSetForEveryRun(t *testing.T) {
	tools, err := Find(t.Context(), Options{Limits: Limits{Wall: 300 * time.Millisecond}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if l := tools.within(Job{}); l != (Limits{300 * time.Millisecond, usual.CPU, usual.Memory, usual.FileSize}) {
		t.Errorf("%+v", l)
	}
	if l := tools.within(Job{WholeFilm: true, Limits: Limits{Memory: 1 << 30}}); l.Wall != 1200*time.Millisecond || l.CPU != l.Wall || l.Memory != 1<<30 {
		t.Errorf("of a whole film: %+v", l)
	}
	if err := tools.Run(t.Context(), Job{Args: endless}); fault.CodeOf(err) != "ffmpeg_limit" {
		t.Errorf("it ended with %v", err)
	}
}

func TestTheSandboxHidesTheMachine(t *testing.T) {
	tools := find(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, bytes.Repeat([]byte("x"), 320*180*3), 0o600); err != nil {
		t.Fatal(err)
	}
	input := filepath.Join(t.TempDir(), "in.wav")
	if err := os.WriteFile(input, tinyWAV(8000), 0o644); err != nil {
		t.Fatal(err)
	}
	raw := []string{"-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "320x180", "-i"}
	t.Run("other files", func(t *testing.T) {
		err := tools.Run(t.Context(), Job{Args: append(slices.Clone(raw), secret, "-f", "null", "-")})
		if !strings.Contains(Stderr(err), "No such file") {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("other folders", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "out.wav")
		err := tools.Run(t.Context(), Job{Inputs: []Input{{Path: input}}, Dir: t.TempDir(), Args: []string{out}})
		if _, stat := os.Stat(out); err == nil || stat == nil {
			t.Errorf("wrote outside its folder: %v", err)
		}
	})
	t.Run("the input itself", func(t *testing.T) {
		err := tools.Run(t.Context(), Job{Inputs: []Input{{Path: input}}, Dir: filepath.Dir(input),
			Args: append([]string{"-f", "lavfi", "-i", "sine=d=0.1", "-map", "1:a"}, input)})
		if got, _ := os.ReadFile(input); err == nil || !bytes.Equal(got, tinyWAV(8000)) {
			t.Errorf("wrote over its input: %v", err)
		}
	})
	t.Run("the network", func(t *testing.T) {
		server, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		err = tools.Run(t.Context(), Job{Args: []string{"-i", "tcp://" + server.Addr().String() + "?timeout=500000", "-f", "null", "-"}})
		if err == nil {
			t.Error("read from the network")
		}
		server.(*net.TCPListener).SetDeadline(time.Now().Add(100 * time.Millisecond))
		if _, err := server.Accept(); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the sandbox reached our loopback: %v", err)
		}
	})
}

// kill -9 of the server must not leave an encoder running, or stopped, sandboxed or not.
func TestAKilledServerTakesItsChildrenAlong(t *testing.T) {
	for _, mode := range []string{"sandboxed", "bare", "sandboxed and held", "bare and held"} {
		t.Run(mode, func(t *testing.T) { killStarter(t, mode, 0) })
	}
}

// A sandbox is made in steps; whoever is killed between two of them must not leave a part
// of it, or the program in it, behind.
func TestAServerKilledAsItStartsAProgramTakesItAlong(t *testing.T) {
	for moment := range 30 {
		killStarter(t, starting, time.Duration(moment)*500*time.Microsecond)
	}
}

// killStarter kills a process that runs ffmpeg, some time after it said that it does.
func killStarter(t *testing.T, mode string, after time.Duration) {
	t.Helper()
	server := exec.CommandContext(t.Context(), os.Args[0])
	server.Env = append(os.Environ(), starter+"="+mode)
	out, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	server.Stdout = w
	said, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	closed := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, out)
		closed <- err
	}()
	if line, err := bufio.NewReader(said).ReadString('\n'); strings.TrimSpace(line) != mode {
		t.Fatalf("ffmpeg never wrote: %q, %v", line, err)
	}
	<-time.After(after) // any moment will do: nothing is waited for
	if err := server.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	server.Wait()
	out.SetReadDeadline(time.Now().Add(patience))
	if err := <-closed; err != nil {
		t.Errorf("killed %v after it was %s, something still holds its output: %v", after, mode, err)
	}
}

func waitFor(t *testing.T, p *Process) error {
	t.Helper()
	select {
	case <-p.done:
		return p.Wait()
	case <-time.After(patience):
		t.Fatal("still running")
		return nil
	}
}

// tinyWAV is n samples of silence.
func tinyWAV(n int) []byte {
	le := func(v uint32, size int) []byte {
		return []byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)}[:size]
	}
	data := make([]byte, 2*n)
	return slices.Concat([]byte("RIFF"), le(uint32(36+len(data)), 4), []byte("WAVEfmt "), le(16, 4), le(1, 2), le(1, 2),
		le(8000, 4), le(16000, 4), le(2, 2), le(16, 2), []byte("data"), le(uint32(len(data)), 4), data)
}

func TestTheServerGoesBeforeItsEncodersAndTheUrgentBeforeOthers(t *testing.T) {
	for want, urgent := range map[int]bool{niceness: false, urgentNiceness: true} {
		ctx, cancel := context.WithCancel(t.Context())
		p, err := find(t).Start(ctx, Job{Args: endless, Dir: t.TempDir(), Urgent: urgent})
		if err != nil {
			t.Fatal(err)
		}
		for _, child := range childrenOf(t, os.Getpid()) {
			got, err := syscall.Getpriority(syscall.PRIO_PROCESS, child)
			if err != nil {
				t.Fatal(err)
			}
			if nice := 20 - got; nice != want { // the raw system call answers 20 minus the niceness
				t.Errorf("child %d has niceness %d, want %d", child, nice, want)
			}
			// Not every kernel shares the machine between sessions.
			session, err := os.ReadFile(fmt.Sprintf("/proc/%d/autogroup", child))
			if err == nil && !strings.HasSuffix(strings.TrimSpace(string(session)), fmt.Sprintf(" nice %d", want)) {
				t.Errorf("child %d is in session group %q, want niceness %d", child, session, want)
			}
		}
		cancel()
		_ = p.Wait()
	}
}

// childrenOf returns the processes whose parent is pid.
func childrenOf(t *testing.T, pid int) (children []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended since
		}
		var id, parent int
		var state string
		_, rest, _ := strings.Cut(string(stat), ") ")
		if _, err := fmt.Sscan(rest, &state, &parent); err != nil || parent != pid || state == "Z" {
			continue
		}
		fmt.Sscan(string(stat), &id)
		children = append(children, id)
	}
	if len(children) == 0 {
		t.Fatal("no child is running")
	}
	return children
}

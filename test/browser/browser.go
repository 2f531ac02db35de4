// Package browser drives a headless Chromium for tests of pages, by the DevTools protocol over
// a pair of pipes. It needs nothing but the program.
package browser

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Variable names a program in the environment; it comes before all others.
const Variable = "TRAPLINE_CHROMIUM"

// Programs are the names that a Chromium may have.
func Programs() []string {
	names := []string{"chromium", "chromium-headless-shell", "chromium-browser", "google-chrome"}
	if name := os.Getenv(Variable); name != "" {
		return []string{name}
	}
	return names
}

// A Browser is one that runs. It is for one goroutine.
type Browser struct {
	cmd     *exec.Cmd
	to      *os.File
	pipe    *os.File
	from    *bufio.Reader
	profile string
	session string
	last    int
	events  []message // that nobody has waited for
}

// A message is a request, an answer or an event.
type message struct {
	ID      int             `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  any             `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// answerTime is how long an answer may take.
const answerTime = time.Minute

// Start runs the program with one empty page of that size. It knows no network.
func Start(program string, width, height int) (*Browser, error) {
	profile, err := os.MkdirTemp("", "chromium-")
	if err != nil {
		return nil, err
	}
	b := &Browser{profile: profile}
	b.cmd = exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe", "--user-data-dir="+profile,
		fmt.Sprintf("--window-size=%d,%d", width, height), "about:blank")
	if err := b.connect(); err != nil {
		os.RemoveAll(profile)
		return nil, err
	}
	if err := b.attach(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// connect starts the program with its ends of two pipes as descriptors 3 and 4.
func (b *Browser) connect() error {
	read, to, err := os.Pipe()
	if err != nil {
		return err
	}
	from, write, err := os.Pipe()
	if err != nil {
		return err
	}
	b.cmd.ExtraFiles = []*os.File{read, write}
	b.to, b.pipe, b.from = to, from, bufio.NewReader(from)
	err = b.cmd.Start()
	read.Close()
	write.Close()
	return err
}

// attach opens a page and begins a session with it.
func (b *Browser) attach() error {
	var target struct{ TargetID string }
	if err := b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target); err != nil {
		return err
	}
	var attached struct{ SessionID string }
	if err := b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached); err != nil {
		return err
	}
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		if err := b.call(domain+".enable", nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the program.
func (b *Browser) Close() error {
	b.to.Close()
	b.pipe.Close()
	b.cmd.Process.Kill()
	b.cmd.Wait()
	return os.RemoveAll(b.profile)
}

// call makes a request and waits for its answer.
func (b *Browser) call(method string, params, result any) error {
	b.last++
	data, err := json.Marshal(message{ID: b.last, Session: b.session, Method: method, Params: params})
	if err == nil {
		_, err = b.to.Write(append(data, 0))
	}
	for err == nil {
		var m message
		if m, err = b.read(); err != nil {
			break
		}
		switch {
		case m.ID == 0:
			b.events = append(b.events, m)
		case m.ID != b.last:
		case m.Error != nil:
			err = errors.New(m.Error.Message)
		case result == nil:
			return nil
		default:
			return json.Unmarshal(m.Result, result)
		}
	}
	return fmt.Errorf("browser: %s: %w", method, err)
}

func (b *Browser) read() (m message, err error) {
	b.pipe.SetReadDeadline(time.Now().Add(answerTime))
	data, err := b.from.ReadBytes(0)
	if err == nil {
		err = json.Unmarshal(data[:len(data)-1], &m)
	}
	return m, err
}

// wait waits for an event, which may have come already.
func (b *Browser) wait(method string) error {
	for {
		for i, m := range b.events {
			if m.Method == method {
				b.events = slices.Delete(b.events, i, i+1)
				return nil
			}
		}
		m, err := b.read()
		if err != nil {
			return fmt.Errorf("browser: waiting for %s: %w", method, err)
		}
		b.events = append(b.events, m)
	}
}

// Open opens a page and waits until it is there.
func (b *Browser) Open(url string) error {
	b.events = nil
	var answer struct{ ErrorText string }
	if err := b.call("Page.navigate", map[string]any{"url": url}, &answer); err != nil {
		return err
	}
	if answer.ErrorText != "" {
		return fmt.Errorf("browser: %s: %s", url, answer.ErrorText)
	}
	return b.Loaded()
}

// Loaded waits until a page is there that was asked for by Open or a click.
func (b *Browser) Loaded() error { return b.wait("Page.loadEventFired") }

// Eval evaluates an expression in the page and reads its value.
func (b *Browser) Eval(expression string, value any) error {
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	err := b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &answer)
	switch {
	case err != nil:
		return err
	case answer.ExceptionDetails != nil:
		return fmt.Errorf("browser: %s: %s %s", expression, answer.ExceptionDetails.Text, answer.ExceptionDetails.Exception.Description)
	case value == nil || answer.Result.Value == nil:
		return nil
	}
	return json.Unmarshal(answer.Result.Value, value)
}

// Press types a character.
func (b *Browser) Press(key string) error {
	for _, kind := range []string{"keyDown", "keyUp"} {
		if err := b.call("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": key, "text": key}, nil); err != nil {
			return err
		}
	}
	return nil
}

// Dark makes pages see a user who prefers dark colors, or light ones.
func (b *Browser) Dark(on bool) error {
	scheme := map[bool]string{true: "dark", false: "light"}[on]
	return b.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// Scripts allows or forbids the scripts of the pages that are opened from now on.
func (b *Browser) Scripts(on bool) error {
	return b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": !on}, nil)
}

// Size makes the window of another size.
func (b *Browser) Size(width, height int) error {
	return b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// Screenshot returns what the window shows, as a PNG.
func (b *Browser) Screenshot() ([]byte, error) {
	var answer struct{ Data string }
	if err := b.call("Page.captureScreenshot", map[string]any{"format": "png"}, &answer); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(answer.Data)
}

// Requests returns what was asked for since Open, and Complaints what the browser's console has
// said since then.
func (b *Browser) Requests() []string   { return b.noted("Network.requestWillBeSent", "request", "url") }
func (b *Browser) Complaints() []string { return b.noted("Log.entryAdded", "entry", "text") }

// noted returns a field of all events of one kind.
func (b *Browser) noted(method, of, field string) []string {
	var all []string
	for _, m := range b.events {
		if params, ok := m.Params.(map[string]any); ok && m.Method == method {
			if object, ok := params[of].(map[string]any); ok {
				all = append(all, strings.TrimSpace(fmt.Sprint(object[field])))
			}
		}
	}
	return all
}

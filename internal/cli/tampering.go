package cli

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/edit"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/trace"
)

// tampering is what -e inject= and --tamper ask for.
type tampering struct {
	rules        []*tamper.Rule
	told         []*tamper.Rule // those that the report is about
	seed         uint64
	hasSeed      bool
	requireFired bool
	warnings     []string
}

func setInject(s *settings, g given) error {
	r, warnings, err := tamper.ParseInject(g.value)
	return s.inject(r, warnings, err)
}

func setFault(s *settings, g given) error {
	r, warnings, err := tamper.ParseFault(g.value)
	return s.inject(r, warnings, err)
}

func (s *settings) inject(r *tamper.Rule, warnings []string, err error) error {
	if err == nil {
		s.tamper.rules = append(s.tamper.rules, r)
		s.tamper.warnings = append(s.tamper.warnings, warnings...)
	}
	return err
}

func setTamper(s *settings, g given) error {
	r, err := tamper.Parse(g.value)
	if err != nil {
		return fmt.Errorf("%s: %w", g.name, err)
	}
	s.addRules(r)
	return nil
}

func setTamperFile(s *settings, g given) error {
	text, err := os.ReadFile(g.value)
	if err != nil {
		return complaint("Can't fopen '%s': %s", g.value, reason(err))
	}
	rules, err := tamper.ParseFile(g.value, string(text))
	s.addRules(rules...)
	return err
}

func (s *settings) addRules(rules ...*tamper.Rule) {
	s.tamper.rules = append(s.tamper.rules, rules...)
	s.tamper.told = append(s.tamper.told, rules...)
}

func setSeed(s *settings, g given) error {
	seed, err := strconv.ParseUint(g.value, 0, 64)
	if err != nil {
		return invalid(g)
	}
	s.tamper.seed, s.tamper.hasSeed = seed, true
	return nil
}

func setRequireFired(s *settings, _ given) error {
	s.tamper.requireFired = true
	return nil
}

// changed puts rules and scripts before what looks at the calls.
func (r *run) changed(next trace.Handler) trace.Handler {
	var changers []edit.Changer
	if len(r.s.tamper.rules) > 0 {
		changers = append(changers, r.rules())
	}
	for _, s := range r.s.script.loaded {
		changers = append(changers, s)
	}
	if len(changers) == 0 {
		return next
	}
	return r.guarded(edit.NewSession(r.tracer, r.child, next, changers...))
}

// rules makes what applies the rules.
func (r *run) rules() *tamper.Changer {
	t := &r.s.tamper
	for _, w := range t.warnings {
		r.s.warn("%s", w)
	}
	if !t.hasSeed {
		var seed [8]byte
		rand.Read(seed[:])
		t.seed = binary.NativeEndian.Uint64(seed[:]) >> 32 // short enough to be typed
	}
	warn := func(text string) { r.s.warn("%s", text) }
	return tamper.NewChanger(tamper.Options{Rules: t.rules, Seed: t.seed, Traced: r.s.tracer(), Warn: warn})
}

// tracer says which calls are traced, by their names and by what they are about.
func (s *settings) tracer() func(*trace.Task, abi.Call) bool {
	calls, call := orAll(s.trace), decode.Call{}
	return func(t *trace.Task, c abi.Call) bool {
		if !calls.HasCall(c) {
			return false
		}
		if s.render.About == nil {
			return true
		}
		call.TID = t.TID()
		return call.About(c, syscalls.For(c.ABI).Row(c.NR), t, s.render.About)
	}
}

// report tells how often each rule was applied. It reports whether all were that had to be.
func (r *run) report() (fired bool) {
	t := &r.s.tamper
	fired = true
	for _, rule := range t.told {
		r.s.warn("matched %d, fired %d: %s", rule.Matched, rule.Fired, rule.Source)
		fired = fired && rule.Fired > 0
	}
	if tamper.Random(t.told) && !t.hasSeed {
		r.s.warn("to have it happen again: --seed=%d", t.seed)
	}
	if fired || !t.requireFired {
		return true
	}
	r.s.warn("a rule never fired (--require-fired)")
	return false
}

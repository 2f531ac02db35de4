package trace

import (
	"errors"
	"syscall"
	"testing"
)

// A leavingHandler is a Leaver.
type leavingHandler struct{ HandlerFunc }

func (leavingHandler) Leave() {}

// Tasks are brought to a stop at the end only for handlers that need it, chained or not.
func TestLeavers(t *testing.T) {
	plain := HandlerFunc(func(*Stop) (Action, error) { return Action{}, nil })
	for name, test := range map[string]struct {
		handler Handler
		want    int
	}{
		"none":     {nil, 0},
		"function": {plain, 0},
		"chain":    {Chain{plain, plain}, 0},
		"leaver":   {leavingHandler{plain}, 1},
		"chained":  {Chain{plain, leavingHandler{plain}, Chain{leavingHandler{plain}}}, 2},
	} {
		if got := len(leavers(test.handler)); got != test.want {
			t.Errorf("%s: %d leavers, want %d", name, got, test.want)
		}
	}
}

// What a chain was asked for before an error, and with it, is not lost.
func TestChainError(t *testing.T) {
	wrong, none := errors.New("wrong"), syscall.Signal(0)
	c := Chain{
		HandlerFunc(func(*Stop) (Action, error) { return Action{Writes: []Write{{Addr: 1}}}, nil }),
		HandlerFunc(func(*Stop) (Action, error) { return Action{Signal: &none}, wrong }),
		HandlerFunc(func(*Stop) (Action, error) { t.Error("called after an error"); return Action{}, nil }),
	}
	a, err := c.Handle(&Stop{})
	if !errors.Is(err, wrong) || a.Signal != &none || len(a.Writes) != 1 {
		t.Errorf("%+v, %v", a, err)
	}
}

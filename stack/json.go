package stack

import (
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/unwind"
)

// Schema is the version of the form of JSON, as trapline trace has one.
const Schema = 1

// A head is what begins each document.
type head struct {
	Type     string  `json:"type"`
	Schema   int     `json:"schema"`
	PID      int     `json:"pid"`
	Program  string  `json:"program,omitempty"`
	Core     string  `json:"core,omitempty"`
	FrozenUS float64 `json:"frozen_us"`
}

// A processData is a Process as data.
type processData struct {
	head
	Signal  *signalData  `json:"signal,omitempty"`
	Threads []threadData `json:"threads"`

	Goroutines   []goroutineData `json:"goroutines,omitempty"`
	GoIncomplete string          `json:"goroutines_incomplete,omitempty"`
}

type goroutineData struct {
	ID      uint64      `json:"id"`
	Status  string      `json:"status"`
	Reason  string      `json:"reason,omitempty"`
	WaitsUS float64     `json:"waits_us,omitempty"`
	Locked  bool        `json:"locked,omitempty"`
	Parent  uint64      `json:"parent,omitempty"`
	Created *frameData  `json:"created,omitempty"`
	TID     int         `json:"tid,omitempty"`
	Frames  []frameData `json:"frames"`
	Ended   string      `json:"ended,omitempty"`
}

type signalData struct {
	Signal int    `json:"signal"`
	Name   string `json:"name"`
	Info   string `json:"info,omitempty"`
	TID    int    `json:"tid"`
	Killed bool   `json:"killed"`
}

type threadData struct {
	TID    int         `json:"tid"`
	Name   string      `json:"name,omitempty"`
	State  string      `json:"state,omitempty"`
	ABI    string      `json:"abi,omitempty"`
	Call   *callData   `json:"call,omitempty"`
	Wchan  string      `json:"wchan,omitempty"`
	Frames []frameData `json:"frames"`
	Ended  string      `json:"ended,omitempty"`
}

type callData struct {
	Name  string              `json:"name"`
	ABI   string              `json:"abi"`
	NR    uint64              `json:"nr"`
	Words [abi.MaxArgs]string `json:"words"`
	Text  string              `json:"text"`
}

// A frameData is one call. What is inlined has the address of the function that it is
// part of.
type frameData struct {
	PC         string `json:"pc"`
	CFA        string `json:"cfa,omitempty"`
	Function   string `json:"function,omitempty"`
	Symbol     string `json:"symbol,omitempty"`
	Offset     uint64 `json:"offset,omitempty"`
	File       string `json:"file,omitempty"`
	Line       int    `json:"line,omitempty"`
	Column     int    `json:"column,omitempty"`
	Module     string `json:"module,omitempty"`
	Address    string `json:"address,omitempty"`
	BuildID    string `json:"build_id,omitempty"`
	Inlined    bool   `json:"inlined,omitempty"`
	Trampoline bool   `json:"trampoline,omitempty"`
	Signal     bool   `json:"signal,omitempty"`
	Found      string `json:"found,omitempty"`
	From       string `json:"from,omitempty"`
}

// A samplesData is Samples as data.
type samplesData struct {
	head
	Samples int           `json:"samples"`
	EveryUS float64       `json:"every_us"`
	Began   time.Time     `json:"began"`
	TookUS  float64       `json:"took_us"`
	Stacks  []sampledData `json:"stacks"`
}

type sampledData struct {
	Count  int         `json:"count"`
	TID    int         `json:"tid,omitempty"`
	Name   string      `json:"name,omitempty"`
	Doing  string      `json:"doing,omitempty"`
	Frames []frameData `json:"frames"`
	Ended  string      `json:"ended,omitempty"`
}

// WriteJSON writes the stacks as one line.
func (p *Process) WriteJSON(w io.Writer) error {
	d := processData{head: head{"process", Schema, p.PID, p.Program, p.Core, micros(p.Frozen)}, Threads: []threadData{}}
	if s := p.Signal; s != nil {
		d.Signal = &signalData{s.Number, s.Name, s.Info, s.TID, s.Killed}
	}
	for i := range p.Threads {
		d.Threads = append(d.Threads, p.Threads[i].data())
	}
	for i := range p.Goroutines {
		d.Goroutines = append(d.Goroutines, p.Goroutines[i].data())
	}
	if p.GoErr != nil {
		d.GoIncomplete = strings.TrimPrefix(p.GoErr.Error(), "unwind: ")
	}
	return encode(w, &d)
}

func (g *Goroutine) data() goroutineData {
	d := goroutineData{
		ID: g.ID, Status: g.Status, Reason: g.Reason, WaitsUS: micros(g.Waits), Locked: g.Locked, Parent: g.Parent,
		TID: g.TID, Frames: g.Thread.data().Frames, Ended: g.Ended,
	}
	if g.Created != nil {
		created := g.Created.data(&g.Created.calls()[0])
		created.Found = ""
		d.Created = &created
	}
	return d
}

// WriteJSON writes the samples as one line.
func (s *Samples) WriteJSON(w io.Writer) error {
	d := samplesData{
		head:    head{Type: "samples", Schema: Schema, PID: s.PID, Program: s.Program, FrozenUS: micros(s.Frozen)},
		Samples: s.Taken, EveryUS: micros(s.Every), Began: s.Began.UTC(), TookUS: micros(s.Took),
		Stacks: []sampledData{},
	}
	for i := range s.Stacks {
		t := &s.Stacks[i]
		d.Stacks = append(d.Stacks, sampledData{t.Count, t.TID, t.Name, t.Doing, t.data().Frames, t.Ended})
	}
	return encode(w, &d)
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func (t *Thread) data() threadData {
	d := threadData{TID: t.TID, Name: t.Name, Wchan: t.Wchan, Frames: []frameData{}, Ended: t.Ended}
	if t.State != 0 {
		d.State = string(rune(t.State))
	}
	if t.ABI != nil {
		d.ABI = t.ABI.Name
	}
	if t.Call != nil {
		d.Call = t.Call.data()
	}
	for i := range t.Frames {
		f := &t.Frames[i]
		for _, p := range f.calls() {
			call := f.data(&p)
			call.Trampoline = t.trampoline(i)
			d.Frames = append(d.Frames, call)
		}
	}
	return d
}

func (c *Call) data() *callData {
	d := &callData{Name: c.Name, ABI: c.Raw.ABI.Name, NR: c.Raw.NR, Text: c.Text}
	for i, word := range c.Raw.Args {
		d.Words[i] = abi.Addr(word).String()
	}
	return d
}

func (f *Frame) data(p *image.Place) frameData {
	d := frameData{
		PC: f.PC.String(), Function: p.Function, Symbol: p.Symbol, Offset: p.Offset, File: p.File, Line: p.Line, Column: p.Column,
		Module: f.module(), Inlined: p.Inlined, Signal: f.Signal, Found: kinds[f.Found], From: sources[p.From],
	}
	if f.CFA != 0 {
		d.CFA = f.CFA.String()
	}
	if f.Module != nil {
		d.BuildID = hex.EncodeToString(buildID(f.Module))
		d.Address = (f.PC - abi.Addr(f.Module.Bias())).String()
	}
	return d
}

var kinds = map[unwind.Kind]string{
	unwind.Registers:    "registers",
	unwind.CFI:          "cfi",
	unwind.SignalFrame:  "signal frame",
	unwind.GoTable:      "go",
	unwind.FramePointer: "frame pointer",
}

var sources = map[image.Source]string{
	image.DynSym:    "dynsym",
	image.MiniDebug: "minidebug",
	image.SymTab:    "symtab",
	image.PCLNTab:   "pclntab",
	image.DWARF:     "dwarf",
}

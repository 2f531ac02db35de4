package sweep

import (
	"encoding/json"
	"io"
)

// A summary is a Report as data.
type summary struct {
	Seconds  float64   `json:"seconds"`
	Skipped  int       `json:"skipped"`
	Unsteady []string  `json:"unsteady"`
	Faults   int       `json:"faults"`
	Runs     []runData `json:"runs"`
}

type runData struct {
	Call    string  `json:"call"`
	N       int     `json:"n"`
	Error   string  `json:"error"`
	Rule    string  `json:"rule"`
	Line    string  `json:"line"`
	Loses   bool    `json:"loses"`
	Outcome Outcome `json:"outcome"`
	Fault   bool    `json:"fault"`
	Detail  string  `json:"detail"`
	Seconds float64 `json:"seconds"`
	Code    int     `json:"code"`
	Signal  string  `json:"signal,omitempty"`
	Stdout  string  `json:"stdout"`
	Stderr  string  `json:"stderr"`
}

// WriteJSON writes the report as one JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	s := summary{
		Seconds: r.Took.Seconds(), Skipped: r.Skipped, Unsteady: append([]string{}, r.Unsteady...),
		Faults: len(r.Faults()), Runs: make([]runData, len(r.Runs)),
	}
	for i, run := range r.Runs {
		s.Runs[i] = run.data()
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(s)
}

func (r *Run) data() runData {
	d := runData{
		Call: r.Call, N: r.N, Error: r.Error, Rule: r.Rule(), Line: r.Line, Loses: r.Loses,
		Outcome: r.Outcome, Fault: r.Outcome.Fault(), Detail: r.Detail,
		Seconds: r.Result.Took.Seconds(), Code: r.Result.Code, Stdout: r.Result.Stdout, Stderr: r.Result.Stderr,
	}
	if r.Result.Signal != 0 {
		d.Signal = signalName(r.Result.Signal)
	}
	return d
}

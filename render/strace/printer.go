package strace

// A Printer writes the lines of all tasks.
type Printer struct{ o Options }

// NewPrinter makes a Printer.
func NewPrinter(o Options) *Printer { return &Printer{o: o} }

// Message writes a line about tracing: "strace: text". Text ends without a newline.
func (p *Printer) Message(text string) {}

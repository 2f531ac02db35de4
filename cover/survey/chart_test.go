package survey

import (
	"testing"

	"github.com/trapline/trapline/image"
)

// A row goes on with its line's statement if it has code: one without tells where the statement ends,
// which is where other code begins.
func TestGoOn(t *testing.T) {
	rows := []image.Row{
		{Low: 0x10, High: 0x14, Line: 1, Statement: true},
		{Low: 0x14, High: 0x18, Line: 1},
		{Low: 0x18, High: 0x18, Line: 1},
		{Low: 0x18, High: 0x1c, Line: 2},
	}
	goOn(rows)
	for i, want := range []bool{true, true, false, false} {
		if rows[i].Statement != want {
			t.Errorf("row %d: statement %v, want %v", i, rows[i].Statement, want)
		}
	}
}

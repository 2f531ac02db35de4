package json

import (
	"testing"
	"time"
)

// Moments read as they would one by one, whatever came before.
func TestClock(t *testing.T) {
	var c clock
	for _, when := range []time.Time{
		time.Unix(0, 0), time.Unix(0, 1), time.Unix(-1, 999999999), time.Unix(1795903425, 7),
		time.Unix(1795903425, 120000000), time.Unix(1795903426, 0), time.Unix(1795903425, 1).In(time.FixedZone("", 3600)),
	} {
		want := `{"time":"` + when.UTC().Format("2006-01-02T15:04:05.000000000Z") + `"`
		if got := string(c.appendTime([]byte("{"), when)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

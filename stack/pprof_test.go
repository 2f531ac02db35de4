package stack

import (
	"bytes"
	"testing"

	"github.com/google/pprof/profile"
)

// What pprof reads of a profile is what was sampled.
func TestProfile(t *testing.T) {
	var b bytes.Buffer
	if err := sampled().WriteProfile(&b); err != nil {
		t.Fatal(err)
	}
	p, err := profile.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.CheckValid(); err != nil {
		t.Fatal(err)
	}
	var samples, wall int64
	for _, s := range p.Sample {
		samples += s.Value[0]
		wall += s.Value[1]
	}
	if samples != 15 || wall != 150e6 {
		t.Errorf("%d samples, %d ns", samples, wall)
	}
	if len(p.Mapping) != 2 || p.Mapping[0].File != "/srv/a server" || !p.Mapping[0].HasInlineFrames || p.Mapping[1].Offset != 0x26000 {
		t.Errorf("mappings %v", p.Mapping)
	}
	first := p.Sample[1]
	if first.Label["thread"][0] != "pool" || first.NumLabel["tid"][0] != 4712 {
		t.Errorf("labels %v %v", first.Label, first.NumLabel)
	}
	inlined := first.Location[1]
	if inlined.Address != 0x40100f || len(inlined.Line) != 2 || inlined.Line[0].Function.Name != "take<[u8; 4]>" ||
		inlined.Line[1].Function.SystemName != "_Z4workv" || inlined.Line[1].Line != 40 {
		t.Errorf("inlined calls: %+v", inlined)
	}
}

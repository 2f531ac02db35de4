package variable

// Steps are how many structures in structures are still looked at: hostile debug information has
// them in themselves.
type steps int

// maxSteps is how many are looked at for one thing.
const maxSteps = 512

// spend takes a step, or reports that none is left.
func (s *steps) spend() bool {
	*s--
	return *s >= 0
}

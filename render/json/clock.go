package json

import "time"

// A clock writes moments. What it has written of the last second serves for all of it.
type clock struct {
	second int64
	text   []byte // of that second, to the decimal point
}

// appendTime appends a member that holds a moment, in UTC to the nanosecond.
func (c *clock) appendTime(dst []byte, when time.Time) []byte {
	if second := when.Unix(); second != c.second || c.text == nil {
		c.second, c.text = second, when.UTC().AppendFormat(c.text[:0], "2006-01-02T15:04:05.")
	}
	dst = append(append(appendKey(dst, "time"), '"'), c.text...)
	var fraction [9]byte
	for i, n := len(fraction)-1, when.Nanosecond(); i >= 0; i-- {
		fraction[i] = '0' + byte(n%10)
		n /= 10
	}
	return append(append(dst, fraction[:]...), `Z"`...)
}

package guard

import "math/bits"

// sums are running sums, a Fenwick tree: each element is the sum of those from i&(i+1) to i.
type sums []int

// push returns the sums with one element more.
func (s sums) push(value int) sums {
	i := len(s)
	for j := i - 1; j >= i&(i+1); j = j&(j+1) - 1 {
		value += s[j]
	}
	return append(s, value)
}

func (s sums) add(i, value int) {
	for ; i < len(s); i |= i + 1 {
		s[i] += value
	}
}

// before is the sum of the first n.
func (s sums) before(n int) (sum int) {
	for i := n - 1; i >= 0; i = i&(i+1) - 1 {
		sum += s[i]
	}
	return sum
}

// reach is the first place where the sum of all up to it is at least the given one.
func (s sums) reach(sum int) (place int) {
	for step := 1 << (bits.Len(uint(len(s))) - 1); step > 0; step >>= 1 {
		if next := place + step; next <= len(s) && s[next-1] < sum {
			place, sum = next, sum-s[next-1]
		}
	}
	return place
}

package loadgen

import (
	"context"
	"net"
)

// DialBy returns the plan that reaches its gate by dial.
func (p Plan) DialBy(dial func(ctx context.Context, network, addr string) (net.Conn, error)) Plan {
	p.dial = dial
	return p
}

// Crowd returns the numbers and addresses of the next n visitors of a run.
func Crowd(n int) (numbers, addresses []string) {
	c := newCrowd()
	for range n {
		v := c.next()
		numbers, addresses = append(numbers, v.mobile), append(addresses, v.client.String())
	}
	return numbers, addresses
}

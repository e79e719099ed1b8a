package loadgen

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"sync/atomic"
)

// crowd makes visitors that no earlier run has had, as far as chance can tell.
type crowd struct{ last atomic.Uint64 }

// visitor is who crosses.
type visitor struct {
	id     string     // of its challenge
	mobile string     // of the mainland
	client netip.Addr // where it comes from
}

func newCrowd() *crowd {
	var seed [8]byte
	_, _ = rand.Read(seed[:])
	c := &crowd{}
	c.last.Store(binary.BigEndian.Uint64(seed[:]) >> 1)
	return c
}

// next is another visitor. Both factors are coprime to how many numbers and addresses there are, so that none comes twice
// before all have come, and neighbours in time are none in number and place. That of numbers is near the golden section of
// how many there are, which spreads those of any run evenly: a limit by prefix must not see one in what is a crowd.
func (c *crowd) next() visitor {
	const (
		numbers   = 1_000_000_000 // 130 0000 0000 to 139 9999 9999
		addresses = 1 << 24       // of 10.0.0.0/8
	)
	n := c.last.Add(1)
	var place [4]byte
	binary.BigEndian.PutUint32(place[:], 10<<24|uint32(n%addresses*5_000_011%addresses))
	var b [16]byte
	_, _ = rand.Read(b[:])
	return visitor{
		id:     hex.EncodeToString(b[:]),
		mobile: fmt.Sprintf("13%09d", n%numbers*618_033_989%numbers),
		client: netip.AddrFrom4(place),
	}
}

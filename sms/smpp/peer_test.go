package smpp_test

import (
	"context"
	"net"
	"testing"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// peer is an SMSC whose every octet the test writes itself.
type peer struct {
	net.Conn

	t testing.TB
}

// newPeer returns peers one after another, each when the sender connects.
func newPeer(t testing.TB) (<-chan *peer, func(context.Context, string) (net.Conn, error)) {
	t.Helper()
	peers := make(chan *peer)
	return peers, func(ctx context.Context, _ string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		select {
		case peers <- &peer{Conn: theirs, t: t}:
			return ours, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// read reads the next PDU, which must be of this kind.
func (p *peer) read(want pdu.Command) pdu.PDU {
	p.t.Helper()
	got, err := pdu.Read(p)
	if err != nil || got.Command != want {
		p.t.Fatalf("peer reads %#x, %v, want command %#x", got.Command, err, want)
	}
	return got
}

func (p *peer) write(q pdu.PDU) {
	p.t.Helper()
	p.writeOctets(q.Octets())
}

func (p *peer) writeOctets(octets []byte) {
	p.t.Helper()
	if _, err := p.Write(octets); err != nil {
		p.t.Fatalf("peer writes: %v", err)
	}
}

// bind lets the sender bind to a peer of this version. Zero says none.
func (p *peer) bind(version byte) {
	p.t.Helper()
	answer := pdu.BindAnswer{SystemID: "peer"}
	if version != 0 {
		answer.TLVs = pdu.TLVs{{Tag: pdu.InterfaceVersion, Value: []byte{version}}}
	}
	p.write(p.read(pdu.BindTransceiver).Answer(pdu.StatusOK, answer.Octets()))
}

// submit reads a submit and returns its message too.
func (p *peer) submit() (pdu.PDU, pdu.Message) {
	p.t.Helper()
	q := p.read(pdu.SubmitSM)
	m, err := pdu.ParseMessage(q.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return q, m
}

// leave answers the sender's unbind.
func (p *peer) leave() {
	p.t.Helper()
	p.write(p.read(pdu.Unbind).Answer(pdu.StatusOK, nil))
	_ = p.Close()
}

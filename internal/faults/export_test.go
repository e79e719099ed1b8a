package faults

import "net"

// Carry carries bytes between two connections as between those of a client and the server that were begun before any Cut, until
// one ends.
func (p *Proxy) Carry(client, server net.Conn) { p.carry(client, server, 0) }

package webhook

import "net"

// IsPublic is isPublic.
var IsPublic = isPublic

// ResolveWith makes a sender ask another resolver.
func (s *Sender) ResolveWith(r *net.Resolver) { s.poster.ResolveWith(r) }

// ResolveWith makes a poster ask another resolver.
func (p *Poster) ResolveWith(r *net.Resolver) { p.dialer.Resolver = r }

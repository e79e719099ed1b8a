package webhook

import "net"

// IsPublic is isPublic.
var IsPublic = isPublic

// ResolveWith makes a sender ask another resolver.
func (s *Sender) ResolveWith(r *net.Resolver) { s.dialer.Resolver = r }

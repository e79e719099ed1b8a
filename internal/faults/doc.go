// Package faults puts a network that fails between a client and a server, for tests.
//
//	p, err := faults.Listen("127.0.0.1:6379")
//	…
//	defer p.Close()
//	client := dial(p.Addr())
//	p.Set(faults.Fault{Delay: 50 * time.Millisecond})     // each way
//	p.Set(faults.Fault{ToServer: faults.Swallow})         // half open: sent, and never answered
//	p.Set(faults.Fault{Refuse: true})                     // connections are closed as soon as they are made
//	p.Set(faults.Fault{Hang: true, ToServer: faults.Swallow, ToClient: faults.Swallow})
//	p.Cut()                                               // all connections end
//	p.Point("127.0.0.1:6380")                             // the address moves
//	p.Set(faults.Fault{})                                 // all is well
//
// What is set holds for connections that are there as well as for those to come. One that has lost bytes is of no use any more
// and stays silent, both ways, also when all is well for new ones.
package faults

package webhook_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
)

// resolver answers every question for an IPv4 address with this one, or with "no such name" if it is empty.
func resolver(address []byte) *net.Resolver {
	return &net.Resolver{
		PreferGo: true,
		Dial: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe() // no packet connection, so both sides speak DNS over TCP
			go func() {
				defer func() { _ = server.Close() }()
				for ok := true; ok; {
					ok = answerDNS(server, address) == nil
				}
			}()
			return client, nil
		},
	}
}

// answerDNS reads one query and answers it (RFC 1035 section 4).
func answerDNS(c net.Conn, address []byte) error {
	length := make([]byte, 2)
	if _, err := io.ReadFull(c, length); err != nil {
		return err
	}
	query := make([]byte, binary.BigEndian.Uint16(length))
	if _, err := io.ReadFull(c, query); err != nil {
		return err
	}
	end := 12 // past the header, at the name of the first question
	for query[end] != 0 {
		end += 1 + int(query[end])
	}
	end += 5 // its last label, type and class
	const typeA, noSuchName = 1, 3
	var flags, answers uint16 = 0x8180, 0
	switch {
	case len(address) == 0:
		flags |= noSuchName
	case binary.BigEndian.Uint16(query[end-4:]) == typeA:
		answers = 1
	}
	reply := append([]byte{}, query[:2]...)
	for _, v := range []uint16{flags, 1, answers, 0, 0} {
		reply = binary.BigEndian.AppendUint16(reply, v)
	}
	reply = append(reply, query[12:end]...)
	if answers == 1 {
		reply = append(reply, 0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 60, 0, 4) // the name asked for, IN, a minute, 4 bytes
		reply = append(reply, address...)
	}
	binary.BigEndian.PutUint16(length, uint16(len(reply)))
	if _, err := c.Write(length); err != nil {
		return err
	}
	_, err := c.Write(reply)
	return err
}

package boltstore

import (
	"encoding/binary"
	"errors"
)

// chunkSize is how long a chunk may become before another one is begun. A page of the file holds little more than its last
// chunk, and is written anew when one is put behind that: so what is written twice is short.
const chunkSize = 8 << 10

// chunk is changes in the order in which they were made: of each its key and the state of that, empty if the key is gone, with
// their lengths before them.
type chunk []byte

func (c chunk) add(key string, state []byte) chunk {
	c = append(binary.AppendUvarint(c, uint64(len(key))), key...)
	return append(binary.AppendUvarint(c, uint64(len(state))), state...)
}

// each calls do with the changes.
func (c chunk) each(do func(key, state []byte) error) (err error) {
	for len(c) > 0 {
		var key, state []byte
		if key, c, err = cut(c); err == nil {
			state, c, err = cut(c)
		}
		if err == nil {
			err = do(key, state)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var errCutOff = errors.New("a change is cut off")

// cut takes the first bytes off, whose length stands before them.
func cut(c chunk) (first []byte, rest chunk, err error) {
	length, n := binary.Uvarint(c)
	if n <= 0 || length > uint64(len(c)-n) { //nolint:gosec // n is at most as much
		return nil, nil, errCutOff
	}
	end := n + int(length) //nolint:gosec // as has just been seen
	return c[n:end], c[end:], nil
}

// changes are what is to be written with the next commit.
type changes struct {
	chunks []chunk
	count  int
	size   int // bytes of the chunks
	again  int // of them, what the file has already, in chunks that are taken out
}

func (c *changes) add(key string, state []byte) {
	last := len(c.chunks) - 1
	if last < 0 || len(c.chunks[last]) >= chunkSize {
		last++
		if last == cap(c.chunks) {
			c.chunks = append(c.chunks, nil)
		}
		c.chunks = c.chunks[:last+1]
		c.chunks[last] = c.chunks[last][:0] // what an earlier commit has left
	}
	before := len(c.chunks[last])
	c.chunks[last] = c.chunks[last].add(key, state)
	c.count, c.size = c.count+1, c.size+len(c.chunks[last])-before
}

// clear keeps the room for the next ones.
func (c *changes) clear() { *c = changes{chunks: c.chunks[:0]} }

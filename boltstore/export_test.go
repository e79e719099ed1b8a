package boltstore

import bolt "go.etcd.io/bbolt"

// Patience is how long a commit may take.
const Patience = patience

// OpenAround is Open with around called in place of each commit, which it is handed.
func OpenAround(path string, o Options, around func(commit func() error) error) (*Store, error) {
	s, err := load(path, o)
	if err != nil {
		return nil, err
	}
	write := s.writer.write
	s.writer.write = func(c *changes) error {
		return around(func() error { return write(c) })
	}
	go s.writer.run()
	return s, nil
}

// Held returns the changes that the file holds, as keys in the order in which they were made.
func (s *Store) Held() (keys []string, err error) {
	err = s.each(func(key, _ []byte) { keys = append(keys, string(key)) })
	return keys, err
}

// Sizes returns how many bytes the changes in the file are long, and those of them that are needed.
func (s *Store) Sizes() (held, needed int, err error) {
	last := map[string]int{}
	err = s.each(func(key, state []byte) {
		size := len(chunk(nil).add(string(key), state))
		if held += size; len(state) == 0 {
			size = 0
		}
		needed += size - last[string(key)]
		last[string(key)] = size
	})
	return held, needed, err
}

func (s *Store) each(do func(key, state []byte)) error {
	return s.file.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(journal).ForEach(func(_, value []byte) error {
			return chunk(value).each(func(key, state []byte) error {
				do(key, state)
				return nil
			})
		})
	})
}

// Pending is how many changes wait for a commit. Nothing may be going on meanwhile.
func (s *Store) Pending() int { return s.writer.pending.count }

// Chunk is changes as the file holds them, a state behind each key.
func Chunk(keysAndStates ...string) (c []byte) {
	for i := 0; i+1 < len(keysAndStates); i += 2 {
		c = chunk(c).add(keysAndStates[i], []byte(keysAndStates[i+1]))
	}
	return c
}

// EachIn reads a chunk.
func EachIn(c []byte, do func(key, state []byte) error) error { return chunk(c).each(do) }

// OpenUnsafe is Open for a test that opens often: what is committed need not reach the disk.
func OpenUnsafe(path string, o Options) (*Store, error) {
	s, err := load(path, o)
	if err != nil {
		return nil, err
	}
	s.file.db.NoSync = true
	go s.writer.run()
	return s, nil
}

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
	s.writer.write = func(changes map[string][]byte) error {
		return around(func() error { return write(changes) })
	}
	go s.writer.run()
	return s, nil
}

// Keys returns how many records the file holds, and whether key is one of them.
func (s *Store) Keys(key string) (count int, found bool, err error) {
	err = s.file.db.View(func(tx *bolt.Tx) error {
		bucket := tx.Bucket(records)
		found = bucket.Get([]byte(key)) != nil
		return bucket.ForEach(func(_, _ []byte) error {
			count++
			return nil
		})
	})
	return count, found, err
}

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

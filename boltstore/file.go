package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/cattlegrid/cattlegrid"
)

const (
	lockTimeout = time.Second     // how long to wait for another process to close the file
	quietLoad   = 2 * time.Second // how long reading the file may take without a word
)

// journal is the bucket that holds chunks of changes by their numbers. Another format would be another bucket.
var journal = []byte("cattlegrid_journal_3")

const numberSize = 8 // bytes of a chunk's number, the highest first

// file is the changes on disk, the later of which replace the earlier ones of the same keys. What has been replaced is forgotten
// from its beginning: see [wear].
type file struct {
	path   string
	disk   *os.File
	db     *bolt.DB
	broken error // bbolt gave up in the middle of something; nothing may be asked of it again
	wear   wear
}

// openFile opens or makes the file at path. Whatever is there and is no store stays as it is.
func openFile(path string) (*file, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	f := &file{path: path}
	options := &bolt.Options{
		Timeout:      lockTimeout,
		FreelistType: bolt.FreelistMapType,
		OpenFile: func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
			f.disk, err = os.OpenFile(name, flag, mode) //nolint:gosec // the path is the operator's to choose
			return f.disk, err
		},
	}
	err := f.guard(func() (err error) {
		f.db, err = bolt.Open(path, 0o600, options)
		return err
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%s is used by another process; stop it or set another data directory", path)
	}
	if err == nil {
		err = f.guard(f.own)
	}
	if err != nil {
		return nil, errors.Join(f.refused(err), f.close())
	}
	return f, nil
}

// guard runs do and makes an error of what bbolt does with a damaged file or disk: it panics, or reads from its mapping
// what cannot be read.
func (f *file) guard(do func() error) (err error) {
	if f.broken != nil {
		return f.broken
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			f.broken = fmt.Errorf("it is damaged: %v", r)
			err = f.broken
		}
	}()
	return do()
}

// refused says that err is why the file cannot be used, and what to do if the fault is the file's.
func (f *file) refused(err error) error {
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		return fmt.Errorf("use %s: %w", f.path, err)
	}
	return fmt.Errorf("%s cannot be used, and was left as it is: %w; move it away to start with an empty store", f.path, err)
}

// own makes sure that the file is whole and a store's, and makes a store of an empty one.
func (f *file) own() error {
	fresh := false
	err := f.db.View(func(tx *bolt.Tx) error {
		info, err := os.Stat(f.path)
		if err != nil {
			return err
		}
		if info.Size() < tx.Size() {
			return fmt.Errorf("it is cut off: %d bytes of %d are there", info.Size(), tx.Size())
		}
		if err := checkPages(tx); err != nil {
			return err
		}
		if tx.Bucket(journal) != nil {
			return nil
		}
		if name, _ := tx.Cursor().First(); name != nil {
			return errors.New("it was made by another program or by another version")
		}
		fresh = true
		return nil
	})
	if err != nil || !fresh {
		return err
	}
	return f.db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket(journal)
		return err
	})
}

// checkPages makes sure that the pages in use lie behind each other. How long a page says it is, bbolt believes, and would
// take all memory there is for one that lies.
func checkPages(tx *bolt.Tx) error {
	count := int(tx.Size()) / tx.DB().Info().PageSize
	for id := 0; id < count; id++ {
		page, err := tx.Page(id)
		if err != nil {
			return err
		}
		if page.Type == "free" {
			continue
		}
		if strings.HasPrefix(page.Type, "unknown") || page.OverflowCount >= count-id {
			return fmt.Errorf("it is damaged: page %d cannot be of type %s with %d more", id, page.Type, page.OverflowCount)
		}
		id += page.OverflowCount
	}
	return nil
}

// load fills mem.
func (f *file) load(mem *cattlegrid.MemStore, clock func() time.Time, log *slog.Logger) error {
	begun, told := clock(), false
	log = log.With(slog.String("path", f.path))
	err := f.guard(func() error {
		return f.db.View(func(tx *bolt.Tx) error {
			return tx.Bucket(journal).ForEach(func(number, value []byte) error {
				if len(number) != numberSize || value == nil {
					return fmt.Errorf("it is damaged: there is no chunk under %x", number)
				}
				if !told && clock().Sub(begun) > quietLoad {
					told = true
					log.Info("store is still being read", slog.Int("entries", mem.Len()), slog.Int64("file_size", tx.Size()))
				}
				f.wear.lap = binary.BigEndian.Uint64(number)
				return chunk(value).each(func(key, state []byte) error { return mem.Restore(string(key), state) })
			})
		})
	})
	if err != nil {
		return f.refused(err)
	}
	if told {
		log.Info("store is read", slog.Int("entries", mem.Len()), slog.Float64("took_s", clock().Sub(begun).Seconds()))
	}
	return nil
}

// write commits changes, and takes out the chunks that they make needless, in one transaction.
func (f *file) write(c *changes) error {
	var oldest, newest uint64
	err := f.guard(func() error {
		return f.db.Update(func(tx *bolt.Tx) error {
			bucket := tx.Bucket(journal)
			bucket.FillPercent = 1 // nothing will be put in between
			for _, number := range f.wear.worn {
				if err := bucket.Delete(number); err != nil {
					return err
				}
			}
			for _, value := range c.chunks {
				number, err := bucket.NextSequence()
				if err == nil {
					err = bucket.Put(binary.BigEndian.AppendUint64(nil, number), value)
				}
				if err != nil {
					return err
				}
			}
			first, _ := bucket.Cursor().First()
			oldest, newest = binary.BigEndian.Uint64(first), bucket.Sequence()
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", f.path, err)
	}
	f.wear.written(c, oldest, newest)
	return nil
}

func (f *file) close() error {
	var err error
	if f.db != nil && f.broken == nil {
		err = f.db.Close()
	} else if err = f.disk.Close(); errors.Is(err, os.ErrInvalid) || errors.Is(err, os.ErrClosed) {
		err = nil // it never was open, or bbolt has closed it
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", f.path, err)
	}
	return nil
}

package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// samples is what the command sample was asked for.
type samples struct {
	number    int
	sheet     string // file
	directory string
	format    captcha.Format
	style     captcha.Style
	random    io.Reader // of answers and pictures
}

const (
	maxSamples  = 1_000_000
	sheetFile   = "sheet.png"
	progressGap = time.Second
)

// sample draws challenges to look at, or to measure solvers with.
func (p *program) sample(ctx context.Context, args []string) error {
	o, err := readSamples(args)
	if err != nil {
		return err
	}
	painter, err := captcha.New(o.style)
	if err != nil {
		return usageError{fmt.Errorf("sample: %w", err)}
	}
	if o.directory != "" {
		return p.fill(ctx, painter, o)
	}
	return p.drawSheet(ctx, painter, o)
}

func readSamples(args []string) (samples, error) {
	o := samples{random: rand.Reader}
	set := newFlags("sample")
	set.IntVar(&o.number, "n", 24, "")
	set.StringVar(&o.sheet, "o", sheetFile, "")
	set.StringVar(&o.directory, "dir", "", "")
	set.IntVar(&o.style.Width, "width", 0, "")
	set.IntVar(&o.style.Height, "height", 0, "")
	set.IntVar(&o.style.Length, "length", 0, "")
	set.Func("format", "", func(text string) error {
		switch text {
		case captcha.PNG.String():
			o.format = captcha.PNG
		case captcha.JPEG.String():
			o.format = captcha.JPEG
		default:
			return errors.New("want png or jpeg")
		}
		return nil
	})
	set.Func("seed", "", func(text string) error {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return errors.New("want a whole number, for example 7")
		}
		var key [32]byte
		binary.LittleEndian.PutUint64(key[:], seed)
		o.random = mathrand.NewChaCha8(key)
		return nil
	})
	if err := parseFlags(set, args); err != nil {
		return o, err
	}
	if o.number < 1 || o.number > maxSamples {
		return o, usageError{fmt.Errorf("sample: -n %d is not between 1 and %d", o.number, maxSamples)}
	}
	given := map[string]bool{}
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if given["o"] && given["dir"] {
		return o, usageError{errors.New("sample: -o and -dir are both set; a sheet or a directory, not both")}
	}
	return o, nil
}

// draw makes one challenge.
func (o samples) draw(painter *captcha.Painter) (answer string, picture []byte, err error) {
	question, err := painter.Question(o.random)
	if err != nil {
		return "", nil, err
	}
	var seed [32]byte
	if _, err = io.ReadFull(o.random, seed[:]); err != nil {
		return "", nil, fmt.Errorf("seed a picture: %w", err)
	}
	picture, err = painter.Draw(question.Text, mathrand.NewChaCha8(seed), o.format)
	return question.Answer, picture, err
}

// each draws all samples and hands them to keep in order. It says how far it is if it takes long.
func (p *program) each(ctx context.Context, painter *captcha.Painter, o samples, keep func(i int, answer string, picture []byte) error) error {
	said := p.Clock()
	for i := range o.number {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("sample: stopped after %d of %d: %w", i, o.number, err)
		}
		answer, picture, err := o.draw(painter)
		if err != nil {
			return err
		}
		if err := keep(i, answer, picture); err != nil {
			return err
		}
		if now := p.Clock(); now.Sub(said) >= progressGap {
			said = now
			fmt.Fprintf(p.Stderr, "%d of %d\n", i+1, o.number)
		}
	}
	return nil
}

// fill writes each sample to a file of its own in a new directory, and their answers to labels.tsv.
func (p *program) fill(ctx context.Context, painter *captcha.Painter, o samples) (err error) {
	if err := os.Mkdir(o.directory, 0o750); err != nil {
		return fmt.Errorf("sample: %w; name a directory that is not there yet", err)
	}
	directory, err := os.OpenRoot(o.directory)
	if err != nil {
		return fmt.Errorf("sample: %w", err)
	}
	defer directory.Close()
	labels, err := directory.Create("labels.tsv")
	if err != nil {
		return fmt.Errorf("sample: %w", err)
	}
	defer func() { err = errors.Join(err, labels.Close()) }()
	digits := len(strconv.Itoa(o.number))
	return p.each(ctx, painter, o, func(i int, answer string, picture []byte) error {
		name := fmt.Sprintf("%0*d.%s", digits, i+1, o.format)
		if err := directory.WriteFile(name, picture, 0o640); err != nil {
			return fmt.Errorf("sample: %w", err)
		}
		_, err := fmt.Fprintf(labels, "%s\t%s\n", name, answer)
		return err
	})
}

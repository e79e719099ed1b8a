package main

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	mathrand "math/rand/v2"
	"strconv"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// wav is the format of recordings, which captcha has no name for: there is but one.
const wav = "wav"

// readSamples reads the command line of sample.
func readSamples(args []string) (samples, error) {
	o := samples{random: rand.Reader}
	set := newFlags("sample")
	set.IntVar(&o.number, "n", 24, "")
	set.StringVar(&o.sheet, "o", sheetFile, "")
	set.BoolVar(&o.blind, "blind", false, "")
	set.StringVar(&o.directory, "dir", "", "")
	set.BoolVar(&o.audio, "audio", false, "")
	set.StringVar(&o.lang, "lang", "zh", "")
	set.TextVar(&o.style.Kind, "kind", captcha.Letters, "")
	set.TextVar(&o.style.Level, "level", captcha.Normal, "")
	set.StringVar(&o.style.Key, "key", "", "")
	set.StringVar(&o.style.Alphabet, "alphabet", "", "")
	set.IntVar(&o.style.Width, "width", 0, "")
	set.IntVar(&o.style.Height, "height", 0, "")
	set.IntVar(&o.style.Length, "length", 0, "")
	var format string
	set.Func("format", "", func(text string) error {
		format = text
		return o.setFormat(text)
	})
	set.Func("seed", "", o.setSeed)
	if err := parseFlags(set, args); err != nil {
		return o, err
	}
	given := map[string]bool{}
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if o.audio && given["format"] && format != wav {
		return o, usageError{fmt.Errorf("sample: -audio makes WAV files, and -format is %s: leave one of them away", format)}
	}
	o.audio = o.audio || format == wav
	if err := o.check(given); err != nil {
		return o, usageError{fmt.Errorf("sample: %w", err)}
	}
	return o, nil
}

// check returns what is wrong with the flags together, of which some were given.
func (o *samples) check(given map[string]bool) error {
	switch {
	case o.number < 1 || o.number > maxSamples:
		return fmt.Errorf("-n %d is not between 1 and %d", o.number, maxSamples)
	case o.audio && (given["o"] || o.directory == ""):
		return errors.New("recordings have no sheet: name a new directory for them with -dir, and leave -o away")
	case o.audio && o.style.Kind == captcha.Chinese:
		return errors.New("-kind chinese cannot be spoken: only letters and digits can, take letters, digits or arithmetic")
	case !o.audio && given["lang"]:
		return errors.New("-lang is set, and nothing is spoken: add -audio")
	case given["o"] && given["dir"]:
		return errors.New("-o and -dir are both set; a sheet or a directory, not both")
	case given["dir"] && o.directory == "":
		return errors.New("-dir is empty: name a directory that is not there yet")
	case o.blind && o.directory != "":
		return errors.New("-blind is for a sheet; files of a directory never have their answers on them")
	}
	return nil
}

func (o *samples) setFormat(text string) error {
	switch text {
	case captcha.PNG.String():
		o.format = captcha.PNG
	case captcha.JPEG.String():
		o.format = captcha.JPEG
	case wav:
	default:
		return errors.New("want png, jpeg or wav")
	}
	return nil
}

func (o *samples) setSeed(text string) error {
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return errors.New("want a whole number, for example 7")
	}
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	o.random = mathrand.NewChaCha8(key)
	return nil
}

// ending is that of a sample's file name.
func (o *samples) ending() string {
	if o.audio {
		return wav
	}
	return o.format.String()
}

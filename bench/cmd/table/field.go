package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/cattlegrid/cattlegrid/bench/measure"
	"github.com/cattlegrid/cattlegrid/bench/ours"
	"github.com/cattlegrid/cattlegrid/bench/rivals"
	"github.com/cattlegrid/cattlegrid/captcha"
)

// contender is one that takes part.
type contender struct {
	row

	draw measure.Draw
}

// field is all that take part. The first is the one of ours that the others are
// measured against.
type field []contender

// painters returns all that draw.
func painters(size rivals.Size) (field, error) {
	var f field
	for _, format := range []captcha.Format{captcha.PNG, captcha.JPEG} {
		generator, err := ours.NewPicture(size, format)
		if err != nil {
			return nil, err
		}
		f = append(f, contender{row{name: "**cattlegrid**", format: format.String(), ours: true}, drawing(generator)})
	}
	return f.join(rivals.Pictures(), size)
}

// join lets rivals take part.
func (f field) join(others []rivals.Rival, size rivals.Size) (field, error) {
	version := versions()
	for _, r := range others {
		generator, err := r.New(size)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSpace(r.Name + " " + version[r.Module])
		f = append(f, contender{row{name: name, format: r.Format}, drawing(generator)})
	}
	return f, nil
}

// drawing forgets the answers.
func drawing(g rivals.Generator) measure.Draw {
	return func(w io.Writer) error {
		_, err := g.Draw(w)
		return err
	}
}

// compare measures all and writes a table with a title and a verdict.
func (f field) compare(ctx context.Context, plan measure.Plan, title string) (string, error) {
	subjects := make([]measure.Subject, len(f))
	for i, c := range f {
		subjects[i] = measure.Subject{Name: c.name, Draw: c.draw}
	}
	costs, err := measure.Compare(ctx, subjects, plan)
	if err != nil {
		return "", err
	}
	rows := make([]row, len(f))
	for i, c := range f {
		rows[i] = c.row
		rows[i].rounds, rows[i].against = costs[i], costs[0]
	}
	return fmt.Sprintf("**%s, %d characters**\n\n%s\n%s\n", title, length, format(rows), verdict(rows)), nil
}

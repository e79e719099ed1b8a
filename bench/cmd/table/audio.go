package main

import (
	"context"
	"fmt"

	"github.com/cattlegrid/cattlegrid/bench/measure"
	"github.com/cattlegrid/cattlegrid/bench/ours"
	"github.com/cattlegrid/cattlegrid/bench/rivals"
)

// audioTable compares spoken digits in each of the two languages that ours speaks.
func audioTable(ctx context.Context, plan measure.Plan) (string, error) {
	start := now()
	all, err := speakers()
	if err != nil {
		return "", err
	}
	text, err := all.compare(ctx, plan, "Spoken digits")
	if err != nil {
		return "", err
	}
	return text + circumstances(plan, span{start, now()}), nil
}

// speakers returns all that speak.
func speakers() (field, error) {
	size := rivals.Size{Width: 240, Height: 80, Length: length} // a sound has neither width nor height
	var f field
	for _, language := range []string{"en", "zh"} {
		generator, err := ours.NewSound(size, language)
		if err != nil {
			return nil, err
		}
		f = append(f, contender{row{name: fmt.Sprintf("**cattlegrid-audio-%s**", language), format: "wav", ours: true}, drawing(generator)})
	}
	return f.join(rivals.Sounds(), size)
}

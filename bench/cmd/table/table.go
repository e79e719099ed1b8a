package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/cattlegrid/cattlegrid/bench/measure"
	"github.com/cattlegrid/cattlegrid/bench/rivals"
)

// table is one of those that can be written.
type table struct {
	name  string // in markers
	write func(context.Context, measure.Plan) (string, error)
}

var tables = []table{{"draw", drawTable}, {"audio", audioTable}}

// length is the number of characters in each answer.
const length = 5

// drawTable compares pictures of two sizes, and ours on two cores with ours on
// one.
func drawTable(ctx context.Context, plan measure.Plan) (string, error) {
	start := now()
	large, err := painters(rivals.Size{Width: 240, Height: 80, Length: length})
	if err != nil {
		return "", err
	}
	small, err := painters(rivals.Size{Width: 120, Height: 40, Length: length})
	if err != nil {
		return "", err
	}
	first, err := large.compare(ctx, plan, "240×80")
	if err != nil {
		return "", err
	}
	second, err := small.compare(ctx, plan, "120×40")
	if err != nil {
		return "", err
	}
	text := first + second
	if runtime.NumCPU() > 1 {
		ratios, err := measure.Scale(ctx, large[0].draw, 2, plan)
		if err != nil {
			return "", fmt.Errorf("on two cores: %w", err)
		}
		text += fmt.Sprintf("Two cores draw %.2f times as many of ours as one does (%.2f to %.2f over the rounds).\n\n",
			measure.Median(ratios), slices.Min(ratios), slices.Max(ratios))
	}
	return text + circumstances(plan, span{start, now()}), nil
}

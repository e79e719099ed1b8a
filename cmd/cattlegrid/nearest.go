package main

import (
	"slices"
	"strings"
)

// nearestKey is the key of the file that looks most like name.
func nearestKey(name string) string {
	best, distance := "", 0
	all := defaults().everySetting()
	// The right name in the wrong section is near, but less so if the section is one.
	wrongSection := 1
	section, _ := setting{key: name}.section()
	if slices.ContainsFunc(all, func(s setting) bool { return section != "" && strings.HasPrefix(s.key, section+".") }) {
		wrongSection = 4
	}
	for _, s := range all {
		d := min(editDistance(name, s.key), wrongSection+editDistance(lastPart(name), lastPart(s.key)))
		if best == "" || d < distance {
			best, distance = s.key, d
		}
	}
	return best
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// nearestVariable is the one of names that looks most like name.
func nearestVariable(name string, names []string) string {
	best, distance := "", 0
	for _, candidate := range names {
		if d := editDistance(name, candidate); best == "" || d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// maxDistanceLen bounds the comparison, in bytes; no key is nearly as long.
const maxDistanceLen = 200

// editDistance is the number of bytes to insert, delete or replace that makes b of a.
func editDistance(a, b string) int {
	a, b = strings.ToLower(a[:min(len(a), maxDistanceLen)]), strings.ToLower(b)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

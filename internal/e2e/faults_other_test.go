//go:build !linux

package e2e_test

import "testing"

// clockFaults and diskFaults need what only Linux has.
func clockFaults() []fault { return nil }
func diskFaults() []fault  { return nil }

func (f fault) happensInChild(*testing.T) faultRow { return faultRow{} }

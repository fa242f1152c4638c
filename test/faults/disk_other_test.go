//go:build e2e && !linux

package faults

import "testing"

func onDisksOfItsOwn(t *testing.T) bool {
	t.Fatal("a full disk takes a disk of one's own, which only Linux gives: run this there")
	return false
}

type disk struct{}

func newDisk(t *testing.T, _ string) *disk { t.Fatal("only Linux has disks for tests"); return nil }

func (*disk) fill(int64) {}
func (*disk) free()      {}

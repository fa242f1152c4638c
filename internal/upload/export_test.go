package upload

import "time"

// SetClock gives tests a clock of their own.
func (s *Service) SetClock(now func() time.Time) { s.now = now }

// SetLeastPart makes parts small, so that tests need no large files.
func (s *Service) SetLeastPart(size int64) { s.leastPart = size }

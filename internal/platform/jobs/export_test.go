package jobs

import "context"

// PutBack lets every job run again that has ended and runs for the database.
func (q *Queue) PutBack(ctx context.Context) { q.forgotten.putBack(ctx, q, 0) }

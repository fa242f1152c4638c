package pipeline

// Signals are this process's line to the others that work on the same database. They make
// things sooner and nothing true: one that is lost is found a few seconds later by whoever
// looks for itself.
type Signals interface {
	// Tell lets all others know, soon, and returns at once.
	Tell(topic string, keys ...string)
	// Listen has heard called with what others tell, never with what is told here; and missed
	// when some of it may have been lost, and once at the beginning. Neither is called while
	// the other is, nor after stop has returned.
	Listen(heard func(topic string, keys []string), missed func()) (stop func())
}

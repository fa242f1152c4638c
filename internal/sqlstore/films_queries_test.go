package sqlstore

import (
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog/catalogtest"
)

func TestEveryEngineAnswersWhatPeopleTypeInOneOrder(t *testing.T) {
	var mu sync.Mutex
	orders := map[string]string{}
	t.Run("engines", func(t *testing.T) {
		onEachEngine(t, func(t *testing.T, e testEngine) {
			order := catalogtest.Queries(t, open(t, e.migrated(t)).Films())
			mu.Lock()
			defer mu.Unlock()
			orders[e.name] = order
		})
	})
	for name, order := range orders {
		if first := orders[testEngines[0].name]; order != first {
			t.Errorf("%s answers in the order %s, %s in %s", name, order, testEngines[0].name, first)
		}
	}
	if len(orders) != len(testEngines) {
		t.Errorf("%d engines of %d answered", len(orders), len(testEngines))
	}
}

// The order of the few is noted here, so that stores in other rooms can be held to it.
func TestSQLAnswersInTheOrderThatOtherStoresAnswerIn(t *testing.T) {
	if order := catalogtest.FewQueries(t, open(t, testEngines[0].migrated(t)).Films()); order != catalogtest.OrderOfFew {
		t.Errorf("the order is %s: if that is meant, note it as catalogtest.OrderOfFew", order)
	}
}

package versions_test

import (
	"fmt"
	"sync"
	"testing"
)

// TestWhatIsForgottenMeanwhileIsOneThing: a view names an organisation several times. It is the same one everywhere, though all that
// was joined of it is forgotten again and again while the view is made.
func TestWhatIsForgottenMeanwhileIsOneThing(t *testing.T) {
	t.Parallel()
	h := daily(t, map[string]string{
		trust + "organisation.yaml": organisation, trust + "appointments.yaml": fmt.Sprintf(people, "Director"), trust + "workloads/archive/workload.yaml": workload,
		trust + "contracts/hosting.yaml": fmt.Sprintf(contract, "acme", 2027), trust + "suppliers/acme.yaml": fmt.Sprintf(acceptance, "acme", 1),
		"suppliers/acme/supplier.yaml": supplier,
	})
	made := make(chan struct{})
	var other sync.WaitGroup
	other.Go(func() {
		for {
			select {
			case <-made:
				return
			default:
				h.Forget("ZZ1")
			}
		}
	})
	defer other.Wait()
	defer close(made)
	for range 500 {
		view, err := h.Workload(h.NewDesk(), "ZZ1/archive").Enter(0)
		if err != nil {
			t.Fatal(err)
		}
		w := view.Workload
		if w.Organisation != w.Controller || len(view.Register.Around) != 2 || len(view.Register.Organisations) != 1 {
			t.Fatalf("its organisation is %p and its controller %p, among %d organisations and %d parts", w.Organisation, w.Controller, len(view.Register.Organisations), len(view.Register.Around))
		}
		if rel := w.Relies[0]; rel.Contract == nil || rel.Acceptance == nil {
			t.Fatalf("it relies on %+v", rel)
		}
	}
}

package obligation

type Reads uint64

const (
	ReadsWorkload Reads = 1 << iota
	ReadsAssessment
	ReadsDPIA
	ReadsExitPlan
	ReadsCosts
	ReadsApprovals
	ReadsReviews
	ReadsExceptions
	ReadsFiles
	ReadsOthers
	ReadsLaw
)

func (o *Obligation) Reads() Reads {
	if o.Subject == OfWorkload || o.Subject == OfFootprint {
		return ^Reads(0)
	}
	if o.Target().Kind == KindLimit && o.Subject == OfOrganisation {
		return ^Reads(0) &^ (1<<9 - 2)
	}
	return ^Reads(0) &^ (1<<10 - 2)
}

func ReadsOf(kind SubjectKind, id, path string) Reads { return 1 | 1<<11 }

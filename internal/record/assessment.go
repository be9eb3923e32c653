package record

import "example.org/muniment/internal/calendar"

// Assessment is the assessment of one workload: the data, the risk, the locations and the decision. Steps 1 to 3 of
// the off-shoring guidance.
type Assessment struct {
	Data               DataFacts       `json:"data"`
	Security           *SecurityNeeds  `json:"security,omitzero"`
	Class              *DeclaredClass  `json:"class,omitzero"`
	Considerations     []Consideration `json:"considerations,omitzero"`
	Advice             []Advice        `json:"advice,omitzero"`
	NoAdviceNeeded     string          `json:"noAdviceNeeded,omitzero"`
	Risks              []Risk          `json:"risks"`
	Controls           []Control       `json:"controls"`
	Basis              []Basis         `json:"basis,omitzero"`
	Guidance           []Guidance      `json:"guidance,omitzero"`
	Requirements       []Requirement   `json:"requirements,omitzero"`
	Locations          Locations       `json:"locations"`
	Transfers          []Transfer      `json:"transfers,omitzero"`
	Jurisdictions      []Jurisdiction  `json:"jurisdictions,omitzero"`
	SingleRegionReason string          `json:"singleRegionReason,omitzero"`
	Decision           *Decision       `json:"decision,omitzero"`
}

// LeakScan is the last scan of the repository and data sets for patient identifiers.
type LeakScan struct {
	On    calendar.Date `json:"on"`
	Tool  string        `json:"tool"`
	Found int           `json:"found"`
}

// DataFacts is step 1: understand the data.
type DataFacts struct {
	Recorded       calendar.Date `json:"recorded"`
	Classification string        `json:"classification"`
	Personal       string        `json:"personal"`
	Types          []DataType    `json:"types"`
	Attributes     []string      `json:"attributes,omitzero"`
	ServiceLevel   string        `json:"serviceLevel,omitzero"`
	Quantity       string        `json:"quantity,omitzero"`
	Retention      string        `json:"retention,omitzero"`
	Datasets       []Dataset     `json:"datasets,omitzero"`
	LeakScan       *LeakScan     `json:"leakScan,omitzero"`
}

// SecurityNeeds says what security must achieve for this data.
type SecurityNeeds struct {
	Availability    Criterion `json:"availability"`
	Integrity       Criterion `json:"integrity"`
	Confidentiality Criterion `json:"confidentiality"`
}

// DeclaredClass is step 2: the level of data risk. The class is declared with its model; the tool never computes it.
type DeclaredClass struct {
	Level     ProfileClass  `json:"level"`
	Recorded  calendar.Date `json:"recorded"`
	Model     string        `json:"model"`
	Version   string        `json:"version"`
	File      File          `json:"file"`
	Rationale string        `json:"rationale"`
}

// Consideration is one downside of cloud use, or another factor, that was weighed.
type Consideration struct {
	Factor  string `json:"factor"`
	Finding string `json:"finding"`
	Owner   string `json:"owner"`
}

// Advice is one piece of specialist or legal advice that was taken.
type Advice struct {
	Adviser   string        `json:"adviser"`
	On        calendar.Date `json:"on"`
	Question  string        `json:"question"`
	Countries []string      `json:"countries,omitzero"`
	Source    *Source       `json:"source,omitzero"`
}

// Risk is one risk found, with the controls that answer it.
type Risk struct {
	ID         string   `json:"id"`
	Kind       RiskKind `json:"kind"`
	Effect     string   `json:"effect"`
	Likelihood string   `json:"likelihood"`
	Severity   string   `json:"severity"`
	Controls   []string `json:"controls"`
	Residual   string   `json:"residual"`
}

// Control is one control in place or planned.
type Control struct {
	ID       string        `json:"id"`
	What     string        `json:"what"`
	Owner    string        `json:"owner"`
	State    string        `json:"state"`
	Due      calendar.Date `json:"due,omitzero"`
	Evidence *Source       `json:"evidence,omitzero"`
}

// Basis is one law or policy that the decision rests on.
type Basis struct {
	Document  string        `json:"document"`
	Edition   string        `json:"edition"`
	Consulted calendar.Date `json:"consulted"`
}

// Guidance is one document that was used to define the requirements.
type Guidance struct {
	Document string `json:"document"`
	Edition  string `json:"edition"`
}

// Requirement is what the workload needs under one security principle.
type Requirement struct {
	Principle     string `json:"principle"`
	Requirement   string `json:"requirement"`
	NotApplicable string `json:"notApplicable,omitzero"`
}

// Locations is step 3: where data is held, processed and reached from.
type Locations struct {
	Recorded calendar.Date `json:"recorded"`
	Places   []Place       `json:"places"`
}

// TransferRiskAssessment is the risk assessment of one transfer.
type TransferRiskAssessment struct {
	On         calendar.Date `json:"on"`
	Conclusion string        `json:"conclusion"`
	Source     *Source       `json:"source,omitzero"`
}

// Transfer is one transfer that rests on a mechanism other than adequacy.
type Transfer struct {
	Country        string                  `json:"country"`
	Mechanism      string                  `json:"mechanism"`
	Signed         calendar.Date           `json:"signed"`
	To             calendar.Date           `json:"to,omitzero"`
	Parties        string                  `json:"parties"`
	RiskAssessment *TransferRiskAssessment `json:"riskAssessment,omitzero"`
}

// Jurisdiction is one country whose law may apply, through the provider, its parent or the place.
type Jurisdiction struct {
	Country    string        `json:"country"`
	Through    string        `json:"through"`
	Laws       string        `json:"laws"`
	Effect     string        `json:"effect"`
	Conclusion string        `json:"conclusion"`
	Assessed   calendar.Date `json:"assessed"`
}

// Decision is the outcome of the assessment.
type Decision struct {
	Outcome      string        `json:"outcome"`
	Reasons      string        `json:"reasons"`
	Conditions   []string      `json:"conditions,omitzero"`
	Participants []Office      `json:"participants"`
	On           calendar.Date `json:"on"`
}

// DataType is one data type of the risk model, with the reason for choosing it.
type DataType struct {
	Type      string `json:"type"`
	Rationale string `json:"rationale"`
}

// Criterion is how much availability, integrity or confidentiality matters, and why.
type Criterion struct {
	Rating string `json:"rating"`
	Reason string `json:"reason"`
}

// Dataset is one data set of an innovation workload.
type Dataset struct {
	Name           string        `json:"name"`
	Synthetic      bool          `json:"synthetic"`
	Complete       bool          `json:"complete"`
	FromProduction bool          `json:"fromProduction"`
	Method         string        `json:"method"`
	Owner          string        `json:"owner"`
	Added          calendar.Date `json:"added"`
}

// Place is one place where data is held, processed or reached from.
type Place struct {
	Country       string         `json:"country"`
	Region        string         `json:"region"`
	Purpose       string         `json:"purpose"`
	Supplier      string         `json:"supplier,omitzero"`
	From          calendar.Date  `json:"from"`
	To            calendar.Date  `json:"to,omitzero"`
	ScopeEvidence *ScopeEvidence `json:"scopeEvidence,omitzero"`
}

// ScopeEvidence says what shows that this recipient is inside the scope of a scoped adequacy decision.
type ScopeEvidence struct {
	Statement string        `json:"statement"`
	Checked   calendar.Date `json:"checked"`
	Source    Source        `json:"source"`
}

// DPIA is the front matter of a data protection impact assessment; the seven steps are headings of the Markdown below
// it.
type DPIA struct {
	Title             string             `json:"title"`
	Version           string             `json:"version"`
	Author            Contact            `json:"author"`
	Completed         calendar.Date      `json:"completed"`
	NextReview        calendar.Date      `json:"nextReview,omitzero"`
	DataFlow          *DataFlow          `json:"dataFlow,omitzero"`
	LeakOrBreach      *LeakOrBreach      `json:"leakOrBreach,omitzero"`
	ResidualRisk      string             `json:"residualRisk"`
	PriorConsultation *PriorConsultation `json:"priorConsultation,omitzero"`
	DPOAdvice         *DPOAdvice         `json:"dpoAdvice,omitzero"`
	SignOff           *SignOff           `json:"signOff,omitzero"`
}

// DataFlow is the four stages of the data flow.
type DataFlow struct {
	Collecting   string `json:"collecting"`
	Transferring string `json:"transferring"`
	Storing      string `json:"storing"`
	Processing   string `json:"processing"`
}

// LeakOrBreach is the risk of a leak or breach by the platform, which every innovation DPIA must treat.
type LeakOrBreach struct {
	Effect  string `json:"effect"`
	Measure string `json:"measure"`
}

// PriorConsultation is the prior consultation with the regulator, needed while the residual risk is high.
type PriorConsultation struct {
	Sent     calendar.Date `json:"sent"`
	Outcome  string        `json:"outcome,omitzero"`
	Answered calendar.Date `json:"answered,omitzero"`
}

// DPOAdvice is the data protection officer's advice.
type DPOAdvice struct {
	On       calendar.Date `json:"on"`
	Summary  string        `json:"summary"`
	Accepted bool          `json:"accepted"`
	Reasons  string        `json:"reasons,omitzero"`
}

// SignOff is the sign-off.
type SignOff struct {
	MeasuresBy     Office        `json:"measuresBy"`
	ResidualRiskBy Office        `json:"residualRiskBy"`
	On             calendar.Date `json:"on"`
}

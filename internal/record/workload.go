package record

import "example.org/muniment/internal/calendar"

// Workload is a workload: one system or service in the cloud.
type Workload struct {
	Name            string                `json:"name"`
	Summary         string                `json:"summary"`
	Type            string                `json:"type"`
	Purpose         string                `json:"purpose"`
	Phase           string                `json:"phase"`
	Started         calendar.Date         `json:"started,omitzero"`
	Controller      string                `json:"controller"`
	Accountable     *Contact              `json:"accountable,omitzero"`
	Owner           Contact               `json:"owner"`
	Clinical        bool                  `json:"clinical"`
	Deployment      Deployment            `json:"deployment"`
	Suppliers       []Reliance            `json:"suppliers"`
	DependsOn       []string              `json:"dependsOn,omitzero"`
	Separation      *Separation           `json:"separation,omitzero"`
	TimeLimit       *TimeLimit            `json:"timeLimit,omitzero"`
	Extensions      []Extension           `json:"extensions,omitzero"`
	Closure         *Closure              `json:"closure,omitzero"`
	Outcomes        []Outcome             `json:"outcomes,omitzero"`
	Development     *Development          `json:"development,omitzero"`
	Review          *ReviewPoints         `json:"review,omitzero"`
	PublicNotice    *PublicNotice         `json:"publicNotice,omitzero"`
	EvidenceIndex   *EvidenceIndex        `json:"evidenceIndex,omitzero"`
	ClinicalSafety  *DeploymentSafetyFile `json:"clinicalSafety,omitzero"`
	DeployedVersion string                `json:"deployedVersion,omitzero"`
}

// Deployment says how it is deployed.
type Deployment struct {
	Model   string `json:"model"`
	Tenancy string `json:"tenancy,omitzero"`
	Reason  string `json:"reason,omitzero"`
}

// Reliance is one supplier relied on. Its evidence is held once and counts here.
type Reliance struct {
	Supplier string `json:"supplier"`
	Role     string `json:"role"`
	Product  string `json:"product,omitzero"`
	Contract string `json:"contract,omitzero"`
}

// Separation says how an innovation workload is kept apart from production.
type Separation struct {
	Network  string `json:"network"`
	Identity string `json:"identity"`
}

// TimeLimit is the time limit of an innovation workload.
type TimeLimit struct {
	Start  calendar.Date `json:"start"`
	End    calendar.Date `json:"end"`
	Reason string        `json:"reason"`
}

// Extension is one extension of the time limit.
type Extension struct {
	From     calendar.Date `json:"from"`
	To       calendar.Date `json:"to"`
	Reason   string        `json:"reason"`
	AgreedBy []Office      `json:"agreedBy"`
	Recorded calendar.Date `json:"recorded"`
}

// Closure says how the workload was closed down.
type Closure struct {
	On      calendar.Date `json:"on"`
	Removed string        `json:"removed"`
	Outcome string        `json:"outcome"`
}

// Outcome is one piece of outcome evidence gathered during a trial.
type Outcome struct {
	On       calendar.Date `json:"on"`
	Finding  string        `json:"finding"`
	PassedTo string        `json:"passedTo,omitzero"`
}

// Development says how code follows the development guidance.
type Development struct {
	Statement string  `json:"statement"`
	Guidance  Source  `json:"guidance"`
	Pipeline  *Source `json:"pipeline,omitzero"`
}

// ReviewPoints is the regular review points that the controller has set.
type ReviewPoints struct {
	Interval calendar.Period `json:"interval"`
	Next     calendar.Date   `json:"next,omitzero"`
	Owner    string          `json:"owner"`
}

// PublicNotice says how service users are told where their data is and how it is managed.
type PublicNotice struct {
	Source    Source        `json:"source"`
	Published calendar.Date `json:"published"`
	Mentions  []string      `json:"mentions"`
}

// EvidenceIndex says where the provider's evidence is indexed, and which offices can reach it.
type EvidenceIndex struct {
	Source      Source   `json:"source"`
	Access      []Office `json:"access"`
	Independent []string `json:"independent"`
}

// DeploymentSafetyFile is the deploying organisation's clinical safety file.
type DeploymentSafetyFile struct {
	Officer      Contact       `json:"officer"`
	Registration string        `json:"registration"`
	HazardLog    Source        `json:"hazardLog"`
	SafetyCase   Source        `json:"safetyCase"`
	Version      string        `json:"version"`
	Signed       calendar.Date `json:"signed"`
}

// ExitPlan says how an innovation or other workload would be closed down.
type ExitPlan struct {
	Recorded  calendar.Date `json:"recorded"`
	Owner     Contact       `json:"owner"`
	Data      string        `json:"data"`
	Resources string        `json:"resources"`
	Keys      string        `json:"keys"`
	Access    string        `json:"access"`
	DNS       string        `json:"dns"`
	Costs     string        `json:"costs"`
	Tested    calendar.Date `json:"tested,omitzero"`
}

// Costs says what a workload may cost and what it does cost.
type Costs struct {
	Budget Budget         `json:"budget"`
	Owner  Contact        `json:"owner"`
	Months []MonthFigures `json:"months"`
}

// Budget is what the workload may cost.
type Budget struct {
	Monthly int           `json:"monthly"`
	AlertAt int           `json:"alertAt"`
	From    calendar.Date `json:"from"`
}

// MonthFigures is the figures of one month.
type MonthFigures struct {
	Month       string        `json:"month"`
	Actual      int           `json:"actual"`
	Consumption string        `json:"consumption"`
	Recorded    calendar.Date `json:"recorded"`
	Action      string        `json:"action,omitzero"`
}

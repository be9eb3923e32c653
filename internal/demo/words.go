package demo

import (
	"strconv"
	"strings"
)

// The words that names and sentences are put together from. None is the name of an organisation that exists.
var (
	places = []string{
		"Harrowdene", "Lindmere", "Ashcombe", "Thornbeck", "Wexcliffe", "Marlfield", "Stanwick Vale", "Pellworth", "Oxmoor",
		"Brackenshire", "Saltmarsh", "Kestrel Hill", "Quarrington", "Eastfen", "Netherby Moor", "Whitlock", "Dunsett",
		"Rivermead", "Applegarth", "Coldstream Wold", "Fenwater", "Highmoor", "Ivelstone", "Larkfield", "Millbrook Dale",
		"Ormsley", "Pinewick", "Ravensmoor", "Silverdale Bay", "Tidewell",
	}
	sorts = []struct{ kind, name, short string }{
		{"acute-trust", "University Hospitals NHS Trust", "hospitals"},
		{"community-trust", "Community Health NHS Trust", "community"},
		{"mental-health-trust", "Mental Health NHS Trust", "mentalhealth"},
		{"icb", "Integrated Care Board", "icb"},
		{"acute-trust", "Infirmary NHS Foundation Trust", "infirmary"},
		{"ambulance-trust", "Ambulance Service NHS Trust", "ambulance"},
	}
	sides = []string{"", "North ", "South ", "East ", "West ", "Upper ", "Lower ", "Old ", "New ", "Great ", "Little "}

	firms = []string{
		"Alderpoint", "Bluefinch", "Copperline", "Dovetail", "Elmgate", "Farrowby", "Greystone", "Heronsgate", "Inkwell", "Juniper Row",
		"Kilnfield", "Lanyard", "Moorhen", "Northlight", "Osprey Bay", "Pebblebrook", "Quillon", "Rookwood", "Stonechat", "Tamarind",
		"Umberleigh", "Verdigris", "Windlass", "Yarrow", "Zephyr Lane",
	}
	trades = []string{"Systems", "Cloud", "Health Software", "Hosting", "Data", "Platforms", "Networks", "Analytics"}

	fields = []string{
		"Outpatient", "Maternity", "Imaging", "Pathology", "Theatre", "Pharmacy", "Diabetes", "Stroke", "Cardiology", "Dermatology",
		"Community nursing", "Emergency", "Cancer", "Renal", "Therapy", "Ward", "Paediatric", "Rostering", "Procurement", "Estates",
		"Bed", "Referral", "Discharge", "Vaccination", "Screening", "Audiology", "Dental", "Eye clinic", "Pain clinic", "Sleep clinic",
		"Fracture clinic", "Allergy", "Rehabilitation", "Palliative care", "School nursing", "Health visiting", "Podiatry", "Dietetics",
	}
	things = []string{
		"letters", "portal", "archive", "scheduling", "messages", "dashboard", "records", "registry", "forms", "bookings", "handover",
		"reporting", "image store", "exchange", "directory", "worklist", "questionnaires", "stock control", "audit", "telephony",
		"video visits", "reminders", "coding", "observations",
	}
	trials = []string{
		"summaries trial", "triage trial", "forecast trial", "speech trial", "model trial", "matching trial", "translation trial", "search trial",
	}
	owners = []string{
		"Service manager", "Operations lead", "Clinical systems lead", "Programme manager", "Applications manager", "Business manager",
	}
	uses = []string{
		"Staff use it every day, at the desk and on the ward.", "It is used on weekdays; paper covers a day without it.",
		"Other systems send to it through the integration engine.", "It is reached from the staff network and from clinics.",
		"Patients reach it from home; staff reach it through the directory.", "It runs in the background and is watched by a duty engineer.",
	}
	changes = []string{
		"A second clinic joined.", "The team moved to another site.", "Reports now run at night.", "Sign-in moved to the staff directory.",
		"Paper is no longer kept beside it.", "The help desk takes calls for it.", "Its name on the intranet changed.",
	}
	risks = []struct{ id, kind, effect, control, what string }{
		{"unauthorised-access", "confidentiality", "Somebody without need reads records; distress for those concerned.", "role-access", "Access by role, with a second factor, checked every quarter."},
		{"service-outage", "availability", "The service stops for a day; work goes on with paper and is slower.", "fallback", "A fallback procedure that is practised twice a year."},
		{"wrong-data", "integrity", "An interface mixes up fields; somebody acts on wrong figures.", "reconciliation", "A nightly comparison with the source system."},
		{"supplier-failure", "lock-in", "The supplier gives up the product; data must be moved in a hurry.", "export-test", "A full export, tried once a year."},
		{"breach-elsewhere", "impact-of-breach", "A breach at the supplier reaches our data as well.", "own-key", "Our own key, which we can withdraw."},
		{"public-worry", "public-perception", "People hear that data is in the cloud and worry.", "plain-notice", "A plain notice on where data is and who sees it."},
	}
	newRisks = []struct{ id, kind, effect, control, what string }{
		{"bulk-export", "confidentiality", "A new export lets one person take many records at once.", "export-limit", "Exports above a hundred rows need a second person."},
		{"new-interface", "integrity", "A new interface writes into the record without a check.", "interface-test", "Messages are checked against the profile before they are stored."},
		{"mobile-use", "confidentiality", "Staff open it on their own telephones.", "managed-devices", "Only devices managed by the organisation get in."},
		{"shared-tenant", "impact-of-breach", "Another customer's load or fault reaches us.", "tenant-test", "The supplier's yearly test of separation is read and filed."},
	}
	principles = []string{
		"Traffic is protected by TLS 1.2 or better, from end to end.", "Data is encrypted at rest and kept in the places named only.",
		"Other customers cannot see or change our data.", "The supplier's board answers for security and is certified for it.",
		"Severe flaws are closed in a day; incidents are told within a day.", "Staff with access are screened and trained every year.",
		"Changes are reviewed and tested before release.", "Sub-processors are named and may not change without notice.",
		"Administrators use a second factor and have separate roles.", "Users sign in with their own account.",
		"Public interfaces stand behind a filter; the rest is denied.", "The supplier's administrators work from a separate network.",
		"Who saw and changed what can be read for two years.", "A checklist of safe settings is worked through every year.",
	}
	answers = [][2]string{
		{"jurisdictions", "The law of the country in which the company and its regions are; requests are contested and counted."},
		{"parent-country", "The company has no parent in another country."},
		{"regions", "The regions of the contract; the customer fixes them."},
		{"support-access", "The places named in the support statement, in sessions that the customer opens."},
		{"sub-processors", "A short list in the annex, with 30 days' notice of a change."},
		{"requirements", "Yes; the schedule of the contract says how."},
		{"verification", "The bodies named on our certificates."},
		{"extra-controls", "Own keys, shorter retention, alerts to a mailbox of the customer."},
		{"principle-8", "Sub-processors are rated every year."},
		{"principle-11", "Interfaces stand behind a filter and rate limits."},
		{"principle-14", "Safe settings are the default, with a checklist for administrators."},
	}
	needs = []string{
		"availability", "resilience", "recovery", "change-notices", "interoperability", "usability", "continual-improvement", "data-return",
		"exit", "audit", "updates",
	}
	lookedAt = [][]string{
		{"List of people with access", "Certificates of the suppliers", "Places of the data"},
		{"Incidents since the last review", "Test of the fallback", "Sub-processors"},
		{"Facts about the data, with the owner", "Risks and controls, one by one", "Toolkit result of the supplier"},
		{"Audit log of a week", "Penetration test and what was done about it", "Public notice"},
	}
	reasons = []string{
		"Nothing of what the decision rests on has changed; two leavers were taken off the list.",
		"Data, places and suppliers are as described; the controls were seen at work.",
		"Volume grew a little and stays far below what was assessed.",
		"The supplier's new reports were read; they name nothing that bears on us.",
	}
	findings = []string{
		"Users finish the task in a third of the time, on made-up cases.", "Results are right in nine of ten cases; the tenth looks right and is not.",
		"Costs are a fifth of what was feared.", "The service needs a region in the United Kingdom before it could be bought.",
	}
	noticeTitles = []struct{ slug, title, about string }{
		{"new-sub-processor", "A further sub-processor for backups", "[sub-processor]"},
		{"region-maintenance", "Works in the data hall of the first region", "[location]"},
		{"tls-suites", "Older cipher suites are switched off", "[security]"},
		{"support-desk-moves", "The support desk moves", "[support]"},
		{"new-owner", "The company changes its owner", "[ownership]"},
	}
)

// posts are the people of every organisation. None has a name: a post holds an office.
var posts = []struct{ id, title, mailbox string }{
	{"director-of-finance", "Director of Finance", "finance.director"},
	{"chief-digital-officer", "Chief Digital Officer", "cdo"},
	{"director-of-strategy", "Director of Strategy", "strategy"},
	{"medical-director", "Medical Director", "medical.director"},
	{"chief-nurse", "Chief Nurse", "chief.nurse"},
	{"data-protection-officer", "Data Protection Officer", "dpo"},
	{"head-of-information-governance", "Head of Information Governance", "ig"},
	{"director-of-operations", "Director of Operations", "operations"},
	{"head-of-clinical-systems", "Head of Clinical Systems", "clinical.systems"},
	{"chief-clinical-information-officer", "Chief Clinical Information Officer", "ccio"},
	{"company-secretary", "Company Secretary", "secretary"},
}

// holders names the posts that take turns in each office.
var holders = map[string][]int{
	"siro": {0, 1, 2}, "caldicott-guardian": {3, 4}, "dpo": {5}, "ig-lead": {6}, "sro": {7}, "iao": {8},
	"clinical-safety-officer": {9}, "registrar": {10},
}

// slug makes a short name of a name.
func slug(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), " ", "-")
}

// odsCode gives the code of the n-th organisation: a Z, then digit, letter, digit, letter. No code comes twice in 67,600.
func odsCode(n int) string {
	n = (n*7919 + 31337) % 67600
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return "Z" + strconv.Itoa(n/6760) + string(letters[n/260%26]) + strconv.Itoa(n/26%10) + string(letters[n%26])
}

// clock is summer time in the United Kingdom: from the last Sunday of March to the last Sunday of October. It is worked out
// here so that no machine's table of zones has a say.
func summer(year, month, day int) bool {
	if month != 3 && month != 10 {
		return month > 3 && month < 10
	}
	// The weekday of the 31st, by Zeller's rule for March and October.
	m, y := month, year
	h := (31 + 13*(m+1)/5 + y%100 + y%100/4 + y/100/4 + 5*(y/100)) % 7 // 0 is Saturday
	lastSunday := 31 - (h+6)%7
	return (day >= lastSunday) == (month == 3)
}

package site

import (
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/report"
)

var day = calendar.MustParse

func digestOf(c byte) string {
	b := make([]byte, 64)
	for i := range b {
		b[i] = c
	}
	return string(b)
}

// sample is a small register in which every optional part is there once. The organisations and suppliers do not exist.
func sample() *report.Report {
	trust := report.Ref{Kind: "organisation", ID: "Z9A1A", Name: "Northmoor Hospitals"}
	archive := report.Ref{Kind: "workload", ID: "Z9A1A/imaging-archive", Name: "Imaging archive"}
	trial := report.Ref{Kind: "workload", ID: "Z9A1A/triage-trial", Name: "Triage trial"}
	host := report.Ref{Kind: "supplier", ID: "harrow-hosting", Name: "Harrow Hosting"}
	contract := report.Ref{Kind: "contract", ID: "Z9A1A/archive-hosting", Name: "Hosting of the imaging archive"}
	network := report.Ref{Kind: "footprint", ID: "northmoor-imaging", Name: "Northmoor imaging network"}

	certificateDue := report.Due{
		On: day("2026-12-01"), Days: 9, Obligation: "OFF-25", Title: "Evidence for the security principles", Subject: host, Workloads: []string{archive.ID},
		Text: "The ISO 27001 certificate expires.", Rule: "expiry", Then: "gap", Owner: "Supplier manager <suppliers@northmoor.example.org>",
		Place: "evidence/suppliers/harrow-hosting/certificates/iso-27001.yaml:9:10", Remedy: "Ask the supplier for the new certificate.",
	}
	reviewDue := report.Due{
		On: day("2027-03-01"), Days: 99, Obligation: "OFF-02", Title: "The SIRO is satisfied", Subject: archive, Workloads: []string{archive.ID},
		Text: "The SIRO looks again.", Rule: "cadence", Then: "overdue", Office: "siro", Owner: "Imaging service manager <imaging@northmoor.example.org>",
		Place: "evidence/policy.yaml:12:5", Local: true, Remedy: "Ask the SIRO to look again.",
	}
	met := report.Verdict{
		Obligation: "OFF-02", Title: "The SIRO is satisfied", Strength: "should", Subject: archive, State: "met", Due: &reviewDue,
		Reasons: []report.Reason{{Rule: "approval", Text: "The SIRO approved exactly these files on 1 March 2026.", Place: "evidence/organisations/Z9A1A/workloads/imaging-archive/approvals/2026-03-01-siro.yaml:4:9", Date: day("2026-03-01")}},
		Remedy:  "Ask the SIRO.",
	}
	failing := report.Verdict{
		Obligation: "OFF-01", Title: "Personal data stays where the law allows", Strength: "must", Subject: archive, State: "failing",
		Reasons: []report.Reason{
			{Rule: "location", Text: "The backup in Utopia has no lawful basis since 10 January 2026.", Place: "evidence/organisations/Z9A1A/workloads/imaging-archive/assessment.yaml:31:7", Field: "locations.places[1]", Date: day("2026-01-10")},
			{Rule: "policy", Text: "Places are looked at every 12 months.", Place: "evidence/policy.yaml:8:3", Local: true},
		},
		Remedy: "Move the data out of the place named.", Tensions: []string{"T2"},
	}
	alias := report.Verdict{
		Obligation: "NWS-03", Title: "Data is offshored lawfully", Strength: "must", Subject: archive, State: "failing", AliasOf: "OFF-01",
		Reasons: []report.Reason{{Rule: "alias", Text: "Judged under OFF-01."}}, Remedy: "See OFF-01.",
	}
	excepted := report.Verdict{
		Obligation: "OFF-20", Title: "More than one region", Strength: "should", Subject: archive, State: "gap", ExceptedUntil: day("2027-01-31"),
		Reasons: []report.Reason{{Rule: "record", Text: "There is one region."}}, Remedy: "Add a second region.",
	}
	contested := report.Verdict{
		Obligation: "DIA-09", Title: "No public cloud", Strength: "advisory", Subject: archive, State: "contested",
		Reasons: []report.Reason{{Rule: "tension", Text: "One source is an opinion against another's policy."}},
	}
	inherited := report.Verdict{
		Obligation: "OFF-25", Title: "Evidence for the security principles", Strength: "should", Subject: host, State: "gap", Inherited: true,
		Reasons: []report.Reason{{Rule: "answers", Text: "No statement is held for principles 8 and 11."}}, Remedy: "Ask the supplier.", Due: &certificateDue,
	}
	own := inherited
	own.Inherited = false
	notApplicable := report.Verdict{
		Obligation: "INN-01", Title: "No personal data in a trial", Strength: "must", Subject: archive, State: "not-applicable",
		Reasons: []report.Reason{{Rule: "applies", Text: "This is a production workload."}},
	}
	history := []report.Commit{
		{
			ID: "4f1c2d3e4f1c2d3e4f1c2d3e4f1c2d3e4f1c2d3e", Day: day("2026-03-02"), Author: "Imaging service manager", Subject: "Imaging archive: record the SIRO's approval",
			Files: []report.Change{{Path: "evidence/organisations/Z9A1A/workloads/imaging-archive/approvals/2026-03-01-siro.yaml", How: "added"}},
		},
	}
	exception := report.Exception{
		Workload: archive, Obligations: []string{"OFF-20"}, Office: "SIRO", Reason: "The second region opens in January.", Instead: "A nightly copy is kept on the trust's own site.",
		From: day("2026-08-01"), To: day("2027-01-31"), State: "in-force", Text: "Approved by the SIRO.", Path: "evidence/organisations/Z9A1A/workloads/imaging-archive/exceptions/one-region.yaml",
	}
	base := "evidence/organisations/Z9A1A/workloads/imaging-archive/"
	timeline := &report.Timeline{Formerly: []string{"Z9A1A/archive"}, Segments: []report.Segment{
		{
			From: day("2024-02-01"), Until: day("2024-03-01"), ID: "Z9A1A/archive", State: "incomplete", Sentence: "A part of its evidence is missing: There is no DPIA.", Main: "OFF-02",
			Turns:  []report.Turn{{Obligation: "OFF-02", Title: "The SIRO is satisfied", Strength: "should", Subject: archive, To: "incomplete", By: "commit", Text: "There is no DPIA."}},
			Causes: []report.Cause{{Kind: "commit", Commit: &report.Commit{ID: "0a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d4e5f0a1b", Day: day("2024-02-01"), Author: "Imaging service manager", Subject: "Imaging archive: first record", Files: []report.Change{{Path: base + "workload.yaml", How: "added"}}}}},
		},
		{
			From: day("2024-03-01"), Until: day("2026-01-10"), State: "met", Sentence: "Meets every duty that applies.",
			Turns:  []report.Turn{{Obligation: "OFF-02", Title: "The SIRO is satisfied", Strength: "should", Subject: archive, From: "incomplete", To: "met", By: "commit", Text: "Approved."}},
			Causes: []report.Cause{{Kind: "commit", Commit: &report.Commit{ID: "1a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d4e5f0a1b", Day: day("2024-03-01"), Author: "SIRO", Subject: "Imaging archive: approved", Files: []report.Change{}}}},
		},
		{
			From: day("2026-01-10"), Until: day("2026-12-01"), State: "failing", Sentence: "Breaks a duty now: The backup in Utopia has no lawful basis since 10 January 2026.", Main: "OFF-01", Excepted: 1,
			Turns:  []report.Turn{{Obligation: "OFF-01", Title: "Personal data stays where the law allows", Strength: "must", Subject: archive, From: "met", To: "failing", By: "law", Text: "The backup in Utopia has no lawful basis since 10 January 2026.", Remedy: "Move it."}},
			Causes: []report.Cause{{Kind: "law", Text: "Utopia is no longer adequate."}},
		},
		{
			From: day("2026-12-01"), Ahead: true, State: "failing", Sentence: "Breaks a duty now: The backup in Utopia has no lawful basis since 10 January 2026.", Main: "OFF-01",
			Turns:  []report.Turn{{Obligation: "OFF-25", Title: "Evidence for the security principles", Strength: "should", Subject: host, Inherited: true, From: "met", To: "gap", By: "date", Text: "The ISO 27001 certificate expires."}},
			Causes: []report.Cause{{Kind: "date", Text: "The ISO 27001 certificate expires."}},
		},
	}}
	return &report.Report{
		Origin: report.Origin{
			Version: report.Version, Tool: "v0.1.0", AsOf: day("2026-11-22"), KnownAt: "9b1d0c5c0e7f4a6b8d2e3f405162738495a6b7c8", KnownDay: day("2026-11-21"), Dirty: true,
			Schemas: digestOf('5'), Evidence: digestOf('e'), Profile: "internal", Command: "muniment build --as-of 2026-11-22 --known-at 9b1d0c5c0e7f",
		},
		Summary: report.Summary{
			Workloads: map[string]int{"failing": 1, "met": 1}, Verdicts: map[string]int{"failing": 2, "gap": 2, "met": 2}, Organisations: 1, Suppliers: 1, Due90: 1,
			Excepted: 1, Errors: 1,
		},
		Workloads: []report.Workload{
			{
				ID: archive.ID, Name: archive.Name, Summary: "Keeps every X-ray and scan of the network for eight years.", Organisation: trust, Controller: trust,
				Type: "production", Purpose: "direct-care", Phase: "live", Visibility: "internal", Started: day("2021-04-01"),
				Owner: report.Contact{Title: "Imaging service manager", Email: "imaging@northmoor.example.org"}, Accountable: &report.Contact{Title: "Chief Information Officer", Email: "cio@northmoor.example.org"},
				Class: "V", ClassModel: "NHS data risk framework, version 1, decided on 2 February 2026", ClassReason: "Images of a whole region.", Personal: "confidential-patient", Deployment: "private",
				Status: report.Status{
					State: "failing", Sentence: "Breaks a duty now: The backup in Utopia has no lawful basis since 10 January 2026.",
					Counts: map[string]int{"failing": 1, "gap": 1, "contested": 1, "met": 1, "not-applicable": 1}, Excepted: 1, Main: "OFF-01", Due: day("2026-12-01"),
				},
				Verdicts: []report.Verdict{failing, met, excepted, contested, alias, notApplicable, inherited},
				Data:     []report.Fact{{Label: "Classification", Text: "OFFICIAL-SENSITIVE", Place: base + "assessment.yaml:5:19"}, {Label: "Kept for", Text: "8 years"}},
				Risks: []report.Risk{{
					ID: "R1", Kind: "confidentiality", Effect: "Images are read by somebody who may not.", Likelihood: "possible", Severity: "severe", Residual: "medium",
					Controls: []report.Control{{ID: "C1", What: "Encryption with keys the trust holds", Owner: "Head of imaging", State: "in place"}},
				}, {ID: "R2", Kind: "lock-in", Effect: "Leaving takes a year.", Likelihood: "probable", Severity: "minimal", Residual: "low"}},
				Locations: []report.Location{
					{Country: "GB", Name: "United Kingdom", Region: "uk-north", Purpose: "primary", Supplier: "harrow-hosting", Basis: "United Kingdom", OK: true},
					{Country: "XU", Name: "Utopia", Region: "ut-1", Purpose: "backup", From: day("2024-01-01"), To: day("2026-12-31"), Basis: "not adequate"},
				},
				Transfers: []report.Transfer{{Country: "Utopia", Mechanism: "EU standard contractual clauses of 2010", Signed: day("2019-05-01"), Text: "They ended on 21 March 2024."}, {Country: "United States", Mechanism: "IDTA", Signed: day("2023-05-01"), Valid: true, Text: "In force."}},
				Decision:  &report.Decision{Outcome: "appropriate with conditions", Reasons: "The data is needed in five hospitals.", Conditions: []string{"Keys stay with the trust"}, Participants: []string{"SIRO", "Caldicott Guardian"}, On: day("2026-02-20")},
				Approvals: []report.Approval{
					{
						Office: "SIRO", By: "Director of finance", Decision: "approved-with-conditions", On: day("2026-03-01"), To: day("2027-02-28"), State: "valid", Text: "Every file it covers is unchanged.", Proof: "stated",
						Conditions: []string{"Look again after the move"}, Covers: []report.Covered{{Path: base + "assessment.yaml", SHA256: digestOf('a'), Same: true}}, Path: base + "approvals/2026-03-01-siro.yaml",
					},
					{Office: "DPO", Decision: "approved", On: day("2025-03-01"), State: "stale", Text: "The DPIA has changed since.", Proof: "stated", Covers: []report.Covered{{Path: base + "dpia.md", SHA256: digestOf('b')}}, Path: base + "approvals/2025-03-01-dpo.yaml"},
					{Office: "SIRO", By: "Director of finance", Decision: "approved", On: day("2024-03-01"), State: "superseded", Text: "The SIRO decided anew on 1 March 2026.", Proof: "stated", Path: base + "approvals/2024-03-01-siro.yaml"},
				},
				Reviews: []report.Review{{
					On: day("2026-06-01"), Office: "IG lead", By: "Head of information governance", Of: []string{"assessment", "locations"}, LookedAt: []string{"The provider's list of regions"}, Outcome: "still valid", Reason: "Nothing moved.",
					Actions: []report.Action{{What: "Ask for the new certificate", Due: day("2026-11-30"), Owner: "Supplier manager"}, {What: "Close the old bucket", Due: day("2026-07-01"), Owner: "Cloud engineer", Done: day("2026-06-20")}}, Path: base + "reviews/2026-06-01.yaml",
				}},
				Exceptions: []report.Exception{exception},
				Suppliers:  []report.Reliance{{Supplier: host, Role: "hosting", Product: "Vault 4", Contract: &contract, Acceptance: "Accepted on 3 March 2026.", Status: report.Status{State: "gap", Sentence: "A recommendation is not evidenced: No statement is held for principles 8 and 11."}}},
				DependsOn:  []report.Ref{trial}, Footprints: []report.Ref{network},
				DPIA: &report.DPIA{
					Title: "DPIA of the imaging archive", Version: "3", Completed: day("2026-02-10"), Residual: "medium", Path: base + "dpia.md",
					HTML:     "<h3 id=\"s-step-1\">Step 1: identify the need</h3>\n<p>Images leave the hospital.</p>\n<h3 id=\"s-step-2\">Step 2: describe the processing</h3>\n<p>They are copied twice.</p>\n",
					Sections: []report.Section{{Heading: "Step 1: identify the need", ID: "s-step-1", Level: 2}, {Heading: "Step 2: describe the processing", ID: "s-step-2", Level: 2}},
				},
				ExitPlan: []report.Fact{{Label: "Data", Text: "Copied back over the network.", Place: base + "exit-plan.md"}},
				Costs: &report.Costs{Monthly: 12000, AlertAt: 80, Months: []report.Month{
					{Month: "2026-09", Actual: 9000, Percent: 75, Consumption: "40 TB"}, {Month: "2026-10", Actual: 13200, Percent: 110, Consumption: "44 TB", Over: true, Action: "Old copies were removed."},
				}},
				Files:   []report.File{{Path: base + "workload.yaml", Kind: "workload", SHA256: digestOf('c')}},
				History: history, Timeline: timeline,
			},
			{
				ID: trial.ID, Name: trial.Name, Summary: "Tries a triage model on made-up data.", Organisation: trust, Controller: trust, Type: "innovation", Purpose: "trial",
				Phase: "live", Visibility: "open", Ends: day("2027-02-28"), Owner: report.Contact{Title: "Innovation lead", Email: "innovation@northmoor.example.org"}, Deployment: "public",
				Status: report.Status{State: "met", Sentence: "Meets every duty that applies.", Counts: map[string]int{"met": 1}},
				Verdicts: []report.Verdict{{
					Obligation: "INN-01", Title: "No personal data in a trial", Strength: "must", Subject: trial, State: "met",
					Reasons: []report.Reason{{Rule: "record", Text: "Every data set is synthetic."}},
				}},
			},
		},
		Organisations: []report.Organisation{{
			ID: trust.ID, Name: trust.Name, Type: "acute trust", Fictional: true, LocationProfile: "uk at rest", ProfileLocal: true,
			Offices:   []report.Office{{Office: "SIRO", Holder: "Director of finance", From: day("2024-01-01"), To: day("2027-12-31")}, {Office: "SIRO", Holder: "Medical director", From: day("2025-01-01"), Deputy: true}, {Office: "registrar"}},
			Workloads: []report.Ref{archive, trial}, Contracts: []report.Ref{contract}, Footprints: []report.Ref{network}, States: map[string]int{"failing": 1, "met": 1},
			Status:   report.Status{State: "met", Sentence: "Meets every duty that applies.", Counts: map[string]int{"met": 1}},
			Verdicts: []report.Verdict{{Obligation: "OFF-05", Title: "There is a SIRO", Strength: "should", Subject: trust, State: "met", Reasons: []report.Reason{{Rule: "record", Text: "The office is held."}}}},
			History:  history,
		}},
		Suppliers: []report.Supplier{{
			ID: host.ID, Name: host.Name, Fictional: true, Country: "United Kingdom", Parent: "Harrow Group, United States",
			Status:   report.Status{State: "gap", Sentence: "A recommendation is not evidenced: No statement is held for principles 8 and 11.", Counts: map[string]int{"gap": 1}, Main: "OFF-25", Due: day("2026-12-01")},
			Verdicts: []report.Verdict{own},
			Certificates: []report.Certificate{
				{ID: "iso-27001", Scheme: "ISO/IEC 27001", Number: "HH-1", Scope: "The northern data centre", Body: "Assay Ltd", Issued: day("2023-12-01"), Until: day("2026-12-01"), Current: true, Text: "It expires after three years.", Path: "evidence/suppliers/harrow-hosting/certificates/iso-27001.yaml"},
				{ID: "soc-2", Scheme: "SOC 2", Scope: "All", Body: "Assay Ltd", Text: "No end is stated.", Path: "evidence/suppliers/harrow-hosting/certificates/soc-2.yaml"},
			},
			Principles: []report.Principle{{Key: "ncsc:1@current", Text: "Data in transit protection", Old: "gpg:1@2018", Statement: "independent", Summary: "TLS 1.3 everywhere.", On: day("2026-01-05")}, {Key: "8", Text: "Supply chain security"}},
			Products:   []report.Product{{ID: "vault", Name: "Vault", Version: "4", Standards: []report.Standard{{Name: "FHIR UK Core", Edition: "2.0", Status: "meets", On: day("2026-01-05")}}}, {ID: "pipe", Name: "Pipe"}},
			Notices: []report.Notice{
				{
					ID: "harrow-hosting/2026-10-01-region", Title: "A region moves", About: []string{"location"}, Received: day("2026-10-01"), Effective: day("2027-01-01"),
					Assessed: []string{"Z9B2B on 2 October 2026"}, Waiting: []string{"Z9A1A"}, Owed: []report.Owed{{Organisation: trust, Until: day("2026-12-01"), Local: true, Workloads: []string{archive.ID}}},
					Looks: []report.Look{{Organisation: report.Ref{ID: "Z9B2B", Name: "Southmoor Hospitals"}, On: day("2026-10-02"), Office: "IG lead", Effect: "Nothing of ours is in that region."}},
				},
				{
					ID: "harrow-hosting/2026-03-01-tape", Title: "Tapes go elsewhere", About: []string{"sub processor", "location"}, Received: day("2026-03-01"), Assessed: []string{"Z9A1A on 5 March 2026"}, Waiting: []string{},
					Owed: []report.Owed{}, Looks: []report.Look{{Organisation: trust, On: day("2026-03-05"), Office: "DPO", Effect: "None: nothing is on tape."}},
				},
			},
			Workloads: []report.Ref{archive}, History: history,
		}},
		Contracts: []report.Contract{{
			ID: contract.ID, Title: contract.Name, Organisation: trust, Supplier: host, Stage: "signed", From: day("2024-04-01"), To: day("2029-03-31"), NoticeBy: day("2028-09-30"),
			Status:    report.Status{State: "met", Sentence: "Meets every duty that applies.", Counts: map[string]int{"met": 1}},
			Verdicts:  []report.Verdict{{Obligation: "OFF-18", Title: "The contract has the clauses", Strength: "should", Subject: contract, State: "met", Reasons: []report.Reason{{Rule: "record", Text: "Every need has a clause."}}}},
			Workloads: []report.Ref{archive},
		}},
		Footprints: []report.Footprint{{
			ID: network.ID, Name: network.Name, Type: "diagnostic network", Lead: trust, From: day("2022-07-01"), Members: []report.Member{{Organisation: trust, From: day("2022-07-01")}, {Organisation: report.Ref{ID: "Z9B2B", Name: "Southmoor Hospitals"}, From: day("2022-07-01"), To: day("2024-03-31")}}, Workloads: []report.Ref{archive},
			Status:   report.Status{State: "met", Sentence: "Meets every duty that applies.", Counts: map[string]int{"met": 1}},
			Verdicts: []report.Verdict{{Obligation: "VIS-01", Title: "A lead is named", Strength: "should", Subject: network, State: "met", Reasons: []report.Reason{{Rule: "record", Text: "The lead is Northmoor."}}}},
		}},
		Obligations: []report.Obligation{
			duty("OFF-01", "Personal data stays where the law allows", "must", "workload", report.Judged{Subject: archive, State: "failing", Text: "The backup in Utopia has no lawful basis."}),
			duty("OFF-02", "The SIRO is satisfied", "should", "workload", report.Judged{Subject: archive, State: "met", Text: "Approved."}),
			duty("OFF-05", "There is a SIRO", "should", "organisation", report.Judged{Subject: trust, State: "met", Text: "The office is held."}),
			duty("OFF-18", "The contract has the clauses", "should", "contract", report.Judged{Subject: contract, State: "met", Text: "Every need has a clause."}),
			duty("OFF-20", "More than one region", "should", "workload", report.Judged{Subject: archive, State: "gap", ExceptedUntil: day("2027-01-31"), Text: "There is one region."}),
			duty("OFF-25", "Evidence for the security principles", "should", "supplier", report.Judged{Subject: host, State: "gap", Text: "Two are missing."}),
			duty("INN-01", "No personal data in a trial", "must", "workload", report.Judged{Subject: trial, State: "met", Text: "Synthetic."}, report.Judged{Subject: archive, State: "not-applicable", Text: "Production."}),
			duty("VIS-01", "A lead is named", "should", "footprint", report.Judged{Subject: network, State: "met", Text: "Named."}),
			duty("DIA-09", "No public cloud", "advisory", "workload", report.Judged{Subject: archive, State: "contested", Text: "An opinion."}),
			aliasDuty(),
		},
		Due: []report.Due{certificateDue, reviewDue}, Exceptions: []report.Exception{exception},
		Findings: []finding.Finding{
			{Place: finding.Place{Path: "evidence/organisations/Z9A1A/workloads/old/workload.yaml", Line: 3, Column: 1}, Code: "unknown-field", Severity: finding.Error, Message: "There is no field ownr.", Remedy: "Write owner.", Related: []finding.Place{{Path: "evidence/policy.yaml", Line: 1, Column: 1}}},
		},
		NotFound: []report.NotFound{{What: "weights of the data risk model", Consequence: "The class is declared with its model and never computed."}},
		Forecast: &report.Forecast{
			Until: day("2027-11-22"),
			Turns: []report.ToCome{
				{On: day("2026-12-01"), Days: 9, Obligation: "OFF-25", Title: "Evidence for the security principles", Strength: "should", Subject: host, Workloads: []string{archive.ID}, From: "met", To: "gap", By: "date", Text: "The ISO 27001 certificate expires.", Rule: "expiry", Remedy: "Ask the supplier for the new certificate."},
				{On: day("2027-02-01"), Days: 71, Obligation: "OFF-20", Title: "More than one region", Strength: "should", Subject: archive, Workloads: []string{archive.ID}, From: "excepted", To: "gap", By: "date", Text: "The exception ends.", Office: "siro", Local: true},
			},
			Workloads: []report.Outlook{{ID: archive.ID, Name: archive.Name, Now: "failing", Steps: []report.Step{}, Then: "failing"}, {ID: trial.ID, Name: trial.Name, Now: "met", Steps: []report.Step{{On: day("2027-03-01"), State: "failing", Sentence: "The trial has ended."}}, Then: "failing"}},
		},
		Tensions: []report.Tension{{ID: "T2", Text: "One source names the Commission's list, another the United Kingdom's.", Handling: "The list of the day counts."}},
	}
}

func duty(id, title, strength, subject string, judged ...report.Judged) report.Obligation {
	o := report.Obligation{
		ID: id, Title: title, Duty: title + ", as the guidance says.", Document: "Guidance on cloud services", Paragraph: "12", URL: "https://example.org/guidance", Nature: "guidance",
		Strength: strength, Subject: subject, Applies: "each " + subject, From: day("2018-01-19"), Evidence: "A record.", Decidable: "the files alone", Again: "Every year.",
		Missing: "failing", Remedy: "Write the record.", Kind: "record", Counts: map[string]int{}, Subjects: judged,
	}
	if id == "OFF-01" {
		o.Tensions = []string{"T2"}
	}
	for _, j := range judged {
		o.Counts[j.State]++
	}
	return o
}

func aliasDuty() report.Obligation {
	o := duty("NWS-03", "Data is offshored lawfully", "must", "workload")
	o.AliasOf, o.URL = "OFF-01", ""
	return o
}

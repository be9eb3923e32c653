package obligation_test

import "testing"

// TestNothingIsMetByChance holds cases in which a duty could be taken for met when it is not.
func TestNothingIsMetByChance(t *testing.T) {
	review := "archive/reviews/2026-08-10.yaml"
	runAll(t, []broken{
		{claim: "facts about the data are newer than the impact assessment", duty: "OFF-15a", subject: archive, want: "overdue", says: "recorded anew", edits: changes(assessmentFile, "  recorded: 2026-02-01\n  classification", "  recorded: 2026-02-06\n  classification"), place: "assessment.yaml:4:13"},
		{claim: "a review of it since will do", duty: "OFF-15a", subject: archive, want: "met", edits: append(changes(assessmentFile, "  recorded: 2026-02-01\n  classification", "  recorded: 2026-02-06\n  classification"), changes(review, "of: [assessment,", "of: [dpia,")...)},
		{claim: "one of before will not", duty: "OFF-15a", subject: archive, want: "overdue", says: "recorded anew", edits: append(changes(assessmentFile, "  recorded: 2026-02-01\n  classification", "  recorded: 2026-08-11\n  classification"), changes(review, "of: [assessment,", "of: [dpia,")...)},
		{claim: "one that found action needed will not", duty: "OFF-15a", subject: archive, want: "overdue", says: "recorded anew", edits: append(changes(assessmentFile, "  recorded: 2026-02-01\n  classification", "  recorded: 2026-02-06\n  classification"), changes(review, "of: [assessment,", "of: [dpia,", "outcome: still-valid", "outcome: action-needed")...)},
		{claim: "facts of the same day are not newer", duty: "OFF-15a", subject: archive, want: "met", edits: changes(assessmentFile, "  recorded: 2026-02-01\n  classification", "  recorded: 2026-02-05\n  classification")},

		{claim: "an impact assessment of a later day", duty: "OFF-15a", subject: archive, day: "2026-02-04", want: "blocked", says: "after the day judged"},
		{claim: "advice of a later day", duty: "OFF-15a", subject: archive, day: "2026-02-05", want: "blocked", says: "“dpoAdvice.on” is 6 February 2026"},
		{claim: "a decision of a later day", duty: "OFF-14", subject: archive, day: "2026-02-09", want: "incomplete", says: "“decision.on”"},
		{claim: "a decision of the day", duty: "OFF-14", subject: archive, day: "2026-02-10", want: "met"},
		{claim: "facts of a later day", duty: "OFF-11", subject: archive, day: "2026-01-31", want: "overdue", says: "after the day judged"},
		{claim: "a list of places of a later day says where data was, and was no look", duty: "OFF-01", subject: archive, day: "2026-01-31", want: "overdue", says: "after the day judged"},
		{claim: "a scan of a later day", duty: "INN-01b", subject: trial, day: "2026-04-01", want: "blocked", says: "“data.leakScan.on”"},
		{claim: "a report of a later day", duty: "NWS-05", subject: acme, day: "2026-08-31", want: "gap", says: "after the day judged"},
		{claim: "a clarification of a later day", duty: "OFF-21a", subject: imaging, day: "2025-01-31", want: "blocked", says: "“regions.clarified”"},

		{claim: "a review by somebody who did not hold the office", duty: "OFF-27", subject: archive, day: "2027-02-10", want: "overdue", says: "No review", edits: change(review, "by: finance-director", "by: medical-director")},
		{claim: "nor does it confirm anything", duty: "OFF-11", subject: archive, day: "2027-02-01", want: "overdue", says: "1 February 2026", edits: change(review, "by: finance-director", "by: medical-director")},
		{claim: "a consultation that is still to be asked for", duty: "OFF-15a", subject: archive, want: "blocked", says: "has not been consulted", edits: change(dpiaFile, "residualRisk: low", "residualRisk: high\npriorConsultation: {sent: 2026-12-01, outcome: may-proceed}")},
		{claim: "no place of the data is known for the day", duty: "OFF-01", subject: archive, want: "failing", says: "No place of the data", edits: changes(assessmentFile, "purpose: primary, supplier: acme, from: 2025-04-01}", "purpose: primary, supplier: acme, from: 2025-04-01, to: 2026-11-21}", "purpose: replica, supplier: acme, from: 2025-04-01}", "purpose: replica, supplier: acme, from: 2025-04-01, to: 2026-11-21}", "purpose: processing, supplier: acme, from: 2025-04-01}", "purpose: processing, supplier: acme, from: 2025-04-01, to: 2026-11-21}")},
		{claim: "the guidance's own rule is judged by its own duty", duty: "OFF-01a", subject: archive, want: "not-applicable", says: "OFF-01 judges it", edits: change("evidence/policy.yaml", "notice: 90d\n", "notice: 90d\nlocationProfile: {profile: uk-eea-adequate, reason: Ours.}\n")},
		{claim: "one region written in two ways", duty: "OFF-20", subject: archive, want: "gap", says: "held in one", edits: change(assessmentFile, "region: uk-west, purpose: replica", "region: \"UK-South\", purpose: replica")},
		{claim: "a backup does not carry the service on", duty: "OFF-20", subject: archive, want: "gap", says: "held in one", edits: change(assessmentFile, "region: uk-west, purpose: replica", "region: uk-west, purpose: backup")},
		{claim: "processing elsewhere holds no data", duty: "OFF-20", subject: archive, want: "gap", says: "held in one", edits: change(assessmentFile, "    - {country: GB, region: uk-west, purpose: replica, supplier: acme, from: 2025-04-01}\n", "")},
		{claim: "one name in two countries is two regions", duty: "OFF-20", subject: archive, want: "met", says: "more than one region", edits: change(assessmentFile, "{country: GB, region: uk-west, purpose: replica", "{country: FR, region: uk-south, purpose: replica")},
		{claim: "staff in the United States who can reach content", duty: "OFF-09b", subject: archive, want: "failing", says: "Support staff", edits: append(changes(assessmentFile, usPlace, "", "countries: [US]", "countries: [FR]"), supportFrom("US", "content")...)},
		{claim: "staff in the United States who cannot", duty: "OFF-09b", subject: archive, want: "not-applicable", edits: append(changes(assessmentFile, usPlace, ""), supportFrom("US", "metadata")...)},

		{claim: "a better toolkit result of the year before", duty: "VIS-04", subject: acme, want: "failing", says: "not-met", edits: []edit{{file: "evidence/suppliers/acme/certificates/dspt-later.yaml", new: "schema: muniment/v1\nkind: certificate\nscheme: dspt\nnumber: Z\nscope: All.\nbody: NHS England\nissued: 2026-10-01\ntoolkitYear: 2026-27\nresult: not-met\nsource: {reference: Z}\n"}}},
		{claim: "until the later one is published", duty: "VIS-04", subject: acme, day: "2026-09-30", want: "met", edits: []edit{{file: "evidence/suppliers/acme/certificates/dspt-later.yaml", new: "schema: muniment/v1\nkind: certificate\nscheme: dspt\nnumber: Z\nscope: All.\nbody: NHS England\nissued: 2026-10-01\ntoolkitYear: 2026-27\nresult: not-met\nsource: {reference: Z}\n"}}},
		{claim: "a marketplace listing answers nothing that it does not ask", duty: "OFF-25", subject: acme, want: "gap", says: "Supply chain", edits: listing("{reference: Listing}")},
		{claim: "a statement of the provider beside it does", duty: "OFF-25", subject: acme, want: "met", edits: listing("{reference: Letter}")},
		{claim: "a certificate that is yet to be issued has not lapsed", duty: "VIS-04", subject: acme, day: "2027-07-02", want: "failing", says: "after the day judged", edits: changes("certificates/dspt.yaml", "issued: 2026-06-20", "issued: 2027-09-02")},
		{claim: "the certificate of a stranger", duty: "OFF-28", subject: archive, want: "gap", says: "not relied on", edits: []edit{
			{file: "evidence/suppliers/other/supplier.yaml", new: "schema: muniment/v1\nkind: supplier\nname: Other\ncountry: GB\ncontact: {title: Manager, email: m@other.example.org}\nhandlesData: true\n"},
			{file: "evidence/suppliers/other/certificates/iso.yaml", new: "schema: muniment/v1\nkind: certificate\nscheme: iso-27001\nnumber: Z\nscope: All.\nbody: A body\nissued: 2026-01-01\nexpires: 2028-12-31\nedition: \"2022\"\nsource: {reference: Z}\n"},
			{file: workloadFile, old: "independent: [acme/iso]", new: "independent: [other/iso]"},
		}},
		{claim: "TLS of a version that nobody made", duty: "NWS-03", subject: acme, edits: change("acme/supplier.yaml", `version: "1.3"`, `version: "3.0"`), want: "failing", says: "TLS 3.0"},
		{claim: "SSH has other numbers", duty: "NWS-03", subject: acme, edits: change("acme/supplier.yaml", `{name: TLS, version: "1.3"}`, `{name: SSH, version: "2.0"}`), want: "met"},

		{claim: "a plan that is done is no plan for what is left", duty: "VIS-11", subject: trust, want: "overdue", says: "There is no plan", edits: append(changes("ZZ1/organisation.yaml", "owner: Integration manager, gap", "owner: Integration manager, done: 2026-09-01, gap"), partly()...)},
		{claim: "a plan for another workload", duty: "VIS-11", subject: trust, want: "overdue", says: "There is no plan", edits: append(changes("ZZ1/organisation.yaml", "gap: Interfaces of the laboratory", "gap: Interfaces of the laboratory, subject: ZZ1/trial"), partly()...)},
		{claim: "a plan for the product", duty: "VIS-11", subject: trust, want: "met", edits: append(changes("ZZ1/organisation.yaml", "gap: Interfaces of the laboratory", "gap: Interfaces of the laboratory, subject: acme/archive"), partly()...)},
		{claim: "what was not met once and is now needs no plan", duty: "VIS-11", subject: trust, want: "met", edits: append(changes("ZZ1/organisation.yaml", "upgrades:\n  - {what: Move to the new edition., due: 2027-03-31, owner: Integration manager, gap: Interfaces of the laboratory}\n", ""), change("products/archive.yaml", "standards:\n", "standards:\n  - {standard: isb-0149, edition: \"1\", status: partly, on: 2024-01-15}\n")...)},

		{claim: "closed, and nothing says how", duty: "INN-14", subject: trial, want: "overdue", says: "nothing says when", edits: change(trialFile, "phase: live", "phase: closed")},
	})
}

// listing takes the statements from a marketplace listing, and that on principle 8 from a source.
func listing(source string) []edit {
	return changes("acme/principles.yaml", "from: supplier\nsource: {url: \"https://acme.example.org/principles\"}", "from: digital-marketplace\nsource: {reference: Listing}",
		"principle: ncsc:8@current\n    statement: contractual\n    summary: What is done.\n    source: {reference: Shelf 8}", "principle: ncsc:8@current\n    statement: contractual\n    summary: What is done.\n    source: "+source)
}

// supportFrom gives the supplier's staff a place.
func supportFrom(country, access string) []edit {
	return change("acme/supplier.yaml", "    - {country: GB, access: content, safeguards: Vetted staff.}\n", "    - {country: "+country+", access: "+access+", safeguards: Supervised.}\n")
}

// partly lets the product fall short of a standard.
func partly() []edit {
	return change("products/archive.yaml", `standard: isb-0149, edition: "1", status: meets`, `standard: isb-0149, edition: "1", status: partly`)
}

// TestNothingIsUnmetByChance holds cases in which a duty could be taken for unmet when it is met, or does not apply.
func TestNothingIsUnmetByChance(t *testing.T) {
	closed := changes(trialFile, "timeLimit: {start: 2026-05-01, end: 2026-10-31, reason: Six months are enough.}\n", "", "extensions:\n", "closure: {on: 2026-11-10, removed: All of it., outcome: In the report.}\n", "  - {from: 2026-10-31, to: 2027-01-31, reason: More readers., agreedBy: [ig-lead, sro], recorded: 2026-10-12}\n", "", "phase: live", "phase: closed")
	runAll(t, []broken{
		{claim: "captured data that is still to come", duty: "OFF-02b", subject: trial, day: "2026-11-30", want: "not-applicable", says: "duties of production", edits: change("trial/assessment.yaml", "fromProduction: false, method: Generator with seed 7., owner: Imaging manager, added: 2026-04-01", "fromProduction: true, method: Generator with seed 7., owner: Imaging manager, added: 2026-12-01")},
		{claim: "and once it is there", duty: "OFF-02b", subject: trial, day: "2026-12-01", want: "blocked", edits: change("trial/assessment.yaml", "fromProduction: false, method: Generator with seed 7., owner: Imaging manager, added: 2026-04-01", "fromProduction: true, method: Generator with seed 7., owner: Imaging manager, added: 2026-12-01")},
		{claim: "a cadence from the last day of a month", duty: "NWS-05", subject: acme, day: "2027-02-27", want: "met", edits: change("acme/supplier.yaml", "lastReport: 2026-09-01", "lastReport: 2026-08-31")},
		{claim: "ends on the last day of a shorter one", duty: "NWS-05", subject: acme, day: "2027-02-28", want: "overdue", says: "28 February 2027", edits: change("acme/supplier.yaml", "lastReport: 2026-09-01", "lastReport: 2026-08-31")},
		{claim: "old clauses signed on the last day for signing, on their last day", duty: "OFF-31", subject: archive, day: "2024-03-20", want: "met", edits: oldClauses("2022-09-21")},
		{claim: "and on the day after", duty: "OFF-31", subject: archive, day: "2024-03-21", want: "failing", edits: oldClauses("2022-09-21")},
		{claim: "old clauses signed a day too late", duty: "OFF-31", subject: archive, day: "2023-01-01", want: "failing", says: "2022", edits: oldClauses("2022-09-22")},
		{claim: "a certificate on the day of issue", duty: "OFF-28", subject: archive, day: "2025-06-01", want: "met"},
		{claim: "a long term with a break", duty: "VIS-12b", subject: imaging, want: "met", edits: changes("imaging.yaml", "to: 2028-03-31\n", "to: 2031-03-31\nbreaks: [2028-04-01]\n")},
		{claim: "a break that comes a day too late", duty: "VIS-12b", subject: imaging, want: "gap", says: "From 1 April 2025 to 1 April 2028 the contract cannot be left", edits: changes("imaging.yaml", "to: 2028-03-31\n", "to: 2031-03-31\nbreaks: [2028-04-02]\n")},
		{claim: "a closed trial without a time limit gathers nothing more", duty: "INN-05a", subject: trial, want: "not-applicable", says: "closed on 10 November 2026", edits: closed},
		{claim: "nor is its spending watched", duty: "INN-12", subject: trial, want: "not-applicable", says: "closed on 10 November 2026", edits: closed},
		{claim: "it is closed", duty: "INN-14", subject: trial, want: "met", says: "10 November 2026", edits: closed},
		{claim: "before it was closed it was watched", duty: "INN-12", subject: trial, day: "2026-11-09", want: "met", edits: closed},
		{claim: "the first figures of a new budget are not due yet", duty: "INN-12", subject: trial, day: "2026-06-30", want: "met", says: "Nothing is on record yet", edits: noFigures()},
		{claim: "until the cadence has passed", duty: "INN-12", subject: trial, day: "2026-07-01", want: "overdue", says: "1 July 2026", edits: noFigures()},
		{claim: "a next day that the decision itself has kept", duty: "OFF-27", subject: archive, want: "met", edits: append(gone("archive/reviews/2026-08-10.yaml"), change(workloadFile, "review: {interval: 12m, owner", "review: {interval: 12m, next: 2026-02-01, owner")...)},
		{claim: "a notice from before a foreign place came into use", duty: "OFF-26", subject: archive, want: "met", edits: nil},
		{claim: "a notice from before the data's first place abroad", duty: "OFF-26", subject: archive, want: "met", edits: change(workloadFile, "published: 2025-03-20", "published: 2025-04-01")},
		{claim: "a private cloud is not on premises", duty: "VIS-01a", subject: archive, want: "met", edits: change(workloadFile, "model: public", "model: private")},
		{claim: "what is on premises is no private cloud", duty: "VIS-01b", subject: archive, want: "not-applicable", edits: change(workloadFile, "model: public", "model: on-premises")},
		{claim: "a data set still to come was not added after the scan", duty: "INN-01b", subject: trial, want: "met", edits: change("trial/assessment.yaml", "added: 2026-04-01", "added: 2026-12-01")},
		{claim: "no supplier is relied on", duty: "OFF-24b", subject: archive, want: "not-applicable", says: "relies on no supplier", edits: changes(workloadFile, "suppliers:\n  - {supplier: acme, role: hosting, product: archive, contract: imaging}\n", "suppliers: []\n", "independent: [acme/iso]", "independent: []")},
		{claim: "another trial without an assessment may be a trial", duty: "INN-03", subject: trial, want: "incomplete", says: "no assessment", edits: []edit{
			{file: "evidence/organisations/ZZ1/workloads/second/workload.yaml", new: "schema: muniment/v1\nkind: workload\nname: Second trial\nsummary: Tries.\ntype: innovation\npurpose: trial\nphase: live\nstarted: 2026-05-01\ncontroller: ZZ1\nowner: {title: Manager, email: m@zz1.example.org}\nclinical: false\ndeployment: {model: public}\nsuppliers: []\n"},
			{file: trialFile, old: "separation:", new: "dependsOn: [ZZ1/second]\nseparation:"},
		}},
		{claim: "an old notice is no matter of a workload that is being planned", duty: "NWS-06b", subject: archive, want: "met", says: "No notice waits", edits: append(change("notices/2026-09-02-new-region.yaml", "assessed:\n  - {organisation: ZZ1, on: 2026-09-20, office: siro, effect: None.}\n", ""), changes(workloadFile, "phase: live\nstarted: 2025-04-01", "phase: proposed")...)},
		{claim: "the impact assessment of a service that began before the duty held", duty: "OFF-15a", subject: archive, want: "met", edits: append(gone("archive/approvals/2025-03-25-siro.yaml"), changes(workloadFile, "started: 2025-04-01", "started: 2018-01-18")...)},
		{claim: "and one that began on its first day", duty: "OFF-15a", subject: archive, want: "incomplete", says: "after live use began", edits: append(gone("archive/approvals/2025-03-25-siro.yaml"), changes(workloadFile, "started: 2025-04-01", "started: 2018-01-19")...)},
		{claim: "what was bought on the day before the duty held", duty: "VIS-10", subject: imaging, want: "not-applicable", says: "before the duty held", edits: changes("imaging.yaml", "signed: 2025-03-01", "signed: 2018-10-16")},
		{claim: "what was bought on its first day", duty: "VIS-10", subject: imaging, want: "failing", says: "on or before the day of signature", edits: changes("imaging.yaml", "signed: 2025-03-01", "signed: 2018-10-17")},
	})
}

// oldClauses rests the transfer on the clauses of before 2021, for a workload that has been live since 2020.
func oldClauses(signed string) []edit {
	list := changes(assessmentFile, "mechanism: idta\n    signed: 2025-02-15", "mechanism: eu-scc-2001-2010\n    signed: "+signed, "on: 2025-02-10, conclusion", "on: 2020-02-10, conclusion",
		usPlace, "    - {country: BR, region: south, purpose: processing, supplier: acme, from: 2020-04-01}\n", "  - country: US\n", "  - country: BR\n")
	return append(list, changes(workloadFile, "started: 2025-04-01", "started: 2020-04-01")...)
}

func noFigures() []edit {
	return []edit{{file: "trial/costs.yaml", new: "schema: muniment/v1\nkind: costs\nbudget: {monthly: 1000, alertAt: 80, from: 2026-05-01}\nowner: {title: Imaging manager, email: imaging@zz1.example.org}\nmonths: []\n"}}
}

// TestReasonsSayWhatIsSo holds cases in which the state is right and the reason could be wrong.
func TestReasonsSayWhatIsSo(t *testing.T) {
	held := "  - {person: finance-director, office: siro, from: 2024-01-01}\n"
	left := "  - {person: finance-director, office: siro, from: 2024-01-01, to: 2026-03-31}\n"
	follower := "  - {person: deputy-finance-director, office: siro, from: 2026-06-01}\n"
	appointments := "ZZ1/appointments.yaml"
	runAll(t, []broken{
		{claim: "vacant", duty: "OFF-02a", subject: archive, want: "overdue", says: "vacant since 1 April 2026", edits: change(appointments, held, left)},
		{claim: "still vacant", duty: "OFF-02a", subject: archive, day: "2026-05-31", want: "overdue", says: "vacant since 1 April 2026", edits: change(appointments, held, left+follower)},
		{claim: "held again", duty: "OFF-02a", subject: archive, day: "2026-06-01", want: "overdue", says: "a new holder since 1 June 2026, who has not decided yet", edits: change(appointments, held, left+follower)},
		{claim: "vacant since the deputy left", duty: "OFF-02a", subject: archive, want: "overdue", says: "vacant since 1 July 2026", edits: change(appointments, held, left+"  - {person: deputy-finance-director, office: siro, from: 2026-04-01, to: 2026-06-30, deputy: true}\n")},
		{claim: "only a deputy", duty: "OFF-02a", subject: archive, want: "overdue", says: "only a deputy acts", edits: change(appointments, held, left+"  - {person: deputy-finance-director, office: siro, from: 2026-04-01, deputy: true}\n")},
		{claim: "an entry of a list is named as people do", duty: "INN-02", subject: trial, want: "blocked", says: "“synthetic” of the first data set must be true", edits: change("trial/assessment.yaml", "synthetic: true", "synthetic: false")},
		{claim: "what it means comes first", duty: "VIS-01b", subject: archive, want: "contested", says: "This workload runs in a private cloud. In the workload record, “deployment.model”", edits: change(workloadFile, "model: public", "model: private")},
		{claim: "a country that comes in by the staff of one supplier and as the home of another", duty: "OFF-32", subject: archive, want: "gap", says: "Other is based outside", edits: append(append(changes(assessmentFile, usPlace, ""), supportFrom("AU", "metadata")...),
			edit{file: "evidence/suppliers/other/supplier.yaml", new: "schema: muniment/v1\nkind: supplier\nname: Other\ncountry: AU\ncontact: {title: Manager, email: m@other.example.org}\nhandlesData: true\n"},
			edit{file: workloadFile, old: "review:", new: "  - {supplier: other, role: hosting}\nreview:"})},
		{claim: "the first look counts from the start of the trial", duty: "INN-15", subject: trial, day: "2027-05-01", want: "overdue", says: "No review of this workload is on record, and the first counts from 1 May 2026"},
	})
}

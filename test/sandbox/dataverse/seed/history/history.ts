import type { Account } from '../customers.ts'
import type { Member } from '../organisation.ts'
import type { Opportunity } from '../sales.ts'
import type { Owner, SeedRow } from '../tools.ts'
import { caseHistoryRows, planCases, resolutionsOf } from './cases.ts'
import { changeRows } from './changes.ts'
import { closesOf, closingRows, planClosings } from './closings.ts'
import { deskRows } from './desk.ts'
import { duplicateRows } from './duplicates.ts'
import { fileRows } from './files.ts'
import { oldLeadRows } from './leads.ts'
import { marketRows } from './market.ts'
import { talkAndNoteRows } from './notes.ts'
import { oddTalkRows } from './talks.ts'

export type Company = {
  readonly members: readonly Member[]
  readonly accounts: readonly Account[]
  readonly opportunities: readonly Opportunity[]
  readonly owners: readonly Owner[]
}

/** Two years of the company's life, so that every question has an answer with more than one row in it. */
export function historyRows({ members, accounts, opportunities, owners }: Company, now: Date): SeedRow[] {
  const closings = planClosings(accounts)
  const cases = planCases(accounts)
  return [
    ...closesOf(opportunities, now),
    ...closingRows(closings, now),
    ...oldLeadRows(owners, now),
    ...resolutionsOf(accounts, now),
    ...caseHistoryRows(cases, now),
    ...talkAndNoteRows(accounts, opportunities, cases, owners, now),
    ...deskRows(members, closings, cases, now),
    ...marketRows(members, accounts, opportunities, now),
    ...duplicateRows(accounts, owners, now),
    ...fileRows(accounts, now),
    ...oddTalkRows(accounts, now),
    ...changeRows(members, accounts, opportunities, cases, now),
  ]
}

import { activityRows } from '../activities.ts'
import type { Account } from '../customers.ts'
import type { Opportunity } from '../sales.ts'
import type { Owner, SeedRow } from '../tools.ts'
import { authorOf, cycle, idOf, ownedBy, reference, written } from '../tools.ts'
import type { Case } from './cases.ts'
import type { Reference } from '../../store/store.ts'

type Note = readonly [subject: string | null, text: string, file?: string]
const NOTES: readonly Note[] = [
  ['Site visit', 'The gate is 2.4 m wide: no articulated lorry.\nAsk for Dafydd.'],
  [null, 'Prefers brass to steel; "never chrome", she said.'],
  ['Signed order', 'Scan of the signed order, 12 pages.', 'order-signed.pdf'],
  ['Budget', 'Up to £45k this year & the rest after April.'],
  ['Competition', "Deckmasters offered 10% less; we're asked to match it by Friday."],
  ['Drawing', 'Second floor, <revised>', 'grundriss_öffentlich.dwg'],
]

function noteRow(about: Reference, owner: Owner, serial: number, now: Date): SeedRow {
  const [subject, notetext, filename = null] = cycle(NOTES, serial)
  return {
    entity: 'annotation',
    values: {
      annotationid: idOf('note', serial),
      subject,
      notetext,
      objectid: about,
      objecttypecode: about.entity,
      isdocument: filename !== null,
      filename,
      mimetype: filename === null ? null : filename.endsWith('.pdf') ? 'application/pdf' : 'application/octet-stream',
      filesize: filename === null ? null : 20_480 + serial * 1000,
      ...ownedBy(owner),
      ...written(now, authorOf(owner), -(serial % 50) * 3 - 1, -(serial % 50) * 3 - 1),
    },
  }
}

function noteRows(
  accounts: readonly Account[],
  opportunities: readonly Opportunity[],
  cases: readonly Case[],
  now: Date,
): SeedRow[] {
  const about = [
    ...accounts.filter(({ index }) => index % 6 === 0).map((one) => [one, reference('account', one.id)] as const),
    ...accounts
      .filter(({ index }) => index % 9 === 1)
      .map((one) => [one, reference('contact', one.contactId)] as const),
    ...opportunities
      .filter((_, index) => index % 11 === 0)
      .map(({ account, id }) => [account, reference('opportunity', id)] as const),
    ...cases
      .filter((_, index) => index % 5 === 0)
      .map(({ account, id }) => [account, reference('incident', id)] as const),
  ]
  return about.map(([{ owner }, target], serial) => noteRow(target, owner, serial, now))
}

/** Activities that concern a person, a case or a lead rather than a company or a deal. */
function talkRows(
  accounts: readonly Account[],
  cases: readonly Case[],
  owners: readonly Owner[],
  now: Date,
): SeedRow[] {
  const withContacts = accounts
    .filter(({ index }) => index % 7 === 2)
    .map(({ owner, contactId, contactName }) => ({
      owner,
      contactId,
      what: contactName,
      regarding: reference('contact', contactId),
    }))
  const onCases = cases
    .filter((_, index) => index % 3 === 1)
    .map(({ id, title, account }) => ({
      owner: account.owner,
      contactId: account.contactId,
      what: title,
      regarding: reference('incident', id),
    }))
  const onLeads = Array.from({ length: 9 }, (_, serial) => ({
    owner: cycle(owners, serial * 5),
    contactId: accounts[serial]?.contactId ?? '',
    what: 'first talk',
    regarding: reference('lead', idOf('lead', serial * 5)),
  }))
  return [...withContacts, ...onCases, ...onLeads].flatMap(({ owner, contactId, what, regarding }, at) => {
    const kind = cycle(['email', 'phonecall', 'task'] as const, at)
    const days = at % 6 === 5 ? 2 + (at % 9) : -1 - ((at * 11) % 170)
    const text = `About “${what}”: agreed to talk again.`
    return activityRows(
      { kind, subject: `Talk: ${what}`, regarding, owner, days, serial: 10_000 + at, contact: contactId, text },
      now,
    )
  })
}

export function talkAndNoteRows(
  accounts: readonly Account[],
  opportunities: readonly Opportunity[],
  cases: readonly Case[],
  owners: readonly Owner[],
  now: Date,
): SeedRow[] {
  return [...noteRows(accounts, opportunities, cases, now), ...talkRows(accounts, cases, owners, now)]
}

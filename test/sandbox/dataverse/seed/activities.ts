import type { Reference, Value } from '../store/store.ts'
import type { Account } from './customers.ts'
import { SUBJECTS } from './names.ts'
import type { Opportunity } from './sales.ts'
import type { Owner, SeedRow } from './tools.ts'
import { authorOf, cycle, idOf, instant, ownedBy, reference, written } from './tools.ts'

export type Kind = keyof typeof SUBJECTS
const KINDS: readonly Kind[] = ['phonecall', 'task', 'email', 'appointment']

/** Completed and open state and status of each kind. */
const STATES: Readonly<
  Record<Kind, { readonly done: readonly [number, number]; readonly open: readonly [number, number] }>
> = {
  task: { done: [1, 5], open: [0, 2] },
  phonecall: { done: [1, 2], open: [0, 1] },
  appointment: { done: [1, 3], open: [3, 5] },
  email: { done: [1, 3], open: [0, 1] },
}

export type ActivityPlan = {
  readonly kind: Kind
  readonly subject: string
  readonly regarding: Reference
  readonly owner: Owner
  readonly days: number
  readonly serial: number
  readonly contact: string
  readonly text?: string
}

function shared({ kind, subject, regarding, owner, days, serial }: ActivityPlan, now: Date): Record<string, Value> {
  const open = days > 0
  const [statecode, statuscode] = STATES[kind][open ? 'open' : 'done']
  const author = authorOf(owner)
  const touched = open ? -(serial % 6) : days
  return {
    activityid: idOf('activity', serial),
    subject,
    activitytypecode: kind,
    regardingobjectid: regarding,
    ...ownedBy(owner),
    ...written(now, author, touched - 3, touched),
    scheduledstart: instant(now, days, 9),
    scheduledend: instant(now, days, 10),
    actualend: open ? null : instant(now, days, 10),
    prioritycode: cycle([1, 1, 2, 0], serial),
    isregularactivity: true,
    statecode,
    statuscode,
  }
}

/** As Outlook writes it: styles, comments and non-breaking spaces around what was said. */
function mailBody(text: string): string {
  const style = '<style><!-- p.MsoNormal { margin: 0cm } --></style>'
  return `<html><head>${style}</head><body><p class="MsoNormal">${text}</p><p>&nbsp;</p><p>Kind regards,<br>Harbour &amp; Pine</p></body></html>`
}

const MAILS = [
  'Please find the quotation attached; the oak is 5&nbsp;% dearer than last year.',
  'The lorry can come on <b>Thursday</b> at 8&nbsp;am. Is the quay free?',
  'Thank you for the tour of the yard &ndash; the caf&eacute; was a treat.',
  'Our terms are unchanged: 30 days net, &lt;2&nbsp;% discount&gt; within 10.',
] as const
const CALLS = [
  'Wants the larch a week earlier.\nCall back on Friday.',
  'No answer; left a message.',
  'Asked whether teak is FSC-certified & how long it lasts.',
  null,
] as const

const MEETINGS = [
  'Agenda:\n1. Samples\n2. Dates\n3. Who pays for the lift',
  null,
  'Bring the moisture meter; the yard is open from 7:30.',
] as const

function ownColumns({ kind, serial, text }: ActivityPlan): Record<string, Value> {
  if (kind === 'phonecall')
    return {
      directioncode: serial % 3 !== 0,
      phonenumber: `+44 117 496 ${String(serial % 1000).padStart(4, '0')}`,
      description: text ?? cycle(CALLS, Math.floor(serial / 4)),
      leftvoicemail: serial % 16 === 4,
    }
  if (kind === 'appointment')
    return {
      location: serial % 2 === 0 ? 'Workshop, Bristol' : null,
      isalldayevent: false,
      description: text ?? cycle(MEETINGS, Math.floor(serial / 4)),
    }
  if (kind === 'task') return { description: text ?? null }
  return { directioncode: serial % 5 !== 2, description: mailBody(text ?? cycle(MAILS, Math.floor(serial / 4))) }
}

function parties({ serial, contact, owner }: ActivityPlan): SeedRow[] {
  const sender = authorOf(owner)
  return (
    [
      [1, 'systemuser', sender],
      [2, 'contact', contact],
    ] as const
  ).map(([mask, entity, id]) => ({
    entity: 'activityparty',
    values: {
      activitypartyid: idOf('party', `${serial}/${mask}`),
      activityid: reference('activitypointer', idOf('activity', serial)),
      partyid: reference(entity, id),
      participationtypemask: mask,
    },
  }))
}

/** An activity is two rows: the one of its kind and its `activitypointer`, under one id. */
export function activityRows(plan: ActivityPlan, now: Date): SeedRow[] {
  const common = shared(plan, now)
  const own = ownColumns(plan)
  return [
    { entity: plan.kind, values: { ...common, ...own } },
    { entity: 'activitypointer', values: { ...common, description: own['description'] ?? null } },
    ...(plan.kind === 'email' || plan.kind === 'phonecall' ? parties(plan) : []),
  ]
}

/** Three accounts in five were touched within 30 days, one long ago, one never. */
function daysOf(index: number): readonly number[] {
  if (index % 5 === 3) return [-45 - (index % 60), -120]
  if (index % 5 === 4) return []
  return [-2 - (index % 24), 3 + (index % 20), -50 - (index % 90)]
}

export function activitySeed(
  accounts: readonly Account[],
  opportunities: readonly Opportunity[],
  now: Date,
): SeedRow[] {
  const onAccounts = accounts.flatMap((account) =>
    daysOf(Math.floor(account.index / 2)).map((days) => ({
      account,
      days,
      regarding: reference('account', account.id),
    })),
  )
  const onOpportunities = opportunities
    .filter(({ state }, index) => state === 0 && index % 2 === 0)
    .map(({ account, id }, index) => ({
      account,
      days: index % 3 === 0 ? 4 + (index % 9) : -3 - (index % 30),
      regarding: reference('opportunity', id),
    }))
  return [...onAccounts, ...onOpportunities].flatMap(({ account, days, regarding }, serial) => {
    const kind = cycle(KINDS, serial)
    const subject = `${cycle(SUBJECTS[kind], Math.floor(serial / 4))} – ${account.name}`
    return activityRows(
      { kind, subject, regarding, owner: account.owner, days, serial, contact: account.contactId },
      now,
    )
  })
}

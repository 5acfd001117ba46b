import type { Reference, Value } from '../store/store.ts'
import type { Account } from './customers.ts'
import { SUBJECTS } from './names.ts'
import type { Opportunity } from './sales.ts'
import type { Owner, SeedRow } from './tools.ts'
import { cycle, idOf, instant, ownedBy, reference, written } from './tools.ts'

type Kind = keyof typeof SUBJECTS
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

type Plan = {
  readonly kind: Kind
  readonly subject: string
  readonly regarding: Reference
  readonly owner: Owner
  readonly days: number
  readonly serial: number
  readonly contact: string
}

function shared({ kind, subject, regarding, owner, days, serial }: Plan, now: Date): Record<string, Value> {
  const open = days > 0
  const [statecode, statuscode] = STATES[kind][open ? 'open' : 'done']
  const author = owner.entity === 'systemuser' ? owner.id : idOf('systemuser', 'Oliver Hughes')
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

function ownColumns({ kind, serial }: Plan): Record<string, Value> {
  if (kind === 'phonecall')
    return { directioncode: serial % 3 !== 0, phonenumber: `+44 117 496 ${String(serial % 1000).padStart(4, '0')}` }
  if (kind === 'appointment') return { location: serial % 2 === 0 ? 'Workshop, Bristol' : null, isalldayevent: false }
  return kind === 'email' ? { directioncode: true } : {}
}

function parties({ serial, contact, owner }: Plan): SeedRow[] {
  const sender = owner.entity === 'systemuser' ? owner.id : idOf('systemuser', 'Oliver Hughes')
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
function activityRows(plan: Plan, now: Date): SeedRow[] {
  const common = shared(plan, now)
  return [
    { entity: plan.kind, values: { ...common, ...ownColumns(plan) } },
    { entity: 'activitypointer', values: common },
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

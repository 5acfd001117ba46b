import { localTime } from '../../query/dates.ts'
import type { Value } from '../../store/store.ts'
import { teamOwner } from '../organisation.ts'
import type { Owner, SeedRow } from '../tools.ts'
import { authorOf, cycle, idOf, money, ownedBy, reference, written } from '../tools.ts'
import type { Kind } from './activities.ts'
import { STATUSES } from './activities.ts'
import { ZONES, instantsAtMidnights } from './moments.ts'
import type { World } from './owners.ts'
import { ownerNamed } from './owners.ts'

/** Days after today whose midnights a report can count from: the ends of its parameters, bands of age, and their neighbours. */
const PAST = [-366, -365, -364, -91, -90, -89, -31, -30, -29, -8, -7, -6, -2, -1, 0]
const COMING = [-30, -1, 0, 1, 2, 3, 7, 8, 9, 30, 31, 365, 366, 367]
const STRANGERS = ['Callum Fraser', 'Lena Schäfer', 'Margaret Ellis', 'Marcus Webb'] as const

/** Each moment twice, so that whoever reads least stands on every boundary too: as the rep's or her team's, as another's. */
function ownersAt(index: number, world: World): readonly Owner[] {
  const hers = index % 2 === 0 ? ownerNamed('Priya Nair', world) : teamOwner('Key Accounts')
  return [hers, ownerNamed(cycle(STRANGERS, Math.floor(index / 2)), world)]
}

type Placed = { readonly at: string; readonly owner: Owner; readonly serial: number }

function placed(moments: readonly string[], world: World): Placed[] {
  return moments.flatMap((at, index) =>
    ownersAt(index, world).map((owner, second) => ({ at, owner, serial: index * 2 + second })),
  )
}

function common({ owner }: Placed, world: World): Record<string, Value> {
  return { ...ownedBy(owner), ...written(world.now, authorOf(owner), -500, -500) }
}

const LEAD_STATES = [
  [0, 1],
  [1, 3],
  [0, 2],
  [2, 4],
  [0, 1],
] as const

function leadRow(one: Placed, world: World): SeedRow {
  const { at, serial, owner } = one
  const [statecode, statuscode] = cycle(LEAD_STATES, serial)
  return {
    entity: 'lead',
    values: {
      leadid: idOf('variety/lead', serial),
      fullname: `Lead ${serial}`,
      lastname: String(serial),
      subject: `Lead of ${at}`,
      leadsourcecode: cycle([8, null, 3, 7, 10, 1, 192350100], Math.floor(serial / 2)),
      ...common(one, world),
      createdon: at,
      modifiedon: at,
      ...money(owner, { estimatedamount: serial % 5 === 0 ? null : 100 + serial }),
      statecode,
      statuscode,
    },
  }
}

const CASE_STATES = [
  [0, 1],
  [0, 2],
  [0, 4],
  [1, 5],
  [2, 6],
] as const

function caseRow(one: Placed, world: World): SeedRow {
  const { at, serial } = one
  const [statecode, statuscode] = cycle(CASE_STATES, Math.floor(serial / 2))
  return {
    entity: 'incident',
    values: {
      incidentid: idOf('variety/incident', serial),
      title: `Case of ${at}`,
      ticketnumber: `CAS-V${serial}`,
      prioritycode: cycle([1, 2, 3, null], Math.floor(serial / 2)),
      ...common(one, world),
      createdon: at,
      modifiedon: at,
      statecode,
      statuscode,
    },
  }
}

function stalledRow(one: Placed, world: World): SeedRow {
  const { at, serial, owner } = one
  return {
    entity: 'opportunity',
    values: {
      opportunityid: idOf('variety/stalled', serial),
      name: `Untouched since ${at}`,
      ...common(one, world),
      modifiedon: at,
      ...money(owner, { estimatedvalue: serial % 9 === 8 ? null : 2000 + serial * 10.5 }),
      salesstage: cycle([0, 1, 2, 3, null], serial),
      estimatedclosedate: null,
      statecode: serial % 7 === 6 ? 2 : 0,
      statuscode: serial % 7 === 6 ? 4 : 1,
    },
  }
}

const KINDS: readonly Kind[] = ['task', 'appointment', 'phonecall', 'email']

function activityRows(id: string, kind: Kind, values: Readonly<Record<string, Value>>): SeedRow[] {
  const own = { activityid: id, activitytypecode: kind, isregularactivity: true, prioritycode: 1, ...values }
  return [
    { entity: kind, values: own },
    { entity: 'activitypointer', values: own },
  ]
}

/** Open or scheduled (which only appointments can be); some are done or cancelled, and so no longer due. */
function dueState(kind: Kind, serial: number): Record<string, Value> {
  const [open, done, cancelled] = STATUSES[kind]
  const [statecode = 0, statuscode = 1] = (serial % 11 === 10 ? done : serial % 13 === 12 ? cancelled : open) ?? []
  return { statecode, statuscode }
}

function dueRows(world: World): SeedRow[] {
  const ours = [ownerNamed('Priya Nair', world), teamOwner('Key Accounts'), ownerNamed('Marcus Webb', world)]
  return instantsAtMidnights(world.now, COMING).flatMap((at, index) =>
    ours.flatMap((owner, which) => {
      const serial = index * ours.length + which
      const kind = cycle(KINDS, index + which)
      return activityRows(idOf('variety/due', serial), kind, {
        subject: `Due ${at}`,
        regardingobjectid: null,
        ...common({ at, owner, serial }, world),
        scheduledend: at,
        ...dueState(kind, serial),
      })
    }),
  )
}

/** An account whose only activity was last touched at a moment; now and then that activity is one that few may read. */
function touchedRows(one: Placed, world: World): SeedRow[] {
  const { at, serial, owner } = one
  const id = idOf('variety/touched', serial)
  const inactive = serial % 12 === 11
  const activityOwner = serial % 6 === 4 ? ownerNamed('Margaret Ellis', world) : owner
  return [
    {
      entity: 'account',
      values: {
        accountid: id,
        name: `Touched ${at} #${serial % 2}`,
        accountnumber: `VT-${serial}`,
        ...common(one, world),
        ...money(owner, { revenue: serial % 5 === 4 ? null : 200_000 + (serial % 4) * 50_000 }),
        statecode: inactive ? 1 : 0,
        statuscode: inactive ? 2 : 1,
      },
    },
    ...activityRows(idOf('variety/touch', serial), 'task', {
      subject: `Touched ${at}`,
      regardingobjectid: reference('account', id),
      ...common({ ...one, owner: activityOwner }, world),
      modifiedon: at,
      scheduledend: null,
      statecode: 1,
      statuscode: 5,
    }),
  ]
}

/** First and last days of the months around now, wherever one of the people is. */
function monthEnds({ now }: World): string[] {
  const dates = ZONES.flatMap((zone) => {
    const { year, month } = localTime(now.getTime(), zone)
    return [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 12].flatMap((months) =>
      [0, 1].map((day) => new Date(Date.UTC(year, month - 1 + months, day)).toISOString().slice(0, 10)),
    )
  })
  return [...new Set(dates)].sort()
}

/** Deals open, won and lost on those days; what was lost has a value too, so that a win rate by value says something. */
function monthEndDeals(world: World): SeedRow[] {
  return placed(monthEnds(world), world).flatMap((one) =>
    [
      [0, 1],
      [1, 3],
      [2, 4],
    ].map(([statecode = 0, statuscode = 1]): SeedRow => {
      const { at, owner, serial } = one
      const value = serial % 8 === 7 ? null : 750 * (statecode + 1) + serial * 3.25
      return {
        entity: 'opportunity',
        values: {
          opportunityid: idOf('variety/month-end', `${serial}/${statecode}`),
          name: `Month end ${at}`,
          ...common(one, world),
          ...written(world.now, authorOf(owner), -40, -(serial % 3)),
          ...money(owner, { estimatedvalue: value, actualvalue: statecode === 0 ? null : value }),
          salesstage: cycle([3, 2, null, 1], serial),
          estimatedclosedate: at,
          actualclosedate: statecode === 0 ? null : at,
          statecode,
          statuscode,
        },
      }
    }),
  )
}

/** What the predefined reports need to be told apart from reports that are off by a day, a state, an owner or a null. */
export function reportRows(world: World): SeedRow[] {
  const past = placed(
    instantsAtMidnights(world.now, PAST).filter((at) => Date.parse(at) <= world.now.getTime()),
    world,
  )
  return [
    ...past.map((one) => leadRow(one, world)),
    ...past.map((one) => caseRow(one, world)),
    ...past.map((one) => stalledRow(one, world)),
    ...past.flatMap((one) => touchedRows(one, world)),
    ...dueRows(world),
    ...monthEndDeals(world),
  ]
}

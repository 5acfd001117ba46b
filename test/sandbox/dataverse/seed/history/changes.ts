import { entityNamed } from '../../schema/schema.ts'
import type { Account } from '../customers.ts'
import type { Member } from '../organisation.ts'
import type { Opportunity } from '../sales.ts'
import type { SeedRow } from '../tools.ts'
import { authorOf, cycle, idOf, instant, reference } from '../tools.ts'
import type { Case } from './cases.ts'

type Changed = { readonly logicalName: string; readonly oldValue: string | null; readonly newValue: string | null }

type Change = {
  readonly about: ReturnType<typeof reference>
  readonly by: string
  readonly days: number
  /** 2 is an update, 13 an assignment. */
  readonly action: 1 | 2 | 13
  readonly changed: readonly Changed[]
}

function auditRow({ about, by, days, action, changed }: Change, serial: number, now: Date): SeedRow {
  const columns = [...entityNamed(about.entity).columns.keys()]
  const numbers = changed.map(({ logicalName }) => columns.indexOf(logicalName) + 1)
  return {
    entity: 'audit',
    values: {
      auditid: idOf('audit', serial),
      action,
      operation: action === 1 ? 1 : 2,
      objectid: about,
      objecttypecode: about.entity,
      userid: reference('systemuser', by),
      createdon: instant(now, days, 8 + (serial % 9)),
      attributemask: `,${numbers.join(',')},`,
      changedata: JSON.stringify({ changedAttributes: changed }),
      transactionid: idOf('transaction', serial),
    },
  }
}

const stage = (from: number): Changed => ({
  logicalName: 'salesstage',
  oldValue: String(from),
  newValue: String(from + 1),
})

/** The way of a deal through its stages, with what it was worth before; some changed hands. */
function dealChanges(opportunity: Opportunity, serial: number, previous: string): Change[] {
  const { id, account, value, state } = opportunity
  const about = reference('opportunity', id)
  const by = authorOf(account.owner)
  const reached = state === 0 ? serial % 4 : 3
  const steps = Array.from({ length: reached }, (_, from): Change => {
    const worth = { logicalName: 'estimatedvalue', oldValue: String(value - 1500), newValue: String(value) }
    const changed = from === 1 ? [stage(from), worth] : [stage(from)]
    return { about, by, days: -60 + from * 17 - (serial % 5), action: 2, changed }
  })
  if (serial % 3 !== 0) return steps
  const owner = {
    logicalName: 'ownerid',
    oldValue: `systemuser,${previous}`,
    newValue: `${account.owner.entity},${account.owner.id}`,
  }
  return [...steps, { about, by: previous, days: -70, action: 13, changed: [owner] }]
}

/** What nobody without the profile may see, beside what everybody may, and a customer that came with a region. */
function customerChanges({ id, contactId, index, owner }: Account, serial: number): Change[] {
  const by = authorOf(owner)
  const limit = { logicalName: 'creditlimit', oldValue: '10000', newValue: String(15_000 + index * 1000) }
  const phone = { logicalName: 'telephone1', oldValue: null, newValue: `+44 20 7946 0${String(100 + serial)}` }
  const passport = { logicalName: 'hp_passportnumber', oldValue: 'P0000000', newValue: `P${String(7_000_000 + index)}` }
  const account = reference('account', id)
  return [
    { about: account, by, days: -40 - serial, action: 2, changed: [limit] },
    { about: account, by, days: -12 - serial, action: 2, changed: serial % 2 === 0 ? [limit, phone] : [phone] },
    { about: reference('contact', contactId), by, days: -9 - serial, action: 2, changed: [passport] },
  ]
}

/** Stages, amounts and owners as they changed. Only tables that are audited leave such rows. */
export function changeRows(
  members: readonly Member[],
  accounts: readonly Account[],
  opportunities: readonly Opportunity[],
  cases: readonly Case[],
  now: Date,
): SeedRow[] {
  const earlier = members.filter(({ disabled, name }) => disabled || name === 'Oliver Hughes')
  const deals = opportunities
    .filter((_, index) => index % 6 === 0)
    .flatMap((one, serial) => dealChanges(one, serial, cycle(earlier, serial).id))
  const raised = cases
    .filter((_, index) => index % 6 === 0)
    .map(({ id, account, daysAgo }): Change => ({
      about: reference('incident', id),
      by: authorOf(account.owner),
      days: -daysAgo + 1,
      action: 2,
      changed: [{ logicalName: 'prioritycode', oldValue: '2', newValue: '1' }],
    }))
  const customers = accounts.filter((_, index) => index % 6 === 0).flatMap(customerChanges)
  return [...deals, ...raised, ...customers].map((change, serial) => auditRow(change, serial, now))
}

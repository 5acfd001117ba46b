import type { SeedRow } from '../tools.ts'
import { authorOf, idOf, money, ownedBy, reference, written } from '../tools.ts'
import { datesAround, instantsAround } from './moments.ts'
import type { World } from './owners.ts'
import { ownerAt } from './owners.ts'

/** A task at every instant that matters, in turn with every owner. */
export function datedTasks(world: World): SeedRow[] {
  return instantsAround(world.now).flatMap((moment, index) => {
    const owner = ownerAt(index, world)
    const common = {
      activityid: idOf('variety/task', index),
      subject: `Boundary ${index}`,
      activitytypecode: 'task',
      regardingobjectid: null,
      ...ownedBy(owner),
      ...written(world.now, authorOf(owner), -1200, -(index % 30)),
      scheduledstart: null,
      scheduledend: index % 50 === 49 ? null : moment,
      prioritycode: index % 3,
      isregularactivity: true,
      statecode: index % 3 === 2 ? 1 : 0,
      statuscode: index % 3 === 2 ? 5 : 2,
    }
    return [
      { entity: 'task', values: common },
      { entity: 'activitypointer', values: common },
    ]
  })
}

const STATES = [
  [0, 1],
  [0, 2],
  [1, 3],
  [2, 4],
  [2, 5],
] as const

/** An opportunity at every date that matters; amounts in three currencies, some of them missing. */
export function datedOpportunities(world: World): SeedRow[] {
  return datesAround(world.now).map((date, index) => {
    const owner = ownerAt(index, world)
    const [statecode, statuscode] = STATES[index % STATES.length] ?? STATES[0]
    const dollars = index % 7 === 3
    const value = index % 11 === 10 ? null : 1000 + index * 137.5
    return {
      entity: 'opportunity',
      values: {
        opportunityid: idOf('variety/opportunity', index),
        name: `Boundary deal ${index}`,
        ...ownedBy(owner),
        ...written(world.now, authorOf(owner), -(index % 200), -(index % 17)),
        ...money(owner, { estimatedvalue: value, actualvalue: statecode === 1 ? value : null }),
        ...(dollars && { transactioncurrencyid: reference('transactioncurrency', idOf('currency', 'USD')) }),
        budgetamount: index % 4 === 0 ? null : index % 4 === 1 ? value : 2000,
        closeprobability: index % 6 === 5 ? null : index % 101,
        salesstage: index % 5 === 4 ? null : index % 4,
        estimatedclosedate: index % 29 === 28 ? null : date,
        actualclosedate: statecode === 0 ? null : date,
        statecode,
        statuscode,
      },
    }
  })
}

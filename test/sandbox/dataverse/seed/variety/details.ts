import type { Owner, SeedRow } from '../tools.ts'
import { authorOf, cycle, idOf, instant, money, ownedBy, reference, written } from '../tools.ts'
import { RIVALS } from '../history/market.ts'
import { varietyAccountId } from './customers.ts'
import type { World } from './owners.ts'
import { ORDER_DESK_IN_SALES, ownerAt } from './owners.ts'

function fights(): SeedRow[] {
  return Array.from({ length: 24 }, (_, index) => ({
    entity: 'opportunitycompetitors',
    values: {
      opportunitycompetitorsid: idOf('opportunitycompetitor', index),
      opportunityid: idOf('variety/opportunity', index * 2),
      competitorid: idOf('competitor', cycle(RIVALS, index)),
    },
  }))
}

function lines(world: World): SeedRow[] {
  return Array.from({ length: 60 }, (_, index) => ({
    entity: 'opportunityproduct',
    values: {
      opportunityproductid: idOf('opportunityproduct', index),
      opportunityid: reference('opportunity', idOf('variety/opportunity', Math.floor(index / 2))),
      productid: index % 5 === 4 ? null : reference('product', idOf('product', 'Teak deck plank')),
      productdescription: index % 5 === 4 ? 'Write-in item' : null,
      quantity: 1 + (index % 9),
      priceperunit: 20 + index,
      extendedamount: (1 + (index % 9)) * (20 + index),
      createdon: instant(world.now, -index),
      modifiedon: instant(world.now, -index),
    },
  }))
}

const QUOTE_STATES = [
  [0, 1],
  [1, 3],
  [2, 4],
  [3, 5],
] as const

function order(index: number, owner: Owner, world: World): SeedRow[] {
  const same = {
    name: `Order desk ${index}`,
    customerid: reference('account', varietyAccountId(index % 2 === 0 ? 'Tidewater UK' : '100% Oak')),
    ...ownedBy(owner),
    ...written(world.now, authorOf(owner), -index - 1, -index),
    ...money(owner, { totalamount: index % 6 === 5 ? null : 500 + index * 11.5 }),
  }
  const quoteid = idOf('variety/quote', index)
  const [statecode, statuscode] = cycle(QUOTE_STATES, index)
  const line = (number: number): SeedRow => ({
    entity: 'quotedetail',
    values: {
      quotedetailid: idOf('quotedetail', `${index}/${number}`),
      quoteid: reference('quote', quoteid),
      quantity: number + 1,
      extendedamount: 100 * (number + 1) + index,
    },
  })
  return [
    { entity: 'quote', values: { ...same, quoteid, quotenumber: `QV-${index}`, statecode, statuscode } },
    line(0),
    line(1),
    {
      entity: 'salesorder',
      values: {
        ...same,
        salesorderid: idOf('salesorder', index),
        ordernumber: `SO-${index}`,
        statecode: 0,
        statuscode: 1,
      },
    },
  ]
}

function connection(world: World): SeedRow {
  const owner = ownerAt(1, world)
  return {
    entity: 'connection',
    values: {
      connectionid: idOf('variety/connection', 0),
      name: 'Tidewater UK',
      record1id: reference('account', varietyAccountId('Tidewater UK')),
      record2id: reference('contact', idOf('variety/contact', 0)),
      ...ownedBy(owner),
      ...written(world.now, authorOf(owner), -40, -4),
      statecode: 0,
      statuscode: 1,
    },
  }
}

/** Rows without owners of their own, and the orders that only some roles read. */
export function varietyDetails(world: World): SeedRow[] {
  return [
    ...fights(),
    ...lines(world),
    connection(world),
    ...Array.from({ length: 18 }, (_, index) => order(index, ownerAt(index, world), world)).flat(),
    ...order(18, ORDER_DESK_IN_SALES, world),
  ]
}

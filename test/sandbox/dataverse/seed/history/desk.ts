import type { Member } from '../organisation.ts'
import { ownerOf } from '../organisation.ts'
import { PRODUCTS } from '../names.ts'
import type { Owner, SeedRow } from '../tools.ts'
import { authorOf, cycle, day, idOf, instant, moneyIn, ownedBy, reference, written } from '../tools.ts'
import type { Case } from './cases.ts'
import type { Closing } from './closings.ts'

const ORDER_STATES = [
  [3, 100_001],
  [4, 100_003],
  [1, 3],
  [0, 1],
] as const

function lineRow(order: Closing, number: number, now: Date): SeedRow {
  const [name, price] = cycle(PRODUCTS, order.daysAgo + number * 3)
  const quantity = 1 + ((order.daysAgo + number * 7) % 12)
  const isWriteIn = number === 2
  return {
    entity: 'salesorderdetail',
    values: {
      salesorderdetailid: idOf('orderline', `${order.id}/${number}`),
      salesorderdetailname: isWriteIn ? 'Haulage to the quay' : name,
      salesorderid: reference('salesorder', idOf('order', order.id)),
      productid: isWriteIn ? null : reference('product', idOf('product', name)),
      productdescription: isWriteIn ? 'Haulage to the quay' : null,
      isproductoverridden: isWriteIn,
      ispriceoverridden: isWriteIn,
      lineitemnumber: number + 1,
      quantity,
      ...moneyIn(order.currency, {
        priceperunit: price,
        baseamount: price * quantity,
        extendedamount: price * quantity,
      }),
      producttypecode: 1,
      createdon: instant(now, -order.daysAgo),
      modifiedon: instant(now, -order.daysAgo),
    },
  }
}

/** What was won last year and since has been ordered: an order of one to three lines each. */
function orderRows(closings: readonly Closing[], now: Date): SeedRow[] {
  const won = closings.filter(({ isWon, daysAgo }, index) => isWon && daysAgo < 420 && index % 2 === 0)
  return won.flatMap((closing, serial) => {
    const lines = Array.from({ length: 1 + (serial % 3) }, (_, number) => lineRow(closing, number, now))
    const total = lines.reduce((sum, { values }) => sum + Number(values['extendedamount']), 0)
    const [statecode, statuscode] = cycle(ORDER_STATES, serial)
    const values = {
      salesorderid: idOf('order', closing.id),
      name: closing.name,
      ordernumber: `ORD-${3000 + serial}`,
      customerid: reference('account', closing.account.id),
      opportunityid: reference('opportunity', closing.id),
      ...ownedBy(closing.account.owner),
      ...written(now, authorOf(closing.account.owner), -closing.daysAgo, -Math.max(0, closing.daysAgo - 9)),
      ...moneyIn(closing.currency, { totalamount: total, totallineitemamount: total }),
      datefulfilled: statecode === 3 ? day(now, 9 - closing.daysAgo) : null,
      statecode,
      statuscode,
    }
    return [{ entity: 'salesorder', values }, ...lines]
  })
}

type Article = readonly [title: string, keywords: string, html: string, state: number, status: number, views: number]
const ARTICLES: readonly Article[] = [
  [
    'How to oil teak',
    'teak, oil, care',
    '<h2>Twice a year</h2><p>Wash, let it dry for two days, oil <b>thinly</b>.</p>',
    3,
    7,
    412,
  ],
  [
    'Boards that cup',
    'cupped, warped, returns',
    '<p>More than 3&nbsp;mm: replace. Less: turn the board.</p>',
    3,
    7,
    188,
  ],
  ['Spare keys for galley units', 'key, Pilot', '<p>Send the number on the lock &amp; a postal address.</p>', 3, 7, 35],
  ['Pflege von Eichendielen', 'Eiche, Öl', '<p>Mit Hartwachsöl, nie mit Lack.</p>', 3, 7, 61],
  [
    'Late deliveries: what we offer',
    'delay, credit note',
    '<p>5&nbsp;% after three days. <i>Not for customers.</i></p>',
    0,
    2,
    4,
  ],
  ['Brass fittings, 2024 range', 'brass', '<p>Superseded.</p>', 4, 10, 97],
]

function articleRows(owner: Owner, now: Date): SeedRow[] {
  return ARTICLES.map(([title, keywords, content, statecode, statuscode, views], index) => ({
    entity: 'knowledgearticle',
    values: {
      knowledgearticleid: idOf('article', index),
      title,
      articlepublicnumber: `HP-KB-${index + 1}`,
      keywords,
      content,
      description: index === 3 ? null : `${title} in short`,
      isinternal: index === 4,
      islatestversion: true,
      isrootarticle: false,
      majorversionnumber: 1,
      minorversionnumber: index % 3,
      knowledgearticleviews: views,
      rating: index === 4 ? null : 3 + (index % 4) / 2,
      publishon: statecode === 3 ? instant(now, -200 + index * 20) : null,
      expirationdate: statecode === 4 ? instant(now, -30) : null,
      primaryauthorid: reference('systemuser', authorOf(owner)),
      ...ownedBy(owner),
      ...written(now, authorOf(owner), -220 + index * 20, -10 - index),
      statecode,
      statuscode,
    },
  }))
}

const QUEUES = ['Support', 'Complaints'] as const

function queueRows(cases: readonly Case[], owner: Owner, now: Date): SeedRow[] {
  const queues = QUEUES.map((name) => ({
    entity: 'queue',
    values: {
      queueid: idOf('queue', name),
      name,
      queueviewtype: 0,
      emailaddress: `${name.toLowerCase()}@harbourpine.example`,
      ...ownedBy(owner),
      ...written(now, authorOf(owner), -900, -100),
      statecode: 0,
      statuscode: 1,
    },
  }))
  const waiting = cases.filter(({ daysOpen }) => daysOpen === null)
  const items = waiting.map(({ id, title, account, daysAgo }, serial) => ({
    entity: 'queueitem',
    values: {
      queueitemid: idOf('queueitem', id),
      title,
      objectid: reference('incident', id),
      objecttypecode: 112,
      queueid: reference('queue', idOf('queue', cycle(QUEUES, serial))),
      workerid: serial % 3 === 0 ? null : reference('systemuser', authorOf(account.owner)),
      enteredon: instant(now, -daysAgo),
      workeridmodifiedon: serial % 3 === 0 ? null : instant(now, -Math.floor(daysAgo / 2)),
      priority: serial % 4,
      createdon: instant(now, -daysAgo),
      modifiedon: instant(now, -Math.floor(daysAgo / 2)),
      statecode: 0,
      statuscode: 1,
    },
  }))
  return [...queues, ...items]
}

/** Orders, articles and queues: what is at hand when a customer calls. */
export function deskRows(
  members: readonly Member[],
  closings: readonly Closing[],
  cases: readonly Case[],
  now: Date,
): SeedRow[] {
  const writer = members.find(({ name }) => name === "Hannah O'Brien") ?? members[0]
  if (!writer) return []
  return [...orderRows(closings, now), ...articleRows(ownerOf(writer), now), ...queueRows(cases, ownerOf(writer), now)]
}

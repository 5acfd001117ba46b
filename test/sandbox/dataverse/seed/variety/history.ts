import type { Value } from '../../store/store.ts'
import type { SeedRow } from '../tools.ts'
import { authorOf, cycle, idOf, instant, money, moneyIn, ownedBy, reference, written } from '../tools.ts'
import { varietyAccountId } from './customers.ts'
import { instantsAtMidnights } from './moments.ts'
import type { World } from './owners.ts'
import { ownerAt } from './owners.ts'

const CLOSED = [-366, -91, -90, -31, -30, -7, -1, 0]

/** Closings of deals and cases a second before midnight, at midnight and an hour after, wherever one of the people is. */
function closings(world: World): SeedRow[] {
  const moments = instantsAtMidnights(world.now, CLOSED).filter((at) => Date.parse(at) <= world.now.getTime())
  return moments.flatMap((at, index): SeedRow[] => {
    const owner = ownerAt(index, world)
    const isDeal = index % 2 === 0
    const about = isDeal
      ? reference('opportunity', idOf('variety/opportunity', index + 2))
      : reference('incident', idOf('variety/incident', index))
    const kind = isDeal ? 'opportunityclose' : 'incidentresolution'
    const common: Record<string, Value> = {
      activityid: idOf('variety/close', index),
      subject: `Closed ${at}`,
      activitytypecode: kind,
      regardingobjectid: about,
      description: cycle(['Too dear, "by 10%"', null, 'Erledigt: Grüße an alle'], index),
      ...ownedBy(owner),
      ...written(world.now, authorOf(owner), -400, -(index % 30)),
      createdon: at,
      actualend: at,
      isregularactivity: false,
      statecode: index % 9 === 8 ? 2 : 1,
      statuscode: index % 9 === 8 ? 3 : 2,
    }
    const lost = index % 4 === 2
    const own: Record<string, Value> = isDeal
      ? {
          opportunityid: about,
          opportunitystatecode: lost ? 2 : 1,
          opportunitystatuscode: lost ? cycle([4, 5], index) : 3,
          ...moneyIn(index % 6 === 0 ? 'EUR' : 'GBP', { actualrevenue: index % 5 === 0 ? null : 900 + index * 10.25 }),
        }
      : {
          incidentid: about,
          resolutiontypecode: cycle([5, 1000], index),
          timespent: index % 7 === 3 ? null : index * 5,
        }
    return [
      { entity: kind, values: { ...common, ...own } },
      { entity: 'activitypointer', values: common },
    ]
  })
}

function notes(world: World): SeedRow[] {
  const about = [
    reference('account', varietyAccountId('Tidewater UK')),
    reference('contact', idOf('variety/contact', 1)),
    reference('opportunity', idOf('variety/opportunity', 2)),
    reference('incident', idOf('variety/incident', 3)),
    null,
  ]
  return Array.from({ length: 30 }, (_, index) => {
    const owner = ownerAt(index, world)
    return {
      entity: 'annotation',
      values: {
        annotationid: idOf('variety/note', index),
        subject: cycle(['Note', null, '50% off', 'under_score', 'GROSS'], index),
        notetext: cycle(['<p>bold</p> & plain', null, 'Zeile 1\r\nZeile 2', "it's"], index),
        objectid: cycle(about, index),
        isdocument: index % 6 === 5,
        filename: index % 6 === 5 ? `scan_${index}%.pdf` : null,
        ...ownedBy(owner),
        ...written(world.now, authorOf(owner), -index * 5, -index * 2),
      },
    }
  })
}

/** Lines of the variety's orders: some without product, price or amount. */
function orderLines(world: World): SeedRow[] {
  return Array.from({ length: 38 }, (_, index) => {
    const amount = index % 7 === 6 ? null : 12.5 * index
    return {
      entity: 'salesorderdetail',
      values: {
        salesorderdetailid: idOf('variety/orderline', index),
        salesorderdetailname: `Line ${index}`,
        salesorderid: reference('salesorder', idOf('salesorder', index % 19)),
        productid: index % 4 === 3 ? null : reference('product', idOf('product', 'Teak deck plank')),
        quantity: index % 5 === 4 ? null : 1 + (index % 6),
        ...money(ownerAt(index % 19, world), { priceperunit: 12.5, extendedamount: amount }),
        createdon: instant(world.now, -index),
        modifiedon: instant(world.now, -index),
      },
    }
  })
}

/** State and status of an article: one of each. */
const ARTICLE_STATES = [
  [0, 1],
  [0, 2],
  [0, 3],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
  [3, 8],
  [3, 9],
  [4, 10],
  [4, 11],
  [5, 12],
  [6, 13],
  [6, 14],
] as const

function articles(world: World): SeedRow[] {
  return ARTICLE_STATES.map(([statecode, statuscode], index) => {
    const owner = ownerAt(index, world)
    return {
      entity: 'knowledgearticle',
      values: {
        knowledgearticleid: idOf('variety/article', index),
        title: `Article ${statecode}/${statuscode}`,
        articlepublicnumber: `KA-V${index}`,
        content: index % 3 === 2 ? null : `<p>Paragraph ${index} &amp; more</p>`,
        isinternal: index % 2 === 1,
        islatestversion: index % 4 !== 3,
        knowledgearticleviews: index % 5 === 4 ? null : index * 3,
        ...ownedBy(owner),
        ...written(world.now, authorOf(owner), -100, -index),
        statecode,
        statuscode,
      },
    }
  })
}

const LEFT = idOf('systemuser', 'Nadia Petrov')

/** Somebody who left and whose rows nobody took over, with a team mate's deals among them. */
function leaver({ members, now }: World): SeedRow[] {
  const [boss] = members
  const unit = ownerAt(0, { members, now }).unit
  const owner = { entity: 'systemuser', id: LEFT, unit, country: 'UK' } as const
  const user: Record<string, Value> = {
    systemuserid: LEFT,
    fullname: 'Nadia Petrov',
    firstname: 'Nadia',
    lastname: 'Petrov',
    domainname: 'nadia.petrov@harbourpine.example',
    businessunitid: reference('businessunit', unit),
    parentsystemuserid: boss ? reference('systemuser', boss.id) : null,
    isdisabled: true,
    islicensed: false,
    accessmode: 0,
    createdon: instant(now, -1000),
    modifiedon: instant(now, -120),
  }
  const deals = Array.from({ length: 6 }, (_, index) => ({
    entity: 'opportunity',
    values: {
      opportunityid: idOf('variety/left', index),
      name: `Left behind ${index}`,
      customerid: reference('account', varietyAccountId('100% Oak')),
      ...ownedBy(owner),
      ...written(now, LEFT, -300, -150),
      ...moneyIn('GBP', { estimatedvalue: 500 * index, actualvalue: index > 3 ? 450 * index : null }),
      statecode: index > 3 ? 1 : 0,
      statuscode: index > 3 ? 3 : 1,
    },
  }))
  return [{ entity: 'systemuser', values: user }, ...deals]
}

/** A customer merged into another that was itself merged. */
function mergedAccounts(world: World): SeedRow[] {
  const chain = ['Elm Joinery', 'Merged once', 'Merged twice'] as const
  return chain.slice(1).map((name, index) => {
    const owner = ownerAt(index, world)
    return {
      entity: 'account',
      values: {
        accountid: varietyAccountId(name),
        name,
        accountnumber: `V-MERGED-${index}`,
        masterid: reference('account', varietyAccountId(chain[index] ?? '')),
        merged: true,
        ...ownedBy(owner),
        ...written(world.now, authorOf(owner), -500, -index),
        statecode: 1,
        statuscode: 2,
      },
    }
  })
}

/** Closings, notes, lines, articles, merges and what a leaver left. */
export function varietyHistory(world: World): SeedRow[] {
  return [
    ...closings(world),
    ...notes(world),
    ...orderLines(world),
    ...articles(world),
    ...leaver(world),
    ...mergedAccounts(world),
  ]
}

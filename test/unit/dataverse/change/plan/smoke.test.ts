import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openStage, type Stage } from '../stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

test('smoke', async () => {
  const { body } = await stage.get('sales rep', `opportunities?$filter=statecode eq 0&$top=1`, {
    prefer: 'odata.include-annotations="*"',
  })
  const row = body.value[0]
  const changes = [
    { column: 'Est. Close Date', to: '2027-01-15' },
    { column: 'estimatedvalue', to: 55000 },
    { column: 'name', to: 'New name' },
    { column: 'Rating', to: 'cold' },
    { column: 'description', to: 'a\r\nb' },
    { column: 'parentaccountid', to: null },
    { column: 'statuscode', to: 'On Hold' },
    { column: 'nosuch', to: 1 },
  ]
  const p = await stage.plan({ entity: 'opportunity', id: row.opportunityid, changes })
  console.log(JSON.stringify(p, null, 1))
  console.log(JSON.stringify(await stage.request(p).catch(String), null, 1))
  const ok = await stage.plan({ entity: 'opportunity', id: row.opportunityid, changes: changes.slice(0, 6) })
  console.log(JSON.stringify(ok.arguments), ok.etag, ok.problems)
  const r = await stage.request(ok)
  const sent = await stage.send('sales rep', 'PATCH', `opportunities(${row.opportunityid})`, {
    body: r.body,
    headers: { 'if-match': ok.etag ?? '' },
    prefer: 'return=representation',
  })
  expect([sent.status, sent.text.slice(0, 300)]).toEqual([200, expect.anything()])
  const c = await stage.plan({ entity: 'contact', changes: [{ column: 'firstname', to: 'Ada' }] })
  console.log(JSON.stringify(c, null, 1))
  const d = await stage.plan({
    entity: 'contact',
    changes: [
      { column: 'lastname', to: 'King' },
      { column: 'emailaddress1', to: 'x@y.example' },
      { column: 'birthdate', to: '1980-01-01' },
    ],
  })
  console.log(JSON.stringify(d, null, 1), JSON.stringify(await stage.request(d)))
})

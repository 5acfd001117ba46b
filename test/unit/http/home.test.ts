import { expect, test } from '@jest/globals'
import { homeEndpoint } from '../../../shared/http/pages/home.ts'
import { createPages } from '../../../shared/http/pages/page.ts'
import { errorJson } from '../../../shared/http/replies.ts'
import { incoming } from './incoming.ts'

const BASE = 'https://crm.example'

test.each([
  [false, 'changes nothing', 'showing what would change'],
  [true, 'showing what would change', 'changes nothing'],
])('the first page says what may be done where writing is %s', async (writes, said, unsaid) => {
  const page = createPages({ name: 'CRM', color: '#0B5CAD' })
  const options = { name: 'CRM', version: '1', publicBaseUrl: BASE, signOutUrl: BASE, writes, page }
  const home = homeEndpoint(options, (error) => errorJson(error, 'c0ffee'))
  const { status, body } = await home(incoming({ path: '/', headers: new Headers({ accept: 'text/html' }) }))
  expect(status).toBe(200)
  expect(body).toContain(said)
  expect(body).not.toContain(unsaid)
})

import { expect, test } from '@jest/globals'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { Tab } from '../support/tab.ts'

const sandbox = useSandbox()
const open = (query: string) => new Tab().open(`${sandbox().app.url}/oauth/callback?${query}`)
const DENIED = 'AADSTS65004%3a+The+resource+owner+denied+the+request.%0d%0aCorrelation+ID%3a+evil'
const shownId = (text: string) => /Correlation id <code>([^<]+)<\/code>/.exec(text)?.[1] ?? 'none is shown'

test.each([
  `admin_consent=True&error=consent_required&error_description=${DENIED}`,
  `error=access_denied&error_description=${DENIED}&admin_consent=true&tenant=t`,
  `error=access_denied&error_description=${DENIED}`,
  'error=%3Cscript%3E&error_description=evil&admin_consent=True',
])('an administrator who did not approve is told so, and never that it was approved: %s', async (query) => {
  const page = await open(query)
  expect([page.status, page.headers.get('location')]).toEqual([403, null])
  expect(page.text).toContain('approval for your organisation was not given')
  expect(page.text).not.toMatch(/Approved|evil|<script>/)
  const line = await eventually(async () =>
    (await events(sandbox().app, 'request.refused')).find((one) => one.includes(shownId(page.text))),
  )
  expect(line).toMatch(/AADSTS65004|unknown_error/)
  expect(line).not.toContain('evil')
})

test.each(['admin_consent=True&tenant=t', 'tenant=t&admin_consent=true&scope=x'])(
  'who did is told so: %s',
  async (query) => {
    const page = await open(query)
    expect([page.status, page.text.includes('<h1>Approved for your organisation</h1>')]).toEqual([200, true])
  },
)

test('beside a state it says nothing: that is a sign-in', async () => {
  const page = await open('admin_consent=True&error=access_denied&state=x')
  expect([page.status, page.text.includes('pproved')]).toEqual([400, false])
})

import { beforeAll, describe, expect, test } from '@jest/globals'
import { parseLinks } from '../../sandbox/chatgpt/html-form.ts'
import { newParty, type Party, PRIYA, signIn } from '../support/oauth.ts'
import { events, useSandbox } from '../support/suite.ts'
import { refusalOf } from './answers.ts'
import { casesAt, expectPage, HEALED, SIGN_IN_STEPS } from './problem.ts'

const sandbox = useSandbox()
let party: Party
beforeAll(async () => {
  party = await newParty(sandbox())
})

describe('what Entra says of the code, or of the exchange for Dataverse, ends on a page that says whose matter it is', () => {
  const cases = casesAt(SIGN_IN_STEPS, ({ page }) => !HEALED.includes(page))
  test.each(cases)('AADSTS%d %s at %s', async (_, __, step, says) => {
    sandbox().entra.behaviour(PRIYA, { refuse: { [step]: refusalOf(says) } })
    const faults = (await events(sandbox().app, 'entra.fault')).length
    const { page } = await signIn(sandbox(), party, PRIYA)
    await expectPage(sandbox().app, page, says)
    const raised = (await events(sandbox().app, 'entra.fault')).slice(faults)
    expect(raised).toHaveLength(says.matterOf === 'deployment' ? 1 : 0)
    const account = parseLinks(page.text, page.url).filter((link) => link.includes('prompt=select_account'))
    expect(account).toHaveLength(says.page === 'wrong-account' ? 1 : 0)
  })
})

import { beforeAll, describe, expect, test } from '@jest/globals'
import { parseLinks } from '../../sandbox/chatgpt/html-form.ts'
import { newParty, type Party, PRIYA, signIn } from '../support/oauth.ts'
import { events, useSandbox } from '../support/suite.ts'
import { refusalOf, type Step } from './answers.ts'
import { casesAt, expectPage, HEALED } from './problem.ts'

/** Every answer that Entra can give at one step of a sign-in, each in a sign-in of its own. */
export function describeAnswersAt(at: Step, title: string): void {
  const sandbox = useSandbox()
  let party: Party
  beforeAll(async () => {
    party = await newParty(sandbox())
  })

  describe(title, () => {
    const cases = casesAt([at], ({ page }) => !HEALED.includes(page))
    test.each(cases)('AADSTS%d %s at %s', async (_, __, step, says) => {
      sandbox().entra.behaviour(PRIYA, { refuse: { [step]: refusalOf(says) } })
      const faults = events(sandbox().app, 'entra.fault').length
      const { page } = await signIn(sandbox(), party, PRIYA)
      await expectPage(sandbox().app, page, says)
      const raised = events(sandbox().app, 'entra.fault').slice(faults)
      expect(raised).toHaveLength(says.matterOf === 'deployment' ? 1 : 0)
      const account = parseLinks(page.text, page.url).filter((link) => link.includes('prompt=select_account'))
      expect(account).toHaveLength(says.page === 'wrong-account' ? 1 : 0)
    })
  })
}

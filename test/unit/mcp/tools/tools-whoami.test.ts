import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Harness } from '../support/harness.ts'
import { called, openStage, type Stage, type Who } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(() => {
  worker = stage.coldWorker()
})

describe('whoami', () => {
  test.each<[Who, string, string, string]>([
    ['sales-rep', 'Priya Nair', 'UK Sales', 'Salesperson'],
    ['sales-manager', 'Marcus Webb', 'UK Sales', 'Sales Manager'],
    ['analyst', 'Elena Rossi', 'Harbour & Pine', 'Analyst'],
  ])('%s is %s of %s, %s', async (who, name, unit, role) => {
    const { answer, bytes } = await called(worker, 'whoami', {}, who)
    expect(answer.structuredContent).toMatchObject({
      name,
      businessUnit: { name: unit },
      securityRoles: [role],
      teams: expect.any(Array),
      timeZone: { code: expect.any(Number), name: 'Europe/London' },
      currency: expect.stringMatching(/^[A-Z]{3}$/),
      language: { lcid: expect.any(Number), tag: expect.stringMatching(/^en-/) },
      organization: { url: stage.dataverse.url, baseCurrency: expect.stringMatching(/^[A-Z]{3}$/) },
    })
    const text = answer.content[0]?.text ?? ''
    expect(text.startsWith(`Signed in as ${name} of ${unit} (systemuser/`)).toBe(true)
    expect(text).toContain(`; security roles: ${role}; `)
    expect(text).toMatch(/; time zone: Europe\/London; currency: [A-Z]{3}; base currency: [A-Z]{3}$/)
    expect(bytes).toBeLessThan(1_500)
  })

  test('roles of the app are told apart from those of Dynamics', async () => {
    const { answer } = await called(worker, 'whoami', {}, 'analyst')
    expect(answer.structuredContent).toMatchObject({ securityRoles: ['Analyst'], appRoles: ['Salesperson'] })
  })

  test('a cold worker takes two requests, a warm one a single one', async () => {
    expect((await called(worker, 'whoami', {})).requests).toBeLessThanOrEqual(2)
    expect((await called(worker, 'whoami', {})).requests).toBe(1)
    expect((await called(worker, 'whoami', {}, 'analyst')).requests).toBeLessThanOrEqual(2)
  })

  test('somebody without roles learns who can help', async () => {
    const { answer } = await called(worker, 'whoami', {}, 'without-roles')
    expect(answer.isError).toBe(true)
    expect(answer.content[0]?.text).toMatch(/0x80042f09[\s\S]*Next step: .*administrator/)
  })
})

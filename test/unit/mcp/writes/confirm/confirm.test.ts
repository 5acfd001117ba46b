import { describe, expect, test } from '@jest/globals'
import { meansOf } from '../../../../../shared/mcp/writes/confirm/means.ts'
import { proofBy } from '../../../../../shared/mcp/writes/confirm/proof.ts'
import { CHANGE, commit, type Commit, FORM } from './asking.ts'

const ACCEPT = { confirm: { action: 'accept', content: { apply: true } } }
const UI = 'io.modelcontextprotocol/ui'
const HTML = 'text/html;profile=mcp-app'
const NO_STATE = { requestState: undefined }

async function asked(of: Commit = {}): Promise<string> {
  const { resultType, requestState = '' } = await commit(of)
  expect(resultType).toBe('input_required')
  return requestState
}

const MEANS: readonly [what: unknown, elicitation: boolean, card: boolean][] = [
  [{}, false, false],
  [{ elicitation: { form: {} } }, true, false],
  [{ elicitation: { form: {}, url: {} } }, true, false],
  // MCP 2026-07-28, client/elicitation: an empty one is by form.
  [{ elicitation: {} }, true, false],
  [{ elicitation: { url: {} } }, false, false],
  [{ sampling: {}, roots: {} }, false, false],
  [{ experimental: { elicitation: { form: {} }, [UI]: {} } }, false, false],
  [{ extensions: { [UI]: { mimeTypes: [HTML] } } }, false, true],
  [{ extensions: { [UI]: { mimeTypes: ['text/html', HTML] } } }, false, true],
  [{ extensions: { [UI]: { mimeTypes: ['text/html'] } } }, false, false],
  [{ extensions: { [UI]: {} } }, false, false],
  [{ extensions: { [UI]: { mimeTypes: HTML } } }, false, false],
  [{ extensions: { 'io.modelcontextprotocol/other': { mimeTypes: [HTML] } } }, false, false],
  [{ elicitation: { form: {} }, extensions: { [UI]: { mimeTypes: [HTML] } } }, true, true],
]

describe('what a request declares', () => {
  test.each(MEANS)('%j', async (capabilities, elicitation, card) => {
    // As the SDK hands it on: `card` alone asks nobody, so that the means are in the answer.
    const { structuredContent } = await commit({ capabilities, proof: 'card' })
    expect(structuredContent).toMatchObject({ means: { elicitation, card } })
  })

  test('no message of a revision that can ask: nothing', () => {
    expect(meansOf(undefined)).toEqual({ elicitation: false, card: false })
  })
})

describe('the proof that a change wants', () => {
  const [NOTHING, CARD, FORMS, BOTH] = [
    { elicitation: false, card: false },
    { elicitation: false, card: true },
    { elicitation: true, card: false },
    { elicitation: true, card: true },
  ]
  test.each([
    ['host', false, NOTHING, 'host'],
    ['host', false, CARD, 'host'],
    ['host', false, BOTH, 'host'],
    ['host', true, NOTHING, undefined],
    ['host', true, CARD, 'card'],
    ['host', true, FORMS, 'elicitation'],
    ['human', false, NOTHING, undefined],
    ['human', false, CARD, 'card'],
    ['human', false, BOTH, 'elicitation'],
    ['human', true, NOTHING, undefined],
    ['human', true, FORMS, 'elicitation'],
  ] as const)('%s, human column %j, %j: %s', (confirmation, human, means, proof) => {
    expect(proofBy(confirmation, means)(human)).toBe(proof)
  })
})

describe('a person who is asked', () => {
  test('is asked once, in a form with one box, by a sentence whose state says the change and nothing else', async () => {
    const answer = await commit({ sentence: 'Change it to “1\u202E2”?' })
    expect(answer).toMatchObject({ resultType: 'input_required' })
    expect(answer.inputRequests).toEqual({
      confirm: {
        method: 'elicitation/create',
        params: {
          mode: 'form',
          message: 'Change it to “12”?',
          requestedSchema: {
            type: 'object',
            properties: { apply: { type: 'boolean', title: 'Apply this change' } },
            required: ['apply'],
          },
        },
      },
    })
    const [, body = ''] = answer.requestState?.split('.') ?? []
    const said: unknown = JSON.parse(Buffer.from(body, 'base64url').toString())
    expect(said).toEqual({ p: { changeId: CHANGE }, exp: expect.any(Number) })
  })

  const ANSWERS: readonly [what: unknown, kind: string][] = [
    [{ confirm: { action: 'accept', content: { apply: true } } }, 'confirmed'],
    [{ confirm: { action: 'accept', content: { apply: false } } }, 'declined'],
    [{ confirm: { action: 'accept', content: { apply: 'true' } } }, 'declined'],
    [{ confirm: { action: 'accept', content: { apply: 1 } } }, 'declined'],
    [{ confirm: { action: 'accept', content: {} } }, 'declined'],
    [{ confirm: { action: 'accept' } }, 'declined'],
    [{ confirm: { action: 'decline' } }, 'declined'],
    [{ confirm: { action: 'decline', content: { apply: true } } }, 'declined'],
    [{ confirm: { action: 'cancel' } }, 'declined'],
    [{ confirm: { action: 'cancel', content: { apply: true } } }, 'declined'],
  ]
  test.each(ANSWERS)('%j: %s', async (inputResponses, kind) => {
    for (const proof of ['host', 'elicitation'] as const) {
      const requestState = await asked({ proof })
      const { structuredContent } = await commit({ proof, requestState, inputResponses })
      expect(structuredContent).toMatchObject(kind === 'declined' ? { kind } : { kind, by: 'elicitation' })
    }
  })

  test.each([
    ['no answer', {}],
    ['an answer to another question', { other: ACCEPT.confirm }],
    ['an answer of another kind', { confirm: { roots: [] } }],
    ['an answer in a wrapper', { confirm: { method: 'elicitation/create', result: ACCEPT.confirm } }],
    ['an action that is none', { confirm: { action: 'yes', content: { apply: true } } }],
  ])('%s: asked again', async (_name, inputResponses) => {
    const answer = await commit({ requestState: await asked(), inputResponses })
    if (answer.resultType === 'input_required') return
    expect(answer.structuredContent).toMatchObject({ kind: 'declined' })
  })

  test('an answer that comes with no question of ours counts for nothing', async () => {
    for (const proof of ['host', 'elicitation'] as const)
      expect(await commit({ proof, ...NO_STATE, inputResponses: ACCEPT })).toMatchObject({
        resultType: 'input_required',
      })
  })

  const other = 'b0b6a52c-4a53-4a1b-9d5e-3f0e8a6c7d21'
  const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const FORGED: readonly [name: string, made: () => Promise<unknown>, by?: Commit][] = [
    ['of another change', () => asked({ changeId: other })],
    ['of another person', () => asked({ as: { name: 'marcus' } })],
    ['of another client of the person', () => asked({ as: { clientId: 'other' } })],
    ['of another address', () => asked({ as: { resource: 'https://other.example/mcp' } })],
    ['signed with another key', () => asked({ key: new Uint8Array(32).fill(8) })],
    ['without its signature', async () => (await asked()).split('.').slice(0, 2).join('.')],
    ['with a letter turned', async () => (await asked()).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['whose last letter is another spelling of its bits', async () => (await asked()).replace(/.$/, nextLetter)],
    ['that says another change', async () => (await asked({ changeId: other })).replace(/\..*\./, `.${said(CHANGE)}.`)],
    ['that is a change id', () => Promise.resolve(CHANGE)],
    ['that is empty', () => Promise.resolve('')],
    ['that is very long', () => Promise.resolve(`v1.${'A'.repeat(200_000)}.A`)],
  ]
  function nextLetter(letter: string): string {
    return LETTERS[LETTERS.indexOf(letter) + 1] ?? ''
  }
  function said(changeId: string): string {
    return Buffer.from(JSON.stringify({ p: { changeId }, exp: 9_999_999_999 })).toString('base64url')
  }
  test.each(FORGED)('a state %s confirms nothing', async (_name, made) => {
    for (const proof of ['host', 'elicitation'] as const) {
      const answer = await commit({ proof, requestState: await made(), inputResponses: ACCEPT })
      expect(answer.isError).toBe(true)
      expect(answer.content?.[0]?.text).toContain('not the person’s answer about this change')
    }
  })

  test('too late an answer confirms nothing', async () => {
    const requestState = await asked()
    const now = Date.now
    Date.now = () => now() + 601_000
    try {
      expect(await commit({ requestState, inputResponses: ACCEPT })).toMatchObject({ isError: true })
    } finally {
      Date.now = now
    }
  })
})

describe('a request that can ask nobody', () => {
  const CANNOT = [{}, { elicitation: { url: {} } }, { extensions: { [UI]: { mimeTypes: [HTML] } } }]
  test.each(CANNOT)('%j: what is left to the host goes on, what wants a proof does not', async (capabilities) => {
    const host = await commit({ capabilities, inputResponses: ACCEPT })
    expect(host.structuredContent).toMatchObject({ kind: 'confirmed', by: 'host' })
    const forms = { capabilities, proof: 'elicitation' } as const
    // The state was given to one that could: what counts is the request that writes.
    const requestState = await asked({ ...forms, capabilities: FORM })
    for (const more of [NO_STATE, { requestState, inputResponses: ACCEPT }]) {
      const answer = await commit({ ...forms, ...more })
      expect([answer.isError, answer.resultType === 'input_required']).toEqual([true, false])
    }
  })

  test('a token of before the setting wanted a person is no proof', async () => {
    const answer = await commit({ capabilities: {}, confirmation: 'human', proof: 'host' })
    expect(answer).toMatchObject({ isError: true })
    expect((await commit({ confirmation: 'human', proof: 'host' })).resultType).toBe('input_required')
  })

  test('the call of a card is confirmed by its click, whatever else the request can', async () => {
    for (const capabilities of [{}, FORM])
      expect((await commit({ capabilities, proof: 'card', confirmation: 'human' })).structuredContent).toMatchObject({
        kind: 'confirmed',
        by: 'card',
      })
  })
})

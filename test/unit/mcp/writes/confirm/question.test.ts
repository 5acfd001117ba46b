import { describe, expect, test } from '@jest/globals'
import { WRITE_TOOLS, type PlannedChange } from '../../../../../shared/dataverse/change/model.ts'
import { CHANGE_META } from '../../../../../shared/mcp/app/change/change-meta.ts'
import { givenCall } from '../../../../../shared/mcp/writes/confirm/given-call.ts'
import { questionOf } from '../../../../../shared/mcp/writes/confirm/question.ts'

const LINE: PlannedChange = { column: 'subject', label: 'Subject', from: 'Old', to: 'New' }
const ID = '7c1d2e01-00c0-4a6b-8c2d-10a3c1a86f03'

describe('the question to the person', () => {
  test.each(WRITE_TOOLS)('says the whole change of %s, a line for each column', (tool) => {
    const changes = [LINE, { column: 'done', label: 'Done', to: true }, { column: 'x', label: 'X', from: 3, to: null }]
    const text = questionOf(tool, { entity: 'task', id: ID, name: 'Call', changes })
    const [first, ...lines] = text.split('\n')
    expect(first).toMatch(/ task “Call”\?$/)
    expect(lines).toEqual(['• Subject: “Old” → “New”', '• Done: true', '• X: 3 → (empty)'])
  })

  test('names the row that a lookup is set to by its id: others may be called the same', () => {
    const changes = [{ ...LINE, id: ID, entity: 'account' }]
    expect(questionOf('update_record', { entity: 'task', changes })).toContain(`(id ${ID})`)
  })

  test.each(['\n', '\r\n', '\u2028', '\u2029', '\n\n\n'])('%j makes no line of its own', (line) => {
    const forged = `New”${line}• Owner: “Anna”`
    const changes = [{ ...LINE, label: `Subject${line}`, from: forged, to: forged }]
    const text = questionOf('update_record', { entity: 'task', name: `Call${line}`, changes })
    expect(text.split(/[\n\r\u2028\u2029]/)).toHaveLength(2)
  })

  test('says how much of a text it leaves out', () => {
    const changes = [{ ...LINE, to: 'x'.repeat(64_000) }]
    const text = questionOf('update_record', { entity: 'task', changes })
    expect(text).toContain('… and 62000 more characters')
    expect(text.length).toBeLessThan(2_200)
  })
})

describe('who is given the call', () => {
  const call = {
    tool: 'update_record',
    arguments: { entity: 'task', id: ID, changes: [LINE], change: 'the-token' },
  } as const

  test.each(['host', 'elicitation'] as const)('%s: the model', (proof) => {
    const given = givenCall(proof, call)
    expect([given.call, given.meta]).toEqual([call, undefined])
  })

  test('card: the view alone', () => {
    const { meta, ...others } = givenCall('card', call)
    expect(meta).toEqual({ [CHANGE_META]: call })
    expect(JSON.stringify(others)).not.toContain('the-token')
    expect(others.call).toBeUndefined()
  })
})

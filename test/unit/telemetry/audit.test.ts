import { describe, expect, test } from '@jest/globals'
import { createAudit } from '../../../shared/telemetry/audit.ts'

const collect = (format: 'json' | 'text') => {
  const lines: [string, string][] = []
  const audit = createAudit({ write: (level, line) => lines.push([level, line]), format, correlationId: 'inv-1' })
  return { audit, lines }
}

describe('createAudit', () => {
  test('writes at once, at the level of the event, with the invocation id', () => {
    const { audit, lines } = collect('json')
    audit({ name: 'refresh.reused', grantId: 'g1' })
    expect(lines).toEqual([['error', '{"event":"refresh.reused","grantId":"g1","correlationId":"inv-1"}']])
  })

  test("an event's own correlation id comes first", () => {
    const { audit, lines } = collect('text')
    audit({ name: 'signin.completed', correlationId: 'first-hop' })
    expect(lines).toEqual([['info', 'signin.completed  correlationId=first-hop']])
  })

  test('two invocations never share an id', () => {
    const lines: string[] = []
    const options = { write: (_level: string, line: string) => lines.push(line), format: 'text' as const }
    const first = createAudit({ ...options, correlationId: 'a' })
    const second = createAudit({ ...options, correlationId: 'b' })
    first({ name: 'tool.called' })
    second({ name: 'tool.called' })
    first({ name: 'tool.called' })
    expect(lines.map((line) => line.slice(-1))).toEqual(['a', 'b', 'a'])
  })
})

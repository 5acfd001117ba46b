import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../../jest/any-character.ts'
import type { AuditEvent, EventName } from '../../../shared/telemetry/events.ts'
import { formatEvent, levelOf, MOST_BYTES } from '../../../shared/telemetry/format-event.ts'

const parse = (line: string) => JSON.parse(line) as Record<string, unknown>

describe('one event, one line', () => {
  const event: AuditEvent = {
    name: 'tool.called',
    tool: 'query_crm',
    entity: 'opportunity',
    outcome: 'ok',
    rows: 12,
    durationMs: 84,
    correlationId: 'c-1',
  }

  test('as JSON for Azure', () => {
    expect(parse(formatEvent(event, 'json'))).toEqual({
      event: 'tool.called',
      tool: 'query_crm',
      entity: 'opportunity',
      outcome: 'ok',
      rows: 12,
      durationMs: 84,
      correlationId: 'c-1',
    })
  })

  test('as a readable line for a terminal', () => {
    expect(formatEvent(event, 'text')).toBe(
      'tool.called       tool=query_crm entity=opportunity outcome=ok rows=12 durationMs=84 correlationId=c-1',
    )
  })

  test('a sentence is quoted in the text format', () => {
    const line = formatEvent({ name: 'token.refused', reason: 'the code has expired' }, 'text')
    expect(line).toBe('token.refused     reason="the code has expired"')
  })
})

describe('only the allow-list is logged', () => {
  const extra = { name: 'token.issued', accessToken: 'dma_secret', body: { a: 1 }, clientId: 'c' } as AuditEvent

  test.each(['json', 'text'] as const)('an unknown field is dropped (%s)', (format) => {
    const line = formatEvent(extra, format)
    expect(line).not.toMatch(/secret|accessToken|body/)
    expect(line).toContain('clientId')
  })

  test.each([
    ['an object where text is due', { reason: { token: 'dma_secret' } }],
    ['text where a number is due', { rows: 'dma_secret' }],
    ['an array', { entity: ['dma_secret'] }],
    ['not a number', { rows: NaN }],
    ['infinity', { durationMs: Infinity }],
    ['null', { reason: null }],
  ])('a value of the wrong kind is dropped: %s', (_what, fields) => {
    const line = formatEvent({ name: 'tool.called', ...fields } as unknown as AuditEvent, 'json')
    expect(parse(line)).toEqual({ event: 'tool.called' })
  })

  test('a field that an object inherits is not logged', () => {
    const event = Object.assign(Object.create({ reason: 'inherited' }) as object, { name: 'tool.called' }) as AuditEvent
    expect(parse(formatEvent(event, 'json'))).toEqual({ event: 'tool.called' })
  })

  test('a long value is cut and marked', () => {
    const reason = parse(formatEvent({ name: 'request.failed', reason: 'x'.repeat(5000) }, 'json'))['reason']
    expect(reason).toBe(`${'x'.repeat(300)}…`)
  })

  test('a cut never leaves half a character behind', () => {
    const reason = parse(formatEvent({ name: 'request.failed', reason: `${'x'.repeat(299)}😀😀` }, 'json'))['reason']
    expect(reason).toBe(`${'x'.repeat(299)}\uFFFD…`)
  })
})

describe('the size of an event', () => {
  const long = '😀'.repeat(9_000)
  const whole: AuditEvent = {
    name: 'tool.called',
    tool: 'query_crm',
    userId: 'u',
    clientId: long,
    queries: long,
    records: long,
    parameters: long,
    search: long,
    settings: long,
    reason: long,
    correlationId: 'c',
  }

  test('is bounded in bytes, who did what stays, and it says what went', () => {
    const line = formatEvent(whole, 'json')
    expect(Buffer.byteLength(line)).toBeLessThan(MOST_BYTES + 200)
    const cut = 'queries parameters settings search records'
    expect(parse(line)).toMatchObject({ event: 'tool.called', tool: 'query_crm', userId: 'u', cut })
    expect(parse(line)).not.toHaveProperty('records')
  })

  test('keeps the ids of records before all else, and what was cut before stays named', () => {
    const records = JSON.stringify({ account: Array.from({ length: 200 }, () => '0'.repeat(36)) })
    const event: AuditEvent = { name: 'tool.called', records, queries: long, parameters: 'x', cut: 'values' }
    const told = parse(formatEvent(event, 'json'))
    expect(told).toMatchObject({ records, parameters: 'x', cut: 'values queries' })
    expect(told).not.toHaveProperty('queries')
  })

  test('is whole where it fits', () => {
    const records = JSON.stringify({ account: Array.from({ length: 200 }, () => '0'.repeat(36)) })
    const queries = JSON.stringify(['x'.repeat(3_900)])
    const told = parse(formatEvent({ name: 'tool.called', records, queries }, 'json'))
    expect(told).toEqual({ event: 'tool.called', records, queries })
  })
})

describe('log injection', () => {
  test.each([
    ['a line break', 'x\n2026-01-01 token.issued'],
    ['a carriage return', 'x\rtoken.issued'],
    ['both', 'x\r\ntoken.issued'],
    ['a line separator', 'x\u2028token.issued'],
    ['a paragraph separator', 'x\u2029token.issued'],
    ['next line', 'x\u0085token.issued'],
    ['vertical tab and form feed', 'x\v\ftoken.issued'],
    ['a NUL', 'x\0token.issued'],
    ['a terminal escape', 'x\u001B[2K\u001B[1Atoken.issued'],
    ['a C1 escape', 'x\u009B2Ktoken.issued'],
    ['backspaces', 'x\b\b\btoken.issued'],
    ['DEL', 'x\u007Ftoken.issued'],
    ['a bidirectional override', 'x\u202Etoken.issued'],
    ['an isolate', 'x\u2066token.issued\u2069'],
    ['a zero-width space', 'x\u200Btoken.issued'],
    ['a byte order mark', 'x\uFEFFtoken.issued'],
    ['an invisible tag character', 'x\u{E0041}token.issued'],
    ['a lone surrogate', 'x\uD800token.issued'],
  ])('%s is neutralised', (_what, reason) => {
    for (const format of ['json', 'text'] as const) {
      const line = formatEvent({ name: 'client.refused', reason }, format)
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      expect(line.isWellFormed()).toBe(true)
      expect(line).toContain('\uFFFD')
      expect(line).toContain('token.issued')
    }
  })

  test.each([
    ['a forged field', 'x outcome=ok'],
    ['a closing quote', 'x" outcome=ok "'],
    ['a backslash before the quote', 'x\\" outcome=ok'],
    ['an equals sign', 'outcome=ok'],
  ])('a value cannot pass for a field in the text format: %s', (_what, reason) => {
    const line = formatEvent({ name: 'client.refused', reason }, 'text')
    expect(line.startsWith('client.refused    reason="')).toBe(true)
    expect(JSON.parse(line.slice(line.indexOf('"')))).toBe(reason)
  })

  test('a value cannot close the JSON object', () => {
    const reason = '","event":"token.issued","x":"'
    expect(parse(formatEvent({ name: 'client.refused', reason }, 'json'))).toEqual({ event: 'client.refused', reason })
  })

  test('whatever the value, the line is one line of printable text', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 400 }), (reason) => {
        for (const format of ['json', 'text'] as const) {
          const line = formatEvent({ name: 'request.failed', reason, code: reason }, format)
          expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/u)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('levels', () => {
  test.each<[EventName, string]>([
    ['code.reused', 'error'],
    ['refresh.reused', 'error'],
    ['refresh.repeated', 'warn'],
    ['request.failed', 'error'],
    ['config.invalid', 'error'],
    ['rate.limited', 'warn'],
    ['limit.reached', 'warn'],
    ['signin.failed', 'warn'],
    ['token.refused', 'warn'],
    ['client.refused', 'warn'],
    ['authorize.refused', 'warn'],
    ['mcp.refused', 'warn'],
    ['token.issued', 'info'],
    ['tool.called', 'info'],
    ['grant.revoked', 'info'],
  ])('%s is logged as %s', (name, level) => {
    expect(levelOf(name)).toBe(level)
  })
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from '@jest/globals'

import { openOracle } from '../world.ts'
import { type LogbookOptions, openLogbook } from './logbook.ts'
import { type Given, optionsFrom } from './options.ts'
import { report } from './report.ts'

const folder = mkdtempSync(join(tmpdir(), 'logbook-'))
const oracle = openOracle()
afterAll(() => {
  oracle.close()
  rmSync(folder, { recursive: true })
})

describe('options', () => {
  test.each<[string, Given, RegExp]>([
    ['no model', {}, /--model is missing/],
    ['an unknown question', { model: 'm', questions: 'open-deals,opne-deals' }, /no question is called opne-deals/],
    ['an unknown person', { model: 'm', persona: 'chef' }, /"chef" is none of sales rep/],
    ['a question of others', { model: 'm', questions: 'grace-open', persona: 'sales rep' }, /nobody of these people/],
    ['no address', { model: 'm', url: 'openai' }, /openai is not an http address/],
    ['a file as address', { model: 'm', url: 'file:///v1' }, /is not an http address/],
    ['no turns', { model: 'm', turns: '0' }, /--turns 0 is not a whole number/],
    ['half a second', { model: 'm', timeout: '0.5' }, /--timeout 0.5/],
    ['a port beyond all', { model: 'm', port: '65536' }, /--port 65536/],
    ['answers by hand that go nowhere', { 'by-hand': true }, /--by-hand needs --out/],
  ])('refuse %s', (_what, given, reason) => expect(() => optionsFrom(given, undefined)).toThrow(reason))

  test('ask everything of everybody unless told otherwise', () => {
    const { tasks, chat, turns, mode } = optionsFrom({ model: 'm' }, 'k')
    expect(tasks.length).toBeGreaterThanOrEqual(400)
    expect([chat.url, chat.apiKey, turns, mode]).toEqual(['https://api.openai.com/v1', 'k', 12, 'model'])
  })

  test('name questions and a person', () => {
    const { tasks } = optionsFrom({ model: 'm', questions: 'open-value, open-deals', persona: 'analyst' }, undefined)
    expect(tasks.map(({ persona, question }) => [persona, question.id])).toEqual([
      ['analyst', 'open-deals'],
      ['analyst', 'open-value'],
    ])
  })
})

describe('a logbook', () => {
  const at = (name: string): LogbookOptions => ({ out: join(folder, name), model: 'm', seed: 's', oracle })
  const answer = { question: 'open-deals', persona: 'sales rep', calls: [], bytes: 0, errors: 0 } as const

  test('judges, writes, and goes on where it ended', () => {
    const { tasks } = optionsFrom({ model: 'm', questions: 'open-deals' }, undefined)
    const first = openLogbook(at('a.json'))
    expect(first.left(tasks)).toHaveLength(3)
    expect(first.keep({ ...answer, answer: 'Answer: 34' }).wrong).toBeUndefined()
    expect(first.keep({ ...answer, persona: 'analyst', answer: 'Answer: 34' }).wrong).toBe('34, not 92')
    const second = openLogbook(at('a.json'))
    expect(second.left(tasks).map(({ persona }) => persona)).toEqual(['sales manager'])
    expect(second.answers()).toEqual(first.answers())
    expect(report(second.answers())).toContain('1 of 2 right (50.0 %)')
  })

  test.each([
    ['another model', { model: 'other', seed: 's', answers: [] }, /holds answers of other/],
    ['another seed', { model: 'm', seed: 'other', answers: [] }, /another seed/],
    ['something else', { model: 'm' }, /seed/],
  ])('leaves a file of %s as it is', (_what, content, reason) => {
    const options = at('b.json')
    const text = JSON.stringify(content)
    writeFileSync(join(folder, 'b.json'), text)
    expect(() => openLogbook(options)).toThrow(reason)
    expect(readFileSync(join(folder, 'b.json'), 'utf8')).toBe(text)
  })

  test('refuses a question that the person does not ask', () => {
    const { keep } = openLogbook({ ...at('c.json'), out: undefined })
    expect(() => keep({ ...answer, question: 'grace-open', answer: '6' })).toThrow(/does not ask/)
  })
})

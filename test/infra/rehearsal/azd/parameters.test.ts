import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { AzdError } from '../../../../infra/rehearsal/azd/errors.ts'
import { envsubst } from '../../../../infra/rehearsal/azd/layers/envsubst.ts'
import { outputValues } from '../../../../infra/rehearsal/azd/layers/outputs.ts'
import {
  declaredParameters,
  resolveParameters,
  type Declared,
  type Json,
} from '../../../../infra/rehearsal/azd/layers/parameters.ts'

const folder = mkdtempSync(join(tmpdir(), 'azd-parameters-'))
afterAll(() => rmSync(folder, { recursive: true }))

const variables: Record<string, string> = {
  SET: 'value',
  EMPTY: '',
  NUMBER: '42',
  QUOTE: 'a "b"',
  BACKSLASH: 'C:\\new',
  LIST: '["x", 1]',
}

const resolve = (value: Json, declared: Declared, configured?: unknown): Json | undefined => {
  const file = join(folder, 'main.parameters.json')
  writeFileSync(file, JSON.stringify({ parameters: { p: { value } } }))
  return resolveParameters(file, new Map([['p', declared]]), {
    variable: (name) => variables[name],
    principal: { objectId: 'oid', type: 'ServicePrincipal' },
    configured: () => configured,
  })['p']
}

describe('substitution', () => {
  test.each([
    ['${SET}', 'value'],
    ['a-${SET}-${NUMBER}', 'a-value-42'],
    ['${NONE}', ''],
    ['${NONE=default}', 'default'],
    ['${EMPTY=default}', 'default'],
    ['${SET=default}', 'value'],
    ['${NONE:-other}', 'other'],
    ['${NONE=}', ''],
    ['$${SET}', '${SET}'],
    ['costs $5', 'costs $5'],
  ])('%s', (text, expected) => {
    expect(envsubst(text, (name) => variables[name] ?? '')).toBe(expected)
  })

  test.each(['${SET#v}', '${SET/a/b}', '${A=${B}}'])('%s is a form that nobody taught it', (text) => {
    expect(() => envsubst(text, () => '')).toThrow(/not known to this emulation/)
  })
})

describe('a parameter file', () => {
  const text: Declared = { type: 'string' }
  test.each<[string, Json, Declared, Json | undefined]>([
    ['text', '${SET}', text, 'value'],
    ['who deploys, and what that is', '${AZURE_PRINCIPAL_ID}/${AZURE_PRINCIPAL_TYPE}', text, 'oid/ServicePrincipal'],
    ['a number as text', '${NUMBER}', { type: 'int' }, 42],
    ['a default of the file as a number', '${MEMORY=2048}', { type: 'int' }, 2048],
    ['a number', 7, { type: 'int' }, 7],
    ['true', '${NONE=true}', { type: 'bool' }, true],
    ['a truth as Go spells it', '${NONE=F}', { type: 'bool' }, false],
    ['no number: the default of the template', '${SET}', { type: 'int', defaultValue: 512 }, undefined],
    ['no truth: the default of the template', '${SET}', { type: 'bool', defaultValue: true }, undefined],
    ['an empty text before an empty default', '${NONE=}', { type: 'string', defaultValue: '' }, undefined],
    ['an unset one before a default', '${NONE}', { type: 'string', defaultValue: 'x' }, undefined],
    ['a set but empty one before a default', '${EMPTY}', { type: 'string', defaultValue: 'x' }, ''],
    ['a list in one variable', '${LIST}', { type: 'array' }, ['x', 1]],
    ['no list, where none need be', '${NONE}', { type: 'array', defaultValue: [] }, undefined],
    ['an object with variables in it', { A: '${SET}', B: '${NONE=}' }, { type: 'object' }, { A: 'value', B: '' }],
    ['a backslash, which JSON takes for its own', '${BACKSLASH}', { type: 'string' }, 'C:\new'],
    ['null where null may be', null, { type: 'string', nullable: true }, undefined],
  ])('%s', (_, value, declared, expected) => {
    expect(resolve(value, declared)).toEqual(expected)
  })

  test.each<[string, Json, Declared, string]>([
    ['a quotation mark breaks the JSON that it is put into', '${QUOTE}', text, 'is not valid JSON'],
    ['in an object just so', { A: '${QUOTE}' }, { type: 'object' }, 'error unmarshalling Bicep template parameters'],
    ['a list that is none', '${SET}', { type: 'array' }, "substituting parameter 'p' (array)"],
  ])('%s', (_, value, declared, message) => {
    expect(() => resolve(value, declared)).toThrow(message)
  })

  test('a required one that nobody gave ends a run without prompts, and says what to set', () => {
    try {
      resolve('${DATAVERSE_URL}', {
        type: 'string',
        description: 'The environment that is queried',
        allowedValues: ['a', 'b'],
      })
      throw new Error('not refused')
    } catch (error) {
      expect(error).toBeInstanceOf(AzdError)
      const { message, suggestion } = error as AzdError
      expect(message).toBe('missing required inputs')
      for (const part of [
        '• p',
        'Environment variable: DATAVERSE_URL',
        'The environment that is queried',
        'Allowed values: a, b',
        '1 required input is missing',
      ])
        expect(suggestion).toContain(part)
    }
  })

  test('what azd once asked for is taken from config.json', () => {
    expect(resolve('${NONE}', text, 'kept')).toBe('kept')
  })

  test('types that a template names are followed', () => {
    const template = {
      definitions: { size: { type: 'int', allowedValues: [512] } },
      parameters: { memory: { $ref: '#/definitions/size', defaultValue: 512 } },
    }
    expect(declaredParameters(template).get('memory')).toMatchObject({
      type: 'int',
      allowedValues: [512],
      defaultValue: 512,
    })
  })
})

test('outputs become texts: lists and objects as JSON, secrets not at all', () => {
  const outputs = {
    A: { type: 'string', value: 'x' },
    B: { type: 'int', value: 3 },
    C: { type: 'bool', value: true },
    D: { type: 'array', value: [1] },
    E: { type: 'secureString', value: 's' },
  }
  expect(outputValues(outputs)).toEqual({ A: 'x', B: '3', C: 'true', D: '[1]' })
})

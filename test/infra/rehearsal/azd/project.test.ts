import { describe, expect, test } from '@jest/globals'
import { marshalDotenv, parseDotenv } from '../../../../infra/rehearsal/azd/environment/dotenv.ts'
import { inTiers } from '../../../../infra/rehearsal/azd/layers/order.ts'
import { layersOf, loadProject } from '../../../../infra/rehearsal/azd/project/load.ts'
import { inRange } from '../../../../infra/rehearsal/azd/project/version-range.ts'
import { startFixture } from './project.ts'

describe('.env', () => {
  test.each([
    ['plain', 'A="plain"'],
    ['', 'A=""'],
    ['42', 'A=42'],
    ['-7', 'A=-7'],
    ['01', 'A="01"'],
    ['a "b"', 'A="a \\"b\\""'],
    ['C:\\x', 'A="C:\\\\x"'],
    ['two\nlines', 'A="two\\nlines"'],
    ['$HOME `x` !', 'A="\\$HOME \\`x\\` \\!"'],
    ['["a",1]', 'A="[\\"a\\",1]"'],
    ["it's # no comment", 'A="it\'s # no comment"'],
  ])('%j is written as %s and read again', (value, line) => {
    expect(marshalDotenv(new Map([['A', value]]))).toBe(line)
    expect(parseDotenv(`${line}\n`).get('A')).toBe(value)
  })

  test('what people write by hand is read, too', () => {
    const text = "# comment\n\nexport A=1\nB = two words # and a comment\nC='single $X'\r\nD: yaml\n"
    expect([...parseDotenv(text)]).toEqual([
      ['A', '1'],
      ['B', 'two words'],
      ['C', 'single $X'],
      ['D', 'yaml'],
    ])
    expect(() => parseDotenv('no assignment')).toThrow(/line 1/)
  })
})

describe('requiredVersions', () => {
  test.each([
    ['>= 1.31.2', true],
    ['>=1.31.2', true],
    ['> 1.31.2', false],
    ['>= 1.25.0 < 2.0.0', true],
    ['>= 1.18.0 != 1.31.2', false],
    ['< 1.0.0 || >= 1.31.0', true],
    ['1.31.2', true],
    ['!1.31.2', false],
  ])('%s', (range, expected) => {
    expect(inRange('1.31.2', range)).toBe(expected)
  })

  test.each(['>= 1.31', 'latest', '', '=> 1.0.0'])('%s is no range', (range) => {
    expect(() => inRange('1.31.2', range)).toThrow(/Could not parse Range/)
  })
})

describe('azure.yaml', () => {
  const refused = (yaml: string, version = '1.31.2'): string => {
    const fixture = startFixture({ 'azure.yaml': yaml })
    try {
      loadProject(fixture.dir, version)
      return 'loaded'
    } catch (error) {
      return (error as Error).message
    } finally {
      fixture.remove()
    }
  }

  test.each([
    ['an unknown key', 'name: fixture\nlayers: []', 'Unrecognized key: "layers"'],
    [
      'an unknown key of a layer',
      'name: fixture\ninfra:\n  layers:\n    - { name: a, path: b, hook: {} }',
      'Unrecognized key: "hook"',
    ],
    [
      'a hook that layers do not have',
      'name: fixture\ninfra:\n  layers:\n    - { name: a, path: b, hooks: { predeploy: { run: x } } }',
      'Unrecognized key: "predeploy"',
    ],
    [
      'a path beside layers',
      'name: fixture\ninfra: { path: infra, layers: [{ name: a, path: b }] }',
      'may not stand beside',
    ],
    ['a misspelt hook', 'name: fixture\nhooks: { postdeployed: { run: x } }', 'Unrecognized key: "postdeployed"'],
    [
      'another host',
      'name: fixture\nservices: { a: { project: ., host: appservice, language: ts } }',
      'expected "function"',
    ],
    ['no name', 'services: {}', 'name'],
    ['no YAML', 'name: [', 'unable to parse azure.yaml file'],
    [
      'a range that is none',
      'name: fixture\nrequiredVersions: { azd: newest }',
      'newest is not a valid semver range (for requiredVersions.azd)',
    ],
  ])('%s is refused', (_, yaml, message) => {
    expect(refused(yaml)).toContain(message)
  })

  test('an older azd does not load the project', () => {
    expect(refused("name: fixture\nrequiredVersions: { azd: '>= 1.31.2' }", '1.31.1')).toBe(
      "this project requires a version of azd within the range '>= 1.31.2', but you have '1.31.1'. Visit https://aka.ms/azure-dev/install to install a supported version.",
    )
  })
})

describe('the order of layers', () => {
  const orderOf = (files: Record<string, string>): string | string[][] => {
    const fixture = startFixture(files)
    try {
      return inTiers(layersOf(loadProject(fixture.dir, '1.31.2')), fixture.dir).map((tier) =>
        tier.map(({ name }) => name),
      )
    } catch (error) {
      return (error as Error).message
    } finally {
      fixture.remove()
    }
  }
  const yaml = (...layers: string[]): string =>
    `name: fixture\ninfra:\n  layers:\n${layers.map((layer) => `    - ${layer}`).join('\n')}`
  const both = yaml('{ name: second, path: infra/second }', '{ name: first, path: infra/first }')

  test.each<[string, Record<string, string>, string | string[][]]>([
    ['an output that a parameter file names', { 'azure.yaml': both }, [['first'], ['second']]],
    [
      'one with a default is not seen',
      {
        'azure.yaml': both,
        'infra/second/main.parameters.json': '{"parameters":{"group":{"value":"${AZURE_RESOURCE_GROUP=x}"}}}',
      },
      [['second', 'first']],
    ],
    [
      'what cannot be read waits for all before',
      {
        'azure.yaml': yaml('{ name: first, path: infra/first }', '{ name: second, path: infra/second }'),
        'infra/second/main.parameters.json': `{"parameters":{"a":{"value":"[parameters('b')]"}}}`,
      },
      [['first'], ['second']],
    ],
    [
      'dependsOn',
      {
        'azure.yaml': yaml(
          '{ name: second, path: infra/second, dependsOn: [first] }',
          '{ name: first, path: infra/first }',
        ),
        'infra/second/main.parameters.json': '{"parameters":{}}',
      },
      [['first'], ['second']],
    ],
    [
      'a circle',
      {
        'azure.yaml': yaml(
          '{ name: second, path: infra/second }',
          '{ name: first, path: infra/first, dependsOn: [second] }',
        ),
      },
      'cycle detected in layer dependencies',
    ],
    [
      'an unknown layer',
      {
        'azure.yaml': yaml(
          '{ name: second, path: infra/second, dependsOn: [third] }',
          '{ name: first, path: infra/first }',
        ),
      },
      'layer "second" dependsOn unknown layer "third"',
    ],
    [
      'itself',
      {
        'azure.yaml': yaml(
          '{ name: second, path: infra/second, dependsOn: [second] }',
          '{ name: first, path: infra/first }',
        ),
      },
      'layer "second" cannot depend on itself',
    ],
    [
      'the same output twice',
      { 'azure.yaml': both, 'infra/second/main.bicep': 'output LIST array = []\n' },
      'duplicate output "LIST": produced by both layer "second" and layer "first"',
    ],
  ])('%s', (_, files, expected) => {
    expect(orderOf(files)).toEqual(expected)
  })
})

import { describe, expect, test } from '@jest/globals'
import { readOptions } from '../../../infra/rehearsal/options.ts'

const KNOWN = { stories: ['life', 'first-run'], faults: ['any-azd'] }
const ALL = { names: [], faults: true, stories: true, control: false, quiet: false }

describe('the rehearsal’s command line', () => {
  test.each([
    [[], ALL],
    [['--no-faults', '--quiet', 'first-run'], { ...ALL, names: ['first-run'], faults: false, quiet: true }],
    [['--faults', '--control', 'any-azd'], { ...ALL, names: ['any-azd'], stories: false, control: true }],
    [['life', 'any-azd'], { ...ALL, names: ['life', 'any-azd'] }],
    [['-h', 'nobody'], 'help'],
    [['--list'], 'list'],
  ])('%j', (args, options) => expect(readOptions(args, KNOWN)).toEqual(options))

  test.each([
    [['first-run', 'frist-run'], /called "frist-run"/],
    [[''], /called ""/],
    [['--faults', 'first-run'], /called "first-run"/],
    [['--no-faults', 'any-azd'], /called "any-azd"/],
    [['--faults', '--no-faults'], /nothing/],
    [['--no-faults', '--control'], /--control/],
    [['--slow'], /--slow|not known/],
    [['--quiet=x'], /--quiet|not known/],
  ])('%j is refused', (args, usage) => {
    expect(readOptions(args, KNOWN)).toEqual({ usage: expect.stringMatching(usage) as unknown })
  })
})

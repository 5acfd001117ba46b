import { describe, expect, test } from '@jest/globals'
import { asksForReports } from '../../../../shared/mcp/endpoint/asks-for-reports.ts'

const call = (name: unknown): object => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })

describe('a request that waits for reports', () => {
  test.each([
    [{ method: 'tools/list' }, true],
    [{ method: 'prompts/get', params: { name: 'x' } }, true],
    [{ method: 'resources/templates/list' }, true],
    [call('run_report'), true],
    [call('show_report'), true],
    [[call('whoami'), call('run_report')], true],
    [call('query_crm'), false],
    [call(7), false],
    [[call('whoami')], false],
    [{ method: 'initialize', params: { name: 'run_report' } }, false],
    [{ method: 'ping' }, false],
    [{ method: 7 }, false],
    [[], false],
    [null, false],
    [undefined, false],
    ['tools/list', false],
  ])('%j: %s', (json, expected) => expect(asksForReports(json)).toBe(expected))
})

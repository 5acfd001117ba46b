import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { DataverseError, parseErrorBody } from '../../../shared/dataverse/errors.ts'
import { causeOf, nextStepFor } from '../../../shared/dataverse/advice/next-step.ts'
import { suggestionFor } from '../../../shared/dataverse/advice/unknown-name.ts'
import { startUpstream, type Upstream } from '../mcp/support/upstream.ts'
import { startWorker } from './support/people.ts'

const error = (code: string, text: string, status = 400): DataverseError =>
  new DataverseError({ kind: 'refused', status, code, text })

describe('every refusal has a cause and a next step', () => {
  test.each([
    ['0x80040217', 404, 'account With Id = 1 Does Not Exist', 'no such record', 'query_crm'],
    ['0x80040220', 403, 'is missing prvReadac_x privilege (Id=…)', 'may not read', 'prvReadac_x'],
    ['0x80040220', 403, 'SecLib::AccessCheckEx failed. Returned hr = -2147187962', 'The record exists', 'owner'],
    ['0x80048306', 403, 'SecLib::AccessCheckEx failed. ObjectID: 1', 'The record exists', 'Do not try'],
    ['0x80060888', 400, "There is an unterminated literal at position 21 in 'x'.", 'unterminated', "'O''Brien'"],
    [
      '0x80060888',
      400,
      "A binary operator with incompatible types was detected. Found operand types 'Microsoft.Dynamics.CRM.transactioncurrency' and 'Edm.Guid' for operator kind 'Equal'.",
      'binary operator',
      '_ownerid_value',
    ],
    ['0x8006088A', 400, 'The "startswith" function isn\'t supported for Metadata Entities.', 'list', 'list_entities'],
    ['0x80041103', 400, 'no attribute', 'no attribute', 'get_entity_metadata'],
    ['0x80041102', 400, 'The specified entity was not found.', 'not found', 'list_entities'],
    ['0x8004111c', 400, 'Invalid Child Node', 'Invalid Child Node', 'FetchXML'],
    ['0x80041115', 400, 'distinct', 'distinct', 'Correct the FetchXML'],
    ['0x8004111a', 400, 'aggregate', 'aggregate', 'numbers'],
    ['0x80041128', 400, 'mismatch', 'mismatch', 'same entity'],
    ['0x80041129', 400, 'cookie', 'cookie', 'without the cursor'],
    ['0x8004430D', 400, 'too many', 'too many', '15'],
    ['0x8004430C', 400, 'too many', 'too many', '500'],
    ['0x8004E023', 400, 'AggregateQueryRecordLimit exceeded.', '50,000', 'Narrow'],
    ['0x80060891', 404, 'no key', 'no key', 'query_crm'],
    ['0x80044151', 500, 'SQL timeout expired.', 'too long', 'Narrow'],
    ['0x80048573', 400, '…', 'too slow', 'startswith'],
    ['0x80048574', 400, '…', 'too slow', 'other columns'],
    ['0x80048575', 400, '…', 'too heavy', 'Narrow'],
    ['0x80048544', 400, 'conflicts with query throttling', 'burdens the database', 'Narrow the filter'],
    ['0x80048644', 400, 'a leading wildcard value', 'a text anywhere', 'startswith'],
    ['0x80048744', 400, 'a computed column', 'a computed column', 'Filter by other columns'],
    ['0x80048745', 400, 'performance validation issues (LargeAmountOfAttributes)', '(Large', 'Leave out what is named'],
    ['0x80042F09', 403, 'The user has not been assigned any roles.', 'no security role', 'administrator'],
    ['0x80048D0B', 400, 'disabled', 'switched off', 'query_crm'],
    ['0x8004f506', 400, 'secured', 'secured', 'Leave'],
    ['0xffffffff', 500, 'Something new.', 'Something new.', 'Try again'],
    ['0xffffffff', 403, 'Something new.', 'Something new.', 'may not read'],
    ['constructor', 400, 'Something new.', 'Something new.', 'get_entity_metadata'],
  ])('%s (%s) %s', (code, status, text, cause, nextStep) => {
    expect(causeOf(error(code, text, status))).toContain(cause)
    expect(nextStepFor(error(code, text, status))).toContain(nextStep)
  })

  const THROTTLED = { kind: 'throttled', status: 429, text: '…', retryAfterSeconds: 7 } as const
  test.each([
    ['0x80072322', /^Wait 7 seconds, then call again\.$/],
    ['0x80040216', /^Wait 7 seconds/],
    ['0x80048544', /^Narrow the filter.* The same query may pass in a minute/],
    ['0x80048644', /^Use startswith/],
    ['0x80048744', /^Filter by other columns/],
    ['0x80048745', /^Leave out/],
  ])('429 %s: service protection is waited for, a query that is held back is changed', (code, nextStep) => {
    expect(nextStepFor(new DataverseError({ ...THROTTLED, code }))).toMatch(nextStep)
  })

  test('no trace comes through, wherever it stands', () => {
    const body = (message: string): string =>
      JSON.stringify({
        error: {
          code: '0x80040216',
          message,
          '@Microsoft.PowerApps.CDS.TraceText': 'secret trace',
          '@Microsoft.PowerApps.CDS.InnerError.Message': 'secret inner',
        },
      })
    for (const message of ['Bad. TraceText: secret', 'Bad.\r\n   at Microsoft.Secret()', 'Bad. ---> secret']) {
      expect(parseErrorBody(400, body(message)).text).not.toContain('secret')
    }
  })
})

describe('names that only Dataverse noticed', () => {
  let upstream: Upstream
  beforeAll(async () => {
    upstream = await startUpstream()
  })
  afterAll(async () => await upstream.stop())
  beforeEach(() => {
    upstream.seen.length = 0
  })

  test.each([
    ["Could not find a property named 'closedate' on type 'Microsoft.Dynamics.CRM.opportunity'.", 'estimatedclosedate'],
    [
      "Could not find a property named 'customer_account' on type 'Microsoft.Dynamics.CRM.opportunity'.",
      'customerid_account',
    ],
    [
      "Could not find a property named 'opportunity_task' on type 'Microsoft.Dynamics.CRM.opportunity'.",
      'Opportunity_Tasks',
    ],
    [
      "'opportunity' entity doesn't contain attribute with Name = 'salesstages' and NameMapping = 'Logical'.",
      'salesstage',
    ],
    ["Resource not found for the segment 'accountss'.", 'account'],
    [
      "The entity with a name = 'oportunity' with namemapping = 'Logical' was not found in the MetadataCache.",
      'opportunity',
    ],
  ])('%s', async (text, suggested) => {
    const { call } = startWorker(upstream.url)
    expect(await suggestionFor(error('0x80060888', text), call('priya'))).toContain(suggested)
  })

  test.each([
    ['no name in it', 'Something else.'],
    ['an entity that there is not', "Could not find a property named 'a' on type 'Microsoft.Dynamics.CRM.nothing'."],
    ['nothing near', "Could not find a property named 'zzzzzzzz' on type 'Microsoft.Dynamics.CRM.opportunity'."],
  ])('%s: no suggestion', async (_what, text) => {
    const { call } = startWorker(upstream.url)
    expect(await suggestionFor(error('0x80060888', text), call('priya'))).toBeUndefined()
  })
})

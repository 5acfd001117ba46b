import { expect, test } from '@jest/globals'
import { explainError } from '../../../../shared/mcp/tool/tool-error.ts'
import { StorageUnavailable } from '../../../../shared/storage/ports.ts'
import { KeysUnavailable } from '../../../../shared/tokens/keys.ts'
import { METADATA } from '../../dataverse/support/tables.ts'

const explain = (error: unknown) => explainError(error, METADATA, '11111111-2222-4333-8444-555555555555')

test.each([new KeysUnavailable('vault kv-secret-name'), new StorageUnavailable('table grants')])(
  '%s passes: it is said so, and nothing of what it names',
  async (error) => {
    const { code, text, nextStep } = await explain(error)
    expect([code, nextStep]).toEqual(['temporarily_unavailable', 'Try again in a minute.'])
    expect(text).not.toContain(error.message)
  },
)

test('a mistake of ours is a safe sentence with the id to tell an administrator', async () => {
  const { code, text, nextStep } = await explain(new TypeError('row of Priya'))
  expect(code).toBe('server_error')
  expect(text + nextStep).not.toContain('Priya')
  expect(nextStep).toContain('11111111-2222-4333-8444-555555555555')
})

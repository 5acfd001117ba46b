import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server'
import { expect, test } from '@jest/globals'
import { closeWithoutStack } from '../../../../../shared/mcp/endpoint/messages/close-without-stack.ts'

/** Lines of a stack that an error has which is made while the transport closes, and after it. */
async function linesOf(around: (server: McpServer) => McpServer): Promise<readonly number[]> {
  const server = around(new McpServer({ name: 'any', version: '1' }))
  const lines: number[] = []
  const note = (): void => void lines.push((new Error('any').stack ?? '').split('\n').length - 1)
  server.server.onclose = note
  const [, ours] = InMemoryTransport.createLinkedPair()
  await server.connect(ours)
  await server.close()
  note()
  return lines
}

test('an error that is made as a transport closes has no stack, and one that is made after it has', async () => {
  const [during = 0, after = 0] = await linesOf(closeWithoutStack)
  expect(during).toBe(0)
  expect(after).toBeGreaterThan(0)
  // Else it would be of no use.
  expect((await linesOf((server) => server))[0]).toBeGreaterThan(0)
})

test('it closes all the same where what is told of it fails', async () => {
  const before = Error.stackTraceLimit
  const server = closeWithoutStack(new McpServer({ name: 'any', version: '1' }))
  server.server.onclose = () => {
    throw new RangeError('of whoever is told')
  }
  const [, ours] = InMemoryTransport.createLinkedPair()
  await server.connect(ours)
  await expect(server.close()).rejects.toThrow('of whoever is told')
  expect(server.isConnected()).toBe(false)
  expect(Error.stackTraceLimit).toBe(before)
})

// Not in a bare npm test: starts several Azurites.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { TableClient } from '@azure/data-tables'
import { type Azurite, onFreePort, startAzurite } from '../../sandbox/azurite.ts'

let azurite: Azurite
beforeAll(async () => {
  azurite = await startAzurite()
})
afterAll(() => azurite.close())

const table = (connectionString: string, name: string) =>
  TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true })

describe('Azurite', () => {
  test('stores rows and honours ETags', async () => {
    const client = table(azurite.connectionString, 'grants')
    await client.createTable()
    await client.createEntity({ partitionKey: 'a', rowKey: 'b', text: 'kept' })
    const row = await client.getEntity<{ text: string }>('a', 'b')
    expect(row.text).toBe('kept')
    await client.updateEntity({ partitionKey: 'a', rowKey: 'b', text: 'new' }, 'Replace', { etag: row.etag })
    await expect(client.deleteEntity('a', 'b', { etag: row.etag })).rejects.toMatchObject({ statusCode: 412 })
  })

  test('has an account key of its own', async () => {
    const forged = azurite.connectionString.replace(/AccountKey=[^;]+/, 'AccountKey=AAAA')
    await expect(table(forged, 'grants').createTable()).rejects.toMatchObject({ statusCode: 403 })
    expect(azurite.connectionString).not.toContain('devstoreaccount1')
  })

  test('two of them share nothing, and a closed one is gone', async () => {
    const other = await startAzurite()
    expect(other.tableEndpoint).not.toBe(azurite.tableEndpoint)
    await expect(table(other.connectionString, 'grants').getEntity('a', 'b')).rejects.toMatchObject({ statusCode: 404 })
    await other.close()
    await expect(fetch(other.tableEndpoint)).rejects.toThrow()
  })

  test('a port in use is told', async () => {
    const port = Number(new URL(azurite.tableEndpoint).port)
    await expect(startAzurite({ port })).rejects.toThrow(/did not start: .*EADDRINUSE/s)
  })
})

describe('a port that was free', () => {
  const lateFor = (times: number) => {
    const tried: number[] = []
    const start = (port: number) => {
      tried.push(port)
      return tried.length > times ? Promise.resolve(port) : Promise.reject(new Error(`listen EADDRINUSE: ${port}`))
    }
    return { tried, start }
  }

  test.each([0, 1, 2])('somebody was faster %i times: the next one is taken', async (times) => {
    const { tried, start } = lateFor(times)
    expect(await onFreePort(start)).toBe(tried[times])
    expect(tried).toHaveLength(times + 1)
  })

  test('somebody always is: it is told after three', async () => {
    const { tried, start } = lateFor(9)
    await expect(onFreePort(start)).rejects.toThrow(/EADDRINUSE/)
    expect(tried).toHaveLength(3)
  })

  test('another fault is told at once', async () => {
    let tries = 0
    const start = () => Promise.reject(new Error(`no memory, try ${(tries += 1)}`))
    await expect(onFreePort(start)).rejects.toThrow('no memory, try 1')
  })
})

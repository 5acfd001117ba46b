import { TableClient } from '@azure/data-tables'

/** Looks for two rows, one after the other, neither of which is there: a bearer that an instance has never seen takes two. */
export async function readTwice(connectionString: string): Promise<void> {
  const client = TableClient.fromConnectionString(connectionString, 'grants', { allowInsecureConnection: true })
  for (const row of ['first', 'second']) await readNothing(client, row)
}

async function readNothing(client: TableClient, row: string): Promise<void> {
  const { status } = await client.getEntity('nobody', row).then(
    () => ({ status: 200 }),
    (error: unknown) => ({ status: Object(error).statusCode as unknown }),
  )
  if (status !== 404) throw new Error(`a read of nothing ended with ${String(status)}`)
}

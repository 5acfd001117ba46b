import type { McpServer } from '@modelcontextprotocol/server'

/**
 * The same server, whose transport closes without a stack: the SDK makes an error then, for whoever still waits for an
 * answer of the client. Here a transport closes after each request, and nobody waits.
 */
export function closeWithoutStack(server: McpServer): McpServer {
  const connect = server.connect.bind(server)
  server.connect = async (transport) => {
    await connect(transport)
    const close = transport.onclose?.bind(transport)
    transport.onclose = () => {
      const { stackTraceLimit } = Error
      Error.stackTraceLimit = 0
      try {
        close?.()
      } finally {
        Error.stackTraceLimit = stackTraceLimit
      }
    }
  }
  return server
}

import { connect } from 'node:net'

/** Writes bytes to a server as they are, and reads until it has answered or `withinMs` have passed. */
export function rawRequest(url: string, bytes: string | Buffer, withinMs = 500): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) })
    let answer = ''
    const done = () => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(withinMs, done)
    socket.on('data', (chunk) => {
      answer += chunk.toString('utf8')
    })
    socket.on('close', done)
    socket.on('error', reject)
    socket.write(bytes)
  })
}

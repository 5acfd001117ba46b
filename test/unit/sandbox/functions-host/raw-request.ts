import { connect } from 'node:net'

/** Whether an answer has come to the end that its head gives it: its length, or the last chunk. */
function isWhole(answer: Buffer): boolean {
  const text = answer.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  const head = text.slice(0, end + 2)
  if (/^transfer-encoding: *chunked\r$/im.test(head)) return text.endsWith('\r\n0\r\n\r\n')
  const length = /^content-length: *(\d+)\r$/im.exec(head)?.[1]
  return length !== undefined && answer.length >= end + 4 + Number(length)
}

/** Writes bytes to a server as they are, and reads until it has answered, or ends the connection. */
export function rawRequest(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) })
    let answer = Buffer.alloc(0)
    const done = () => {
      socket.destroy()
      resolve(answer.toString('utf8'))
    }
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      if (isWhole(answer)) done()
    })
    socket.on('close', done)
    socket.on('error', reject)
    socket.write(bytes)
  })
}
